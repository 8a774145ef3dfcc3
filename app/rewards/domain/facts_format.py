"""The facts file: its fields, and how it is read into `Facts`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.kernel.errors import Refused
from app.kernel.money import BASIS, MAX_CENTS, spread
from app.kernel.shape import (
    BAD,
    Choice,
    Day,
    Field,
    Flag,
    Many,
    Problem,
    Problems,
    Record,
    Text,
    Whole,
    absent,
    json_schema,
    maybe,
    optional,
    required,
)
from app.kernel.words import N_
from app.rewards.domain.facts import (
    PLACES,
    BookingFacts,
    BookingStatus,
    CapFacts,
    Channel,
    CoHostFacts,
    Facts,
    FedFacts,
    GrantedFacts,
    HostedFacts,
    Invitation,
    LineFacts,
    MeetingFacts,
    MeetingStatus,
    OrderFacts,
    OrderKind,
    OrderStatus,
    ParticipantFacts,
    Payment,
    PersonFacts,
    PotFacts,
    PotIssueFacts,
    ShareFacts,
)

FACTS_FORMAT = "convive.facts/1"
FACTS_SCHEMA_ID = "urn:convive:facts:1"

CENTS = (0, MAX_CENTS)


class FactsInvalid(Refused):
    """The document does not describe facts; `problems` name each field and its mend."""

    code = "facts_invalid"
    words = N_("These facts cannot be read: see each field.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


def read_facts(document: Any) -> Facts:
    """Read one scope strictly, or raise `FactsInvalid` with everything wrong in it."""
    problems: Problems = []
    facts = FACTS.read(document, "", problems)
    if problems or facts is BAD:
        raise FactsInvalid(problems)
    assert isinstance(facts, Facts)
    return facts


def facts_schema() -> dict[str, Any]:
    return json_schema(FACTS, "Facts of a meeting, or of orders outside meetings", FACTS_SCHEMA_ID)


def _line(values: dict[str, Any], path: str, problems: Problems) -> LineFacts | None:
    if values["points_cents"] > values["net_cents"]:
        problems.append(_too_many_points(f"{path}.points_cents", values["net_cents"]))
        return None
    excl = values["net_excl_tax_cents"]
    if excl is not None and excl > values["net_cents"]:
        words = N_("An amount without tax is not larger than the same with tax (%(most)s).")
        most = {"most": values["net_cents"]}
        problems.append(Problem(f"{path}.net_excl_tax_cents", "net_larger_than_gross", words, most))
        return None
    return LineFacts(**values)


def _too_many_points(path: str, most: int) -> Problem:
    words = N_("Points pay at most the net amount: write 0 to %(most)s.")
    return Problem(path, "too_many_points", words, {"most": most})


def _order(values: dict[str, Any], path: str, problems: Problems) -> OrderFacts | None:
    lines = _lines_of(values, path, problems)
    if lines is None:
        return None
    repeated = _first_repeated([line.id for line in lines])
    if repeated is not None:
        problems.append(_repeated(f"{path}.lines[{repeated}].id", lines[repeated].id))
        return None
    kept = {name: values[name] for name in _ORDER_KEPT}
    return OrderFacts(lines=lines, **kept)


_ORDER_KEPT = (
    "id",
    "customer_id",
    "channel",
    "kind",
    "status",
    "payment",
    "placed_on",
    "first_order",
    "shipping_cents",
    "catalogue",
)


def _lines_of(
    values: dict[str, Any], path: str, problems: Problems
) -> tuple[LineFacts, ...] | None:
    """The lines given, or the one line that `net_cents` of the order stands for."""
    lines, net, points = values["lines"], values["net_cents"], values["points_cents"]
    if lines is not None and net is not None:
        words = N_("Give the lines or the order's net amount, not both.")
        problems.append(Problem(f"{path}.net_cents", "given_twice", words))
        return None
    if lines is None:
        total = net or 0
        if points > total:
            problems.append(_too_many_points(f"{path}.points_cents", total))
            return None
        line = LineFacts(
            id="1",
            product="",
            net_cents=total,
            points_cents=points,
            vat_rate_bp=values["vat_rate_bp"],
        )
        return (line,) if net is not None else ()
    return _numbered(_with_points(lines, points, path, problems), values["vat_rate_bp"])


def _numbered(
    lines: tuple[LineFacts, ...] | None, vat_rate_bp: int | None
) -> tuple[LineFacts, ...] | None:
    if lines is None:
        return None
    return tuple(
        _replaced(
            line,
            id=line.id or str(number),
            vat_rate_bp=vat_rate_bp if line.vat_rate_bp is None else line.vat_rate_bp,
        )
        for number, line in enumerate(lines, 1)
    )


def _replaced(line: LineFacts, **changes: Any) -> LineFacts:
    values = {name: getattr(line, name) for name in LineFacts.__slots__}
    return LineFacts(**{**values, **changes})


def _with_points(
    lines: tuple[LineFacts, ...], points: int, path: str, problems: Problems
) -> tuple[LineFacts, ...] | None:
    """Points given for the order as a whole, shared over its lines by their amounts."""
    if points == 0:
        return lines
    total = sum(line.net_cents for line in lines)
    if any(line.points_cents for line in lines):
        words = N_("Give points used by line or for the order, not both.")
        problems.append(Problem(f"{path}.points_cents", "given_twice", words))
        return None
    if points > total:
        problems.append(_too_many_points(f"{path}.points_cents", total))
        return None
    parts = spread(points, [line.net_cents for line in lines])
    return tuple(
        _replaced(line, points_cents=part) for line, part in zip(lines, parts, strict=True)
    )


def _meeting(values: dict[str, Any], path: str, problems: Problems) -> MeetingFacts | None:
    shares = sum(co_host.share_bp for co_host in values["co_hosts"])
    if shares > BASIS:
        words = N_("Shares of co-hosts sum to at most %(most)s basis points (100 %%).")
        problems.append(Problem(f"{path}.co_hosts", "shares_over_whole", words, {"most": BASIS}))
    hosts = [values["host_customer_id"], *(c.customer_id for c in values["co_hosts"])]
    _refuse_repeats(hosts, lambda i: f"{path}.co_hosts[{i - 1}].customer_id", problems)
    people = [participant.customer_id for participant in values["participants"]]
    _refuse_repeats(people, lambda i: f"{path}.participants[{i}].customer_id", problems)
    booked = [booking.id for booking in values["bookings"]]
    _refuse_repeats(booked, lambda i: f"{path}.bookings[{i}].id", problems)
    return MeetingFacts(**values)


def _facts(values: dict[str, Any], _path: str, problems: Problems) -> Facts | None:
    if values["meeting"] is None and not values["orders"]:
        words = N_("Describe a meeting, or at least one order.")
        problems.append(Problem("meeting", "missing", words))
        return None
    ids = [order.id for order in values["orders"]]
    _refuse_repeats(ids, lambda i: f"orders[{i}].id", problems)
    people = [person.customer_id for person in values["people"]]
    _refuse_repeats(people, lambda i: f"people[{i}].customer_id", problems)
    return Facts(**{name: value for name, value in values.items() if name != "format"})


def _refuse_repeats(ids: Sequence[str], path: Any, problems: Problems) -> None:
    repeated = _first_repeated(ids)
    if repeated is not None:
        problems.append(_repeated(path(repeated), ids[repeated]))


def _first_repeated(ids: Sequence[str]) -> int | None:
    seen: set[str] = set()
    for position, name in enumerate(ids):
        if name in seen:
            return position
        seen.add(name)
    return None


def _repeated(path: str, value: str) -> Problem:
    words = N_("“%(value)s” is already used above: each one needs its own.")
    return Problem(path, "repeated", words, {"value": value[:40]})


def _words(enum: Any) -> tuple[str, ...]:
    return tuple(member.value for member in enum)


def _plain(cls: Any) -> Any:
    return lambda values, _path, _problems: cls(**values)


ID = Text("Any stable text.")

LINE = Record(
    "line",
    {
        "id": optional(Text("Default: its place in the list, from 1.", least=0), ""),
        "product": optional(Text("Catalogue reference.", least=0), ""),
        "quantity": optional(Whole(0, 1_000_000, "Units that still stand."), 1),
        "net_cents": required(
            Whole(
                *CENTS,
                "What still stands of the line, all units, tax included, after discounts, codes "
                "and vouchers, before points used.",
            )
        ),
        "points_cents": optional(Whole(*CENTS, "The part of net_cents paid with points."), 0),
        "net_excl_tax_cents": maybe(Whole(*CENTS, "net_cents without tax.")),
        "vat_rate_bp": maybe(Whole(0, BASIS, "VAT rate, 2000 = 20 %.")),
        "in_turnover": optional(Flag("false: flagged as excluded from turnover."), True),
        "categories": optional(Many(Text(), about="Category codes, parents included."), ()),
    },
    "One line of an order.",
    _line,
)

ORDER = Record(
    "order",
    {
        "id": required(ID),
        "customer_id": required(Text("The buyer.")),
        "lines": absent(Many(LINE)),
        "net_cents": absent(Whole(*CENTS, "Short form: an order of one line with this amount.")),
        "points_cents": optional(
            Whole(*CENTS, "Points used on the whole order, shared over its lines by amount."), 0
        ),
        "vat_rate_bp": maybe(Whole(0, BASIS, "VAT rate of lines that state none.")),
        "channel": optional(Choice(_words(Channel), build=Channel), Channel.MEETING),
        "kind": optional(Choice(_words(OrderKind), build=OrderKind), OrderKind.SALE),
        "status": optional(Choice(_words(OrderStatus), build=OrderStatus), OrderStatus.PLACED),
        "payment": optional(Choice(_words(Payment), build=Payment), Payment.PAID),
        "placed_on": maybe(Day()),
        "first_order": maybe(Flag("The customer's first order.")),
        "shipping_cents": optional(Whole(*CENTS, "Never counted."), 0),
        "catalogue": maybe(Text()),
    },
    "An order. Without lines and net_cents it has no amount.",
    _order,
    ({"not": {"required": ["lines", "net_cents"]}},),
)

CO_HOST = Record(
    "co_host",
    {
        "customer_id": required(ID),
        "share_bp": required(Whole(0, BASIS, "Share of what the hosts win, 5000 = 50 %.")),
    },
    build=_plain(CoHostFacts),
)

PARTICIPANT = Record(
    "participant",
    {
        "customer_id": required(ID),
        "attended": optional(Flag("Ticked as present."), False),
        "invitation": optional(Choice(_words(Invitation), build=Invitation), Invitation.ACCEPTED),
        "new_customer": optional(Flag("New to the brand with this meeting."), False),
    },
    build=_plain(ParticipantFacts),
)

BOOKING = Record(
    "booking",
    {
        "id": required(Text("Id of the booked meeting.")),
        "customer_id": required(Text("Who booked it.")),
        "status": optional(
            Choice(
                _words(BookingStatus),
                "standing: booked and not yet held; held: it took place and was closed.",
                build=BookingStatus,
            ),
            BookingStatus.STANDING,
        ),
        "made_on": maybe(Day()),
        "held_on": maybe(Day("The day the booked meeting was held.")),
        "turnover_cents": maybe(Whole(*CENTS, "Turnover the booked meeting reached.")),
    },
    "A meeting booked in this one. Direct bookings only.",
    _plain(BookingFacts),
)

HOSTED = Record(
    "hosted",
    {"held_on": required(Day()), "with_this_seller": optional(Flag(), False)},
    "Another meeting that the host held as host.",
    _plain(HostedFacts),
)

PERSON = Record(
    "person",
    {
        "customer_id": required(ID),
        "roles": maybe(Many(Text(), distinct=True, about="HOST, SELLER, or the brand's own.")),
        "segments": maybe(Many(Text(), distinct=True, about="Ids of the segments she is in.")),
        "country": maybe(Text("Two letters.")),
        "department": maybe(Text()),
    },
    "Somebody who may win.",
    _plain(PersonFacts),
)

CAP = Record(
    "cap_left",
    {
        "rule_id": required(ID),
        "cap": required(Text("Its id, made of its fields: person-month-times.")),
        "left": required(Whole(0, MAX_CENTS, "What other meetings and orders have left of it.")),
        "subject": optional(Text("Of a cap per person: her id.", least=0), ""),
        "period": optional(Text("Of a pot's cap: 2026, 2026-03, 2026-W10, …", least=0), ""),
    },
    build=_plain(CapFacts),
)

GRANTED = Record(
    "granted",
    {
        "rule_id": required(ID),
        "customer_id": required(ID),
        "scope_id": required(Text("Id of the meeting or order.")),
        "occurrence": optional(Text(least=0), ""),
    },
    "Was granted before: under a cap it comes first.",
    _plain(GrantedFacts),
)

AMOUNT = Whole(-MAX_CENTS, MAX_CENTS, "In cents of what is spent, else a count.")

SHARE = Record(
    "pot_share",
    {
        "cap": required(Text("Its id: person-month-times.")),
        "amount": required(Whole(0, MAX_CENTS)),
        "subject": optional(Text("Of a cap per person: her id.", least=0), ""),
        "period": optional(Text("2026, 2026-03, 2026-W10, …", least=0), ""),
    },
    "What it has taken of a cap: given back when it is withdrawn.",
    _plain(ShareFacts),
)

POT = Record(
    "pot_before",
    {
        "rule_id": required(ID),
        "customer_id": required(ID),
        "id": optional(Text("What its rewards are won in.", least=0), ""),
        "period": optional(Text("2026 when it resets yearly; see docs.", least=0), ""),
        "balance": optional(AMOUNT, 0),
        "issued": optional(
            Many(
                Record(
                    "pot_reward",
                    {
                        "number": required(Whole(1, 1_000_000)),
                        "taken": maybe(Whole(1, MAX_CENTS, "null: what the rule says.")),
                        "used": optional(Flag("Cannot be taken back."), False),
                        "shares": optional(Many(SHARE), ()),
                    },
                    "A reward it gave, and that stands.",
                    _plain(PotIssueFacts),
                )
            ),
            (),
        ),
        "fed": optional(
            Many(
                Record(
                    "pot_feeding",
                    {"source_id": required(ID), "amount": required(AMOUNT)},
                    "What one of these orders, or the meeting, has put in before.",
                    _plain(FedFacts),
                )
            ),
            (),
        ),
    },
    "A pot as it stands, before these orders.",
    _plain(PotFacts),
)

MEETING = Record(
    "meeting",
    {
        "id": required(ID),
        "host_customer_id": required(ID),
        "co_hosts": optional(Many(CO_HOST, most=50), ()),
        "status": optional(
            Choice(_words(MeetingStatus), build=MeetingStatus), MeetingStatus.CLOSED
        ),
        "held_on": maybe(Day()),
        "planned_on": maybe(Day()),
        "first_planned_on": maybe(
            Day("First date agreed: windows of bookings count from it, else from planned_on.")
        ),
        "created_on": maybe(Day()),
        "closed_on": maybe(Day()),
        "place": maybe(Choice(PLACES)),
        "theme": maybe(Text()),
        "catalogue": maybe(Text()),
        "participants": optional(Many(PARTICIPANT), ()),
        "bookings": optional(Many(BOOKING), ()),
        "booked_from": maybe(Text("Id of the meeting this one was booked in.")),
        "hosted_before": maybe(
            Many(HOSTED, about="Other meetings held by its host; null: not known.")
        ),
    },
    build=_meeting,
)

FACTS = Record(
    "facts",
    {
        "format": optional(Choice((FACTS_FORMAT,)), FACTS_FORMAT),
        "seller_customer_id": maybe(Text("Customer card of the seller.")),
        "meeting": maybe(MEETING),
        "orders": optional(Many(ORDER), ()),
        "people": optional(Many(PERSON), ()),
        "caps": optional(Many(CAP, about="Of caps not named, everything is left."), ()),
        "granted": optional(Many(GRANTED), ()),
        "pots": Field(
            Many(POT, about="Those not named are empty; null: pots are not judged."),
            (),
            nullable=True,
        ),
    },
    "One scope: a meeting with its orders, or orders outside meetings.",
    _facts,
    (
        {
            "anyOf": [
                {"required": ["meeting"], "properties": {"meeting": {"type": "object"}}},
                {"required": ["orders"], "properties": {"orders": {"minItems": 1}}},
            ]
        },
    ),
)


def as_document(facts: Facts) -> Mapping[str, Any]:
    """The facts file that reads back as `facts`, for support and tests."""
    return {
        "format": FACTS_FORMAT,
        "seller_customer_id": facts.seller_customer_id,
        "meeting": None if facts.meeting is None else dumped(facts.meeting),
        "orders": [dumped(order) for order in facts.orders],
        "people": [dumped(person) for person in facts.people],
        "caps": [dumped(cap) for cap in facts.caps],
        "granted": [dumped(one) for one in facts.granted],
        "pots": dumped(facts.pots),
    }


def dumped(value: Any) -> Any:
    """One part of the facts as the file holds it."""
    if hasattr(value, "__slots__") and not isinstance(value, str):
        return {name: dumped(getattr(value, name)) for name in value.__slots__}
    if isinstance(value, tuple):
        return [dumped(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value
