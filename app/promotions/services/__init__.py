"""What people do with promotions, codes and vouchers, split by use case."""

from app.promotions.services.holdings import (
    NewCode,
    NewVoucher,
    StandingVouchers,
    WantedVouchers,
    issue_codes,
    issue_vouchers,
    withdraw_codes,
    withdraw_unused,
    withdraw_vouchers,
)

__all__ = [
    "NewCode",
    "NewVoucher",
    "StandingVouchers",
    "WantedVouchers",
    "issue_codes",
    "issue_vouchers",
    "withdraw_codes",
    "withdraw_unused",
    "withdraw_vouchers",
]
