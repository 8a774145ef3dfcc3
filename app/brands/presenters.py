"""A brand's settings in the words of the person who sets them."""

from dataclasses import dataclass

from babel import Locale
from flask_babel import gettext

from app.brands.queries import BrandView
from app.brands.settings import CHOICES, WHOLE_NUMBERS
from app.brands.theme import READABLE, Theme, contrast_of, theme_of
from app.http.words import locale, number
from app.kernel.words import N_

MEANINGS = {
    "closing_delay_hours": (
        N_("Closing delay, in hours"),
        N_(
            "A meeting closes by itself this long after its date, as a wall clock shows it. 48 for "
            "a meeting on Saturday at 14:00 is Monday at 14:00."
        ),
    ),
    "late_entry_hours": (
        N_("Late entry, in hours"),
        N_("A meeting typed in after its date stays open at least this long."),
    ),
    "abandoned_after_hours": (
        N_("Unpaid orders, in hours"),
        N_(
            "An order of which nothing was paid is cancelled by itself this long after it could "
            "be: its products, codes, vouchers and points are free again."
        ),
    ),
    "link_days": (
        N_("Host's page, in days"),
        N_("How long a host's personal link works after the meeting."),
    ),
}

AFTER_CLOSING = {
    "locked": N_("locked: only the brand corrects it, with a reason"),
    "open": N_("sellers may correct it; rewards follow"),
}

CHOICE_MEANINGS = {
    "programme_judged": (
        N_("Version that judges a meeting"),
        N_("Of several versions of the reward programme, a meeting obeys one."),
        {
            "held": N_("the one in force the day it is held"),
            "closed": N_("the one in force the day it closes"),
            "booked": N_("the one in force the day its date was taken"),
        },
    ),
    "programme_approval": (
        N_("Approval of a new version"),
        N_("Who proposes a version of the reward programme never approves it herself."),
        {
            "none": N_("none: any administrator publishes"),
            "second_person": N_("by a second administrator"),
        },
    ),
    "closed_host": (
        N_("Once closed: the host"),
        N_("And how hosts share what they win."),
        AFTER_CLOSING,
    ),
    "closed_date": (N_("Once closed: date, place and theme"), "", AFTER_CLOSING),
    "closed_participants": (N_("Once closed: the list of guests"), "", AFTER_CLOSING),
    "closed_presence": (N_("Once closed: who came"), "", AFTER_CLOSING),
    "closed_bookings": (N_("Once closed: dates booked"), "", AFTER_CLOSING),
    "closed_orders": (N_("Once closed: orders"), "", AFTER_CLOSING),
    "gifts_with_orders": (
        N_("Gifts in the parcel of an order"),
        N_("Whoever chooses a gift may send it with an order that has not left yet."),
        {"yes": N_("allowed"), "no": N_("not allowed")},
    ),
    "gifts_with_host": (
        N_("Gifts in the host's parcel"),
        N_("Whoever chooses a gift won in a meeting may send it with the host's parcel."),
        {"yes": N_("allowed"), "no": N_("not allowed")},
    ),
}


@dataclass(frozen=True, slots=True)
class ChoiceField:
    name: str
    label: str
    hint: str
    value: str
    options: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class NumberField:
    name: str
    label: str
    hint: str
    value: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Check:
    """Two colours of the theme beside each other."""

    text: str
    is_fine: bool


def number_fields(brand: BrandView) -> list[NumberField]:
    return [_number_field(brand, name) for name in WHOLE_NUMBERS]


def choice_fields(brand: BrandView) -> list[ChoiceField]:
    return [_choice_field(brand, name) for name in CHOICES]


def fixed_facts(brand: BrandView) -> list[tuple[str, str]]:
    """What the platform set when the brand was made, and nobody changes afterwards."""
    reader = locale()
    return [
        (gettext("Short name"), brand.slug),
        (gettext("Country"), reader.territories.get(brand.country, brand.country)),
        (gettext("Time zone"), brand.timezone),
        (gettext("Language"), (Locale.parse(brand.locale).get_display_name(reader) or "").title()),
        (gettext("Currency"), f"{reader.currencies.get(brand.currency, '')} ({brand.currency})"),
    ]


def theme_checks(accent: str) -> list[Check]:
    """How the colour can be read, and what we do where it could not be."""
    theme = theme_of(accent)
    return [_button_check(accent, theme), _text_check(accent, theme)]


def _number_field(brand: BrandView, name: str) -> NumberField:
    label, meaning = MEANINGS[name]
    least, most = WHOLE_NUMBERS[name]
    limits = gettext("From %(least)s to %(most)s.", least=number(least), most=number(most))
    value = getattr(brand.settings, name)
    return NumberField(name, gettext(label), f"{gettext(meaning)} {limits}", value, least, most)


def _choice_field(brand: BrandView, name: str) -> ChoiceField:
    label, hint, words = CHOICE_MEANINGS[name]
    options = [(value, gettext(words[value])) for value in CHOICES[name]]
    value = getattr(brand.settings, name)
    return ChoiceField(name, gettext(label), hint and gettext(hint), value, options)


def _button_check(accent: str, theme: Theme) -> Check:
    ratio = _ratio(contrast_of(theme.on_brand, theme.brand))
    if theme.brand != accent:
        words = N_("On buttons: no text can be read on this colour, so we use %(colour)s there.")
        return Check(gettext(words, colour=theme.brand), is_fine=False)
    if theme.on_brand == "#ffffff":
        return Check(gettext("On buttons: white text, contrast %(ratio)s.", ratio=ratio), True)
    words = N_("On buttons: white could not be read, so the text is dark. Contrast %(ratio)s.")
    return Check(gettext(words, ratio=ratio), is_fine=True)


def _text_check(accent: str, theme: Theme) -> Check:
    own = contrast_of(accent, "#ffffff")
    if own >= READABLE:
        return Check(
            gettext("As text on white: contrast %(ratio)s.", ratio=_ratio(own)), is_fine=True
        )
    words = N_(
        "As text on white: too pale (contrast %(ratio)s, 4.5 is needed), so links use %(colour)s."
    )
    return Check(gettext(words, ratio=_ratio(own), colour=theme.ink), is_fine=False)


def _ratio(value: float) -> str:
    return f"{value:.1f}".replace(".", "," if locale().language == "fr" else ".")
