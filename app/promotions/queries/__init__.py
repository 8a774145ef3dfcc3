"""Reads of what a brand sells cheaper, and of what its customers hold."""

from app.promotions.queries.holdings import CodeView, VoucherView, codes_of, is_held, vouchers_of

__all__ = ["CodeView", "VoucherView", "codes_of", "is_held", "vouchers_of"]
