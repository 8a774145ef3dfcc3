"""Reads of what a brand sells cheaper, and of what its customers hold."""

from app.promotions.queries.holdings import (
    CodeView,
    UseView,
    VoucherView,
    code_held,
    codes_of,
    touched_vouchers,
    used_of,
    uses_of,
    vouchers_by_id,
    vouchers_of,
)

__all__ = [
    "CodeView",
    "UseView",
    "VoucherView",
    "code_held",
    "codes_of",
    "touched_vouchers",
    "used_of",
    "uses_of",
    "vouchers_by_id",
    "vouchers_of",
]
