"""What the choice of a gift looks like when it arrives."""

from collections.abc import Mapping
from typing import ClassVar

from app.http.fields import Id, StrictSchema
from app.kernel.words import N_

CHOOSE_ONE = N_("Choose one of the gifts shown.")


class Pick(Id):
    """One of the pictures on the page."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "required": CHOOSE_ONE,
        "null": CHOOSE_ONE,
        "grammar": CHOOSE_ONE,
        "type": CHOOSE_ONE,
    }


class ChooseGiftSchema(StrictSchema):
    product_id = Pick(required=True)
