"""What people ask for on a draft, one wish at a time: how it changes what was asked for before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.kernel.text import identity_key
from app.orders.domain.asked import Asked, Delivery

Named = tuple[str, tuple[str, ...]]
"""A kind of refusal and the names under which `price()` would refuse this very wish."""
NOTHING: Named = ("", ())


@dataclass(frozen=True, slots=True)
class AskCode:
    code: str

    def on(self, asked: Asked) -> Asked:
        return replace(asked, codes=(*_other_codes(asked, self.code), self.code))

    @property
    def named(self) -> Named:
        return "code", (self.code,)


@dataclass(frozen=True, slots=True)
class DropCode:
    code: str
    named = NOTHING

    def on(self, asked: Asked) -> Asked:
        return replace(asked, codes=_other_codes(asked, self.code))


@dataclass(frozen=True, slots=True)
class PickPromotion:
    """One that is available, or something the customer holds; it is no longer declined."""

    promotion: str

    def on(self, asked: Asked) -> Asked:
        return replace(
            asked,
            picked=_with(asked.picked, self.promotion),
            declined=_without(asked.declined, self.promotion),
        )

    @property
    def named(self) -> Named:
        return "pick", (self.promotion,)


@dataclass(frozen=True, slots=True)
class DropPick:
    promotion: str
    named = NOTHING

    def on(self, asked: Asked) -> Asked:
        choices = {key: value for key, value in asked.choices.items() if key != self.promotion}
        return replace(asked, picked=_without(asked.picked, self.promotion), choices=choices)


@dataclass(frozen=True, slots=True)
class Decline:
    """A kind of advantage (segment, first_order, loyalty), or a promotion that came by itself."""

    what: str
    named = NOTHING

    def on(self, asked: Asked) -> Asked:
        return replace(
            asked,
            declined=_with(asked.declined, self.what),
            picked=_without(asked.picked, self.what),
        )


@dataclass(frozen=True, slots=True)
class Accept:
    """What was declined, wanted after all."""

    what: str
    named = NOTHING

    def on(self, asked: Asked) -> Asked:
        return replace(asked, declined=_without(asked.declined, self.what))


@dataclass(frozen=True, slots=True)
class UseVoucher:
    voucher_id: str

    def on(self, asked: Asked) -> Asked:
        return replace(asked, vouchers=_with(asked.vouchers, self.voucher_id))

    @property
    def named(self) -> Named:
        return "voucher", (self.voucher_id,)


@dataclass(frozen=True, slots=True)
class LeaveVoucher:
    voucher_id: str
    named = NOTHING

    def on(self, asked: Asked) -> Asked:
        return replace(asked, vouchers=_without(asked.vouchers, self.voucher_id))


@dataclass(frozen=True, slots=True)
class UsePoints:
    points: int
    """0: none."""

    def on(self, asked: Asked) -> Asked:
        return replace(asked, points=self.points)

    @property
    def named(self) -> Named:
        return "points", (str(self.points),)


@dataclass(frozen=True, slots=True)
class ChooseGifts:
    promotion: str
    references: tuple[str, ...]
    """Among those it offers; none: to be chosen later."""

    def on(self, asked: Asked) -> Asked:
        choices = {**asked.choices, self.promotion: self.references}
        kept = {key: value for key, value in choices.items() if value}
        return replace(asked, choices=kept)

    @property
    def named(self) -> Named:
        return "choice", self.references


@dataclass(frozen=True, slots=True)
class SetDelivery:
    delivery: Delivery
    named = NOTHING

    def on(self, asked: Asked) -> Asked:
        return replace(asked, delivery=self.delivery)


Wish = (
    AskCode
    | DropCode
    | PickPromotion
    | DropPick
    | Decline
    | Accept
    | UseVoucher
    | LeaveVoucher
    | UsePoints
    | ChooseGifts
    | SetDelivery
)


def _with(asked: tuple[str, ...], more: str) -> tuple[str, ...]:
    return (*_without(asked, more), more)


def _without(asked: tuple[str, ...], gone: str) -> tuple[str, ...]:
    return tuple(one for one in asked if one != gone)


def _other_codes(asked: Asked, code: str) -> tuple[str, ...]:
    return tuple(one for one in asked.codes if identity_key(one) != identity_key(code))
