"""Rules of every sort that the format accepts, drawn at random."""

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from app.rewards.domain.programme import ProgrammeInvalid, compile_programme
from app.rewards.domain.programme_format import TIERED, WORDS_OF
from app.rewards.domain.terms import MEASURES, SALES, TRIGGERS_OF, Measure, Trigger
from tests.support.rewards import Document, programme

WORDS = st.text("abcdeéèœ’ XYZ09-", min_size=1, max_size=12).map(str.strip).filter(bool)
REFERENCES = st.text("ABCXYZ0189", min_size=1, max_size=8)
CENTS = st.integers(1, 2_000_000)
COUNTS = st.integers(1, 5_000)
DATES = st.dates().filter(lambda day: 1901 < day.year < 2190).map(lambda day: day.isoformat())
ORDERED = ["=", "!=", "<", "<=", ">", ">="]
ROUNDINGS = ["half_up", "floor", "ceil"]


def maybe(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    return st.one_of(st.just({}), values.map(lambda value: {name: value}))


def merged(*parts: st.SearchStrategy[Document]) -> st.SearchStrategy[Document]:
    return st.tuples(*parts).map(lambda found: {k: v for part in found for k, v in part.items()})


VALUES = {
    "cents": CENTS,
    "count": COUNTS,
    "date": DATES,
    "text": WORDS,
    "texts": WORDS,
    "flag": st.booleans(),
}
NAMED = st.lists(REFERENCES, min_size=1, max_size=3, unique=True)
NARROWED = {
    "of_at_least_cents": CENTS,
    "products": NAMED,
    "categories": NAMED,
    "without_products": NAMED,
    "without_categories": NAMED,
    "sets": st.lists(
        st.fixed_dictionaries({"products": NAMED, "quantity": st.integers(1, 9)}),
        min_size=1,
        max_size=3,
    ),
    "parts": st.lists(
        st.fixed_dictionaries(
            {"measure": st.sampled_from(["quantity"]), "weight": st.integers(1, 9), "per": COUNTS}
        ),
        min_size=1,
        max_size=3,
    ),
    "with_this_seller": st.just(True),
    "held_from": DATES,
    "held_before": DATES,
    "within_days": st.integers(1, 900),
}


def _of(measure: Measure, sale: bool) -> bool:
    return measure.of_order if sale else measure.of_meeting


@st.composite
def comparisons(draw, sale: bool) -> Document:
    known = [n for n, m in MEASURES.items() if _of(m, sale) and n not in {"sets", "score"}]
    name = draw(st.sampled_from(sorted(known)))
    measure, values = MEASURES[name], VALUES[MEASURES[name].unit]
    if name in WORDS_OF:
        values = st.sampled_from(WORDS_OF[name])
    ops = ["has"] if measure.unit == "texts" else ["=", "!="]
    ops = ORDERED if measure.is_number or measure.unit == "date" else ops
    found: Document = {"measure": name}
    if len(ops) > 2 and draw(st.booleans()):
        low, high = sorted([draw(values), draw(values)])
        assume(low < high)
        found |= {"op": "in", "from": low, "to": high}
    else:
        found |= {"op": draw(st.sampled_from(ops)), "value": draw(values)}
    for field in measure.narrowed_by:
        found |= draw(maybe(field, NARROWED[field]))
    return found


def conditions(sale: bool) -> st.SearchStrategy[Document]:
    def deeper(parts: st.SearchStrategy[Document]) -> st.SearchStrategy[Document]:
        lists = st.lists(parts, min_size=1, max_size=3)
        return st.one_of(
            lists.map(lambda found: {"all": found}),
            lists.map(lambda found: {"any": found}),
            parts.map(lambda found: {"not": found}),
        )

    return st.recursive(comparisons(sale), deeper, max_leaves=5)


def kind(name: str) -> st.SearchStrategy[Document]:
    return st.just({"kind": name})


UNITS = maybe("units", st.integers(1, 9))
DAYS = merged(
    maybe("valid_days", st.integers(1, 900)),
    st.one_of(
        maybe("valid_until", DATES),
        st.tuples(DATES, DATES).map(
            lambda days: {"valid_from": min(days), "valid_until": max(days)}
        ),
    ),
)
BASKET = maybe("minimum_basket_cents", CENTS)
RATE = st.integers(1, 9_999).map(lambda rate: {"rate_bp": rate})
AMOUNT = CENTS.map(lambda amount: {"amount_cents": amount})
ROUNDED = maybe("rounding", st.sampled_from(ROUNDINGS))
EFFECTS = st.one_of(
    merged(kind("percent_off_order"), RATE), merged(kind("amount_off_order"), AMOUNT)
)
MODELS = merged(
    WORDS.map(lambda name: {"name": name}), EFFECTS.map(lambda one: {"effect": one}), BASKET
)


USED = merged(
    maybe("name", WORDS),
    DAYS,
    BASKET,
    maybe("remainder", st.sampled_from(["lost", "kept"])),
    maybe("most_per_order", st.integers(1, 9)),
    maybe("slices", st.sampled_from(["separate", "together"])),
    maybe("with_points", st.booleans()),
)
OWN = merged(WORDS.map(lambda name: {"name": name}), BASKET, DAYS)


def rewards(sale: bool) -> st.SearchStrategy[Document]:
    base = "order" if sale else "turnover"
    return st.one_of(
        merged(kind("points_fixed"), COUNTS.map(lambda points: {"points": points})),
        merged(kind(f"points_percent_{base}"), RATE, ROUNDED),
        merged(kind("gift_product"), REFERENCES.map(lambda one: {"product": one}), UNITS),
        merged(
            kind("gift_choice"),
            NAMED.map(lambda listed: {"products": listed}),
            UNITS,
            maybe("choose_within_days", st.integers(1, 99)),
        ),
        merged(
            kind("promo_code"),
            st.one_of(
                MODELS.map(lambda model: {"model": model}),
                REFERENCES.map(lambda key: {"promotion": key}),
            ),
            DAYS,
        ),
        merged(kind("free_shipping"), OWN, maybe("methods", NAMED)),
        merged(
            kind("half_price_items"),
            OWN,
            NAMED.map(lambda listed: {"products": listed}),
            maybe("categories", NAMED),
            maybe("units", st.integers(1, 9)),
            maybe("off_bp", st.integers(1, 10_000)),
        ),
        merged(
            kind("voucher"),
            st.one_of(AMOUNT, merged(RATE, ROUNDED)),
            maybe("scope", merged(maybe("products", NAMED), maybe("without_categories", NAMED))),
            USED,
        ),
        merged(
            kind("unit_voucher"),
            UNITS,
            NAMED.map(lambda listed: {"scope": {"products": listed}}),
            USED,
        ),
    )


@st.composite
def scales(draw, sale: bool) -> Document:
    known = [n for n in TIERED if _of(MEASURES[n], sale)]
    name = draw(st.sampled_from(sorted(known)))
    mode = draw(st.sampled_from(["best", "cumulative", "every"]))
    starts = sorted(draw(st.sets(CENTS, min_size=1, max_size=1 if mode == "every" else 4)))
    steps = [
        {"from": start, "rewards": draw(st.lists(rewards(sale), min_size=1, max_size=2))}
        for start in starts
    ]
    most = draw(maybe("at_most", st.integers(1, 9))) if mode == "every" else {}
    found: Document = {"measure": name, "mode": mode, "steps": steps, **most}
    for field in MEASURES[name].narrowed_by:
        needed = field in {"sets", "parts"}
        found |= {field: draw(NARROWED[field])} if needed else draw(maybe(field, NARROWED[field]))
    return found


TURNOVER = merged(
    maybe("tax", st.sampled_from(["incl", "excl"])),
    maybe("points_used", st.sampled_from(["deducted", "kept"])),
    maybe(
        "host_orders",
        st.sampled_from(["included", "excluded", "excluded_from_counts", "paid_part"]),
    ),
    maybe("seller_orders", st.sampled_from(["excluded", "included"])),
)
BOOKING = merged(
    maybe("window_days", st.one_of(st.none(), st.integers(0, 900))),
    maybe("minimum_turnover_cents", st.integers(0, 90_000)),
)


CAPS = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"per": st.just("meeting"), "of": st.sampled_from(["times", "value"]), "most": COUNTS}
        ),
        merged(
            st.sampled_from(["person", "all"]).map(lambda per: {"per": per}),
            st.sampled_from(["times", "value", "money"]).map(lambda of: {"of": of}),
            COUNTS.map(lambda most: {"most": most}),
            maybe("period", st.sampled_from(["year", "month", "week", "day"])),
        ),
    ),
    max_size=2,
)


