"""What the choice of a gift looks like when it arrives."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from marshmallow import post_load

from app.http.fields import Choice, Count, Email, Id, StrictSchema, Text
from app.kernel.words import N_
from app.loyalty.domain.settings import MAX_POINTS
from app.orders.domain.parcels import HOST_PARCEL, OWN_PARCEL, Parcel
from app.rewards.domain.offers import TemplateState
from app.rewards.services.gift_choice import GiftWish

CHOOSE_ONE = N_("Choose one of the gifts shown.")
CHOOSE_PARCEL = N_("Choose one of the ways shown.")


class Pick(Id):
    """One of the pictures on the page."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "required": CHOOSE_ONE,
        "null": CHOOSE_ONE,
        "grammar": CHOOSE_ONE,
        "type": CHOOSE_ONE,
    }


class Leaving(Text):
    """In which parcel: `own`, `host`, or the id of an order."""

    WORDS: ClassVar[Mapping[str, str]] = {"grammar": CHOOSE_PARCEL}
    WITHOUT_ORDER: ClassVar[Mapping[str, Parcel]] = {"own": OWN_PARCEL, "host": HOST_PARCEL}

    def _deserialize(self, value: Any, attr: Any, data: Any, **named: Any) -> Any:
        typed = super()._deserialize(value, attr, data, **named)
        if typed in self.WITHOUT_ORDER:
            return self.WITHOUT_ORDER[typed]
        if not Id.GRAMMAR.fullmatch(typed):
            self.refuse("grammar")
        return Parcel(order_id=UUID(typed))


class ChooseGiftSchema(StrictSchema):
    product_id = Pick(required=True)
    instead_of = Id(load_default=None)
    parcel = Leaving(maximum=36, load_default=None)

    @post_load
    def to_wish(self, asked: dict[str, Any], **_: Any) -> GiftWish:
        return GiftWish(**asked)


class WaitForGiftSchema(StrictSchema):
    product_id = Pick(required=True)


class ConvertSchema(StrictSchema):
    points = Count(required=True, minimum=1, maximum=MAX_POINTS)
    conversion = Id(required=True)


class AdjustSchema(StrictSchema):
    """Points given or taken by hand; `change` in what is loaded is negative when taken."""

    way = Choice(("add", "take"), required=True)
    points = Count(required=True, minimum=1, maximum=MAX_POINTS)
    reason = Text(required=True, maximum=500)
    adjustment = Id(required=True)

    @post_load
    def to_change(self, asked: dict[str, Any], **_: Any) -> dict[str, Any]:
        change = asked["points"] if asked["way"] == "add" else -asked["points"]
        return {**asked, "change": change}


CHOOSE_REWARD = N_("Choose one of the rewards shown.")


class PublishedReward(Id):
    """One of the rewards on the page."""

    WORDS: ClassVar[Mapping[str, str]] = dict.fromkeys(Pick.WORDS, CHOOSE_REWARD)


class GivePublishedSchema(StrictSchema):
    template_id = PublishedReward(required=True)
    reason = Text(required=True, maximum=500)
    giving = Id(required=True)


class TemplateActSchema(StrictSchema):
    do = Choice(("archive", "restore"), required=True)
    revision = Count(required=True, minimum=1)


class FindTemplatesSchema(StrictSchema):
    state = Choice(tuple(TemplateState), load_default=TemplateState.ACTIVE)


class RedeemSchema(StrictSchema):
    seen_points = Count(required=True, minimum=1, maximum=MAX_POINTS)
    redemption = Id(required=True)


class TransferSchema(StrictSchema):
    email = Email(required=True)
    last_name = Text(required=True, maximum=80)
    given_points = Count(required=True, minimum=1, maximum=MAX_POINTS)
    transfer = Id(required=True)


class TransferByStaffSchema(StrictSchema):
    email = Email(required=True)
    last_name = Text(required=True, maximum=80)
    points = Count(required=True, minimum=1, maximum=MAX_POINTS)
    reason = Text(required=True, maximum=500)
    transfer = Id(required=True)