POT_FIELDS = {
    "spend": merged(
        maybe("products", NAMED),
        maybe("categories", NAMED),
        maybe("shipping", st.sampled_from(["excluded", "included"])),
    ),
    "units": merged(
        maybe("products", NAMED), maybe("categories", NAMED), maybe("basket_from_cents", CENTS)
    ),
    "baskets": maybe("basket_from_cents", CENTS),
    "meetings": st.just({}),
}


@st.composite
def pots(draw) -> Document:
    measure = draw(st.sampled_from(sorted(POT_FIELDS)))
    rest = draw(
        merged(
            POT_FIELDS[measure],
            maybe("resets", st.sampled_from(["never", "yearly", "at_end"])),
            maybe("starts_on", DATES),
            maybe("ends_on", DATES),
            maybe("description", WORDS),
            maybe("images", NAMED),
        )
    )
    return {"measure": measure, "threshold": draw(COUNTS), **rest}


@st.composite
def rules(draw, with_pots: bool = False) -> Document:
    """A rule's document that compiles."""
    beneficiary = draw(st.sampled_from(sorted(TRIGGERS_OF)))
    triggers = [one for one in TRIGGERS_OF[beneficiary] if with_pots or one is not Trigger.SPEND]
    trigger = draw(st.sampled_from([str(one) for one in triggers]))
    pot = {"pot": draw(pots())} if trigger == Trigger.SPEND else {}
    sale = Trigger(trigger) in SALES or bool(pot and pot["pot"]["measure"] != "meetings")
    given = draw(
        st.lists(rewards(sale), min_size=1, max_size=3).map(lambda found: {"rewards": found})
        if pot
        else st.one_of(
            st.lists(rewards(sale), min_size=1, max_size=3).map(lambda found: {"rewards": found}),
            scales(sale).map(lambda scale: {"tiers": scale}),
        )
    )
    rest = draw(
        merged(
            maybe("name", WORDS),
            maybe("conditions", conditions(sale)),
            st.just({}) if pot else maybe("lane", WORDS),
            maybe("enabled", st.booleans()),
            maybe("turnover", TURNOVER),
            maybe("booking", BOOKING),
            maybe("caps", CAPS),
        )
    )
    document = {
        "id": "r1",
        "beneficiary": str(beneficiary),
        "trigger": trigger,
        **pot,
        **given,
        **rest,
    }
    try:
        compile_programme(programme(document))
    except ProgrammeInvalid:
        assume(False)
    return document
