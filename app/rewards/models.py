"""The programme (immutable versions), grants (one row per reward won), gift claims, and what the
brand gives by hand or for points."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.orm import Base, amount, belongs, bigint, brand_pk, cents, one_of, uuid_pk
from app.rewards.domain.gift_terms import GiftTerms
from app.rewards.domain.offers import Holding, OfferKind, TemplateState
from app.rewards.domain.terms import PotMeasure


class ProgrammeVersion(Base):
    """One JSON document, published. Append-only: a change is a new version."""

    __tablename__ = "programme_versions"
    __table_args__ = (
        UniqueConstraint("brand_id", "version"),
        CheckConstraint("version > 0", name="version_positive"),
        Index("ix_programme_versions_effective", "brand_id", "effective_on"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    version: Mapped[int]
    effective_on: Mapped[date]
    document: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
    published_by: Mapped[str]
    proposed_by: Mapped[str | None]
    """Whose proposal was approved, where the brand asks for a second person."""


class ProgrammeDraft(Base):
    """What the brand is preparing: at most one. Publishing makes a version of it and ends it."""

    __tablename__ = "programme_drafts"
    __table_args__ = (
        UniqueConstraint("brand_id"),
        CheckConstraint("revision > 0", name="revision_positive"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    document: Mapped[dict[str, Any]]
    based_on: Mapped[int]
    """The version it started from; 0 for none."""
    revision: Mapped[int]
    """Raised by each change: whoever saves says which one she was looking at."""
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]
    proposed_revision: Mapped[int | None]
    """What somebody else is asked to approve; changed since then, it is no longer proposed."""
    proposed_for: Mapped[date | None]
    """The day it would take effect."""
    proposed_by: Mapped[str | None]
    proposed_at: Mapped[datetime | None]


class RewardPicture(Base):
    """A picture that stands for a reward, as rules name it by its id. Never altered or deleted:
    published versions name it for ever."""

    __tablename__ = "reward_pictures"

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    content_type: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    added_at: Mapped[datetime]


class SimulationStatus(StrEnum):
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    """By hand; what is left can be taken up again."""
    FAILED = "failed"
    """Workers gave up; the same holds."""


ONE_RUNS = "uq_simulations_running"


class Simulation(Base):
    """A programme told against what happened in a period, beside the one in force when it was
    asked. Both documents are kept: whatever is published or edited meanwhile, it stays comparable.
    """

    __tablename__ = "simulations"
    __table_args__ = (
        one_of("status", SimulationStatus),
        CheckConstraint("from_on <= until_on", name="period_is_one"),
        Index("ix_simulations_asked", "brand_id", "asked_at"),
        Index(ONE_RUNS, "brand_id", unique=True, postgresql_where=text("status = 'running'")),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    status: Mapped[str]
    document: Mapped[dict[str, Any]]
    version: Mapped[int]
    """0: the draft as it was."""
    base: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    base_version: Mapped[int]
    """0: nothing was in force."""
    tariff: Mapped[dict[str, Any]]
    """What awards are estimated at: points, and list prices of gifts."""
    from_on: Mapped[date]
    until_on: Mapped[date]
    chunks: Mapped[int]
    revision: Mapped[int]
    """How often workers were asked to go on with it."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    finished_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class SimulationChunk(Base):
    """Meetings, or orders outside meetings, that one worker judges in one transaction."""

    __tablename__ = "simulation_chunks"
    __table_args__ = (belongs("simulation_id", "simulations"),)

    brand_id: Mapped[brand_pk]
    simulation_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    """Of meetings."""
    order_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    done_at: Mapped[datetime | None]
    tally: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    winners_before: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    winners_after: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    differences: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    """`domain.simulation.Difference`, each as a list."""
    news: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What later chunks have to know, as `domain.running.Running` tells it."""


class GrantStatus(StrEnum):
    PROMISED = "promised"
    """Of a booking whose meeting has yet to be held."""
    GRANTED = "granted"
    REVERSED = "reversed"


class Grant(Base):
    """What one person has won by one reward of one rule in one scope, once per occurrence.

    The unique key, not the code, makes granting happen once. A change of value or status raises
    `revision`; ledger entries and e-mails are keyed by (grant, revision).
    """

    __tablename__ = "grants"
    __table_args__ = (
        belongs("beneficiary_id", "customers"),
        belongs("meeting_id", "meetings"),
        belongs("explanation_id", "grant_explanations"),
        UniqueConstraint(
            "brand_id",
            "rule_id",
            "reward_id",
            "scope_type",
            "scope_id",
            "beneficiary_id",
            "occurrence",
            name="uq_grants_once",
        ),
        one_of("status", GrantStatus),
        CheckConstraint("value >= 0", name="value_positive"),
        Index("ix_grants_scope", "brand_id", "scope_type", "scope_id"),
        Index("ix_grants_meeting", "brand_id", "meeting_id"),
        Index("ix_grants_beneficiary", "brand_id", "beneficiary_id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    rule_id: Mapped[str]
    reward_id: Mapped[str]
    scope_type: Mapped[str]
    scope_id: Mapped[UUID]
    meeting_id: Mapped[UUID | None]
    beneficiary_id: Mapped[UUID]
    beneficiary: Mapped[str]
    """host, guest or seller: in which capacity she won."""
    occurrence: Mapped[str]
    """The source within the scope (e.g. the booked meeting), empty when there is only one."""
    programme_version: Mapped[int]
    kind: Mapped[str]
    value: Mapped[bigint]
    """Points, cents or units, as the kind says."""
    reward: Mapped[dict[str, Any]]
    status: Mapped[str]
    revision: Mapped[int]
    explanation_id: Mapped[UUID]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class GrantExplanation(Base):
    """Why something was granted, or is no longer, kept once for all who were told the same by one
    settlement. Append-only."""

    __tablename__ = "grant_explanations"

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    document: Mapped[dict[str, Any]]


class GrantRevision(Base):
    """Every state a grant has ever had. Append-only."""

    __tablename__ = "grant_revisions"
    __table_args__ = (
        belongs("grant_id", "grants"),
        belongs("explanation_id", "grant_explanations"),
        UniqueConstraint("brand_id", "grant_id", "revision"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    grant_id: Mapped[UUID]
    revision: Mapped[int]
    value: Mapped[bigint]
    status: Mapped[str]
    programme_version: Mapped[int]
    explanation_id: Mapped[UUID]
    at: Mapped[datetime]


class FrozenFacts(Base):
    """What rules saw beside a meeting or order when it was first settled: its host's history, and
    who the people in it were."""

    __tablename__ = "frozen_facts"
    __table_args__ = (UniqueConstraint("brand_id", "scope_type", "scope_id"),)

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    scope_type: Mapped[str]
    scope_id: Mapped[UUID]
    document: Mapped[dict[str, Any]]
    """`hosted_before` of its `host`, and `people`, as in the facts format."""


class CapShares(Base):
    """How much of a rule's cap is taken in all, of the most it may be."""

    __tablename__ = "cap_shares"
    __table_args__ = (
        UniqueConstraint("brand_id", "rule_id", "cap", "period", "subject", name="uq_cap_shares"),
        CheckConstraint("taken BETWEEN 0 AND most", name="taken_in_range"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    rule_id: Mapped[str]
    cap: Mapped[str]
    """Its id within the rule: person-month-times."""
    period: Mapped[str]
    """The year, month, week or day it is of; empty: for ever."""
    subject: Mapped[str]
    """Whose share, of a cap per person; else empty."""
    most: Mapped[bigint]
    taken: Mapped[bigint]


class CapTaking(Base):
    """Of that, what one meeting, or order outside meetings, has taken."""

    __tablename__ = "cap_takings"
    __table_args__ = (
        UniqueConstraint("brand_id", "scope_id", "share_id", name="uq_cap_takings"),
        belongs("share_id", "cap_shares"),
        CheckConstraint("taken >= 0", name="taken_positive"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    scope_id: Mapped[UUID]
    share_id: Mapped[UUID]
    taken: Mapped[bigint]


class Pot(Base):
    """What one person has saved up by one rule with the trigger `spend`: what was fed, less what
    its standing rewards took."""

    __tablename__ = "pots"
    __table_args__ = (
        belongs("customer_id", "customers"),
        UniqueConstraint(
            "brand_id", "rule_id", "measure", "period", "customer_id", name="uq_pots_one_each"
        ),
        one_of("measure", PotMeasure),
        CheckConstraint("revision > 0", name="revision_positive"),
        Index("ix_pots_customer", "brand_id", "customer_id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    rule_id: Mapped[str]
    measure: Mapped[str]
    """A version that counts something else has pots of its own."""
    period: Mapped[str]
    """The year, or the day its programme began, as the rule's resets say; else empty."""
    customer_id: Mapped[UUID]
    balance: Mapped[bigint]
    """Cents of what was spent, or a count; less than nothing when rewards were used that returns
    took back."""
    revision: Mapped[int]


class PotSource(StrEnum):
    ORDER = "order"
    MEETING = "meeting"


class PotFeeding(Base):
    """What an order, or a meeting, put into a pot, or took out of it again. Append-only."""

    __tablename__ = "pot_feedings"
    __table_args__ = (
        belongs("pot_id", "pots"),
        UniqueConstraint("brand_id", "pot_id", "source_id", "revision", name="uq_pot_feedings"),
        one_of("source_type", PotSource),
        CheckConstraint("amount <> 0", name="amount_something"),
        Index("ix_pot_feedings_source", "brand_id", "source_id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    pot_id: Mapped[UUID]
    source_type: Mapped[str]
    source_id: Mapped[UUID]
    revision: Mapped[int]
    """Of this source, in this pot."""
    amount: Mapped[bigint]
    day: Mapped[date | None]
    """The day it counts on."""
    programme_version: Mapped[int]
    at: Mapped[datetime]


class PotReward(Base):
    """One time a pot paid, and what that took off it. What it gave are the grants of this scope
    whose occurrence is its number."""

    __tablename__ = "pot_rewards"
    __table_args__ = (
        belongs("pot_id", "pots"),
        UniqueConstraint("brand_id", "pot_id", "number", name="uq_pot_rewards_number"),
        one_of("source_type", PotSource),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("taken > 0", name="taken_positive"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    pot_id: Mapped[UUID]
    number: Mapped[int]
    taken: Mapped[bigint]
    source_type: Mapped[str]
    source_id: Mapped[UUID]
    """The order, or meeting, that filled it."""
    stands: Mapped[bool]
    """Else it was withdrawn; it may be won again."""
    at: Mapped[datetime]
    """When it was won, or withdrawn."""


class ClaimStatus(StrEnum):
    """In the order in which they go when fewer are deserved."""

    OPEN = "open"
    WAITING = "waiting"
    """None was left: the next one that comes in is hers, after those who waited before her."""
    CHOSEN = "chosen"
    """The gift stands on a gift order; `order_id` says which."""
    CONVERTED = "converted"
    """It has become a voucher; `voucher_id` says which."""
    EXPIRED = "expired"
    REVERSED = "reversed"


class GiftClaim(Base):
    """One unit of gift to hand out: choosing it takes it from stock and puts it on a gift order.

    A defined product is a choice among one.
    """

    __tablename__ = "gift_claims"
    __table_args__ = (
        belongs("grant_id", "grants"),
        belongs("customer_id", "customers"),
        belongs("meeting_id", "meetings"),
        belongs("product_id", "products"),
        belongs("order_id", "orders"),
        belongs("waits_for_id", "products"),
        belongs("voucher_id", "vouchers"),
        UniqueConstraint("brand_id", "grant_id", "unit"),
        one_of("status", ClaimStatus),
        CheckConstraint("(status = 'waiting') = (waits_for_id IS NOT NULL)", name="waits_for_one"),
        CheckConstraint("(status = 'converted') = (voucher_id IS NOT NULL)", name="converted_into"),
        CheckConstraint("(status = 'chosen') = (product_id IS NOT NULL)", name="chosen_is_named"),
        CheckConstraint("(grant_id IS NULL) = (terms IS NOT NULL)", name="won_or_given"),
        Index("ix_gift_claims_customer", "brand_id", "customer_id"),
        Index("ix_gift_claims_meeting", "brand_id", "meeting_id"),
        Index("ix_gift_claims_due", "brand_id", "status", "choose_before"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    grant_id: Mapped[UUID | None]
    unit: Mapped[int]
    customer_id: Mapped[UUID]
    meeting_id: Mapped[UUID | None]
    terms: Mapped[dict[str, Any] | None]
    """Of one that no rule gave: what is offered, and why."""
    choices: Mapped[list[Any]]
    """References of the products to choose among."""
    choose_before: Mapped[datetime | None]
    status: Mapped[str]
    product_id: Mapped[UUID | None]
    order_id: Mapped[UUID | None]
    chosen_at: Mapped[datetime | None]
    chosen_by: Mapped[str | None]
    fallback: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    """What she was told would happen if none is left, or if she does not choose: `GiftTerms`."""
    reminded_days: Mapped[int | None]
    """The last reminder she had: so many days before the deadline."""
    waits_for_id: Mapped[UUID | None]
    waiting_since: Mapped[datetime | None]
    waits_until: Mapped[datetime | None]
    """Then it becomes a voucher; None: as long as it takes."""
    voucher_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    """When it was converted, or lost."""
    created_at: Mapped[datetime]

    @property
    def kept(self) -> GiftTerms:
        return GiftTerms.read(self.fallback)

    def offer(self, choices: list[str], until: datetime | None, fallback: dict[str, Any]) -> None:
        """Won again, to choose among what is offered by now."""
        self.status, self.choices, self.choose_before = ClaimStatus.OPEN, choices, until
        self.fallback, self.reminded_days = fallback, None

    def choose(self, product_id: UUID, order_id: UUID, at: datetime, by: str) -> None:
        self._clear()
        self.status, self.product_id, self.order_id = ClaimStatus.CHOSEN, product_id, order_id
        self.chosen_at, self.chosen_by = at, by

    def open_again(self) -> None:
        """She has changed her mind."""
        self._clear()
        self.status = ClaimStatus.OPEN

    def wait(self, product_id: UUID, since: datetime, until: datetime | None) -> None:
        self._clear()
        self.status, self.waits_for_id = ClaimStatus.WAITING, product_id
        self.waiting_since, self.waits_until = since, until

    def convert(self, voucher_id: UUID, at: datetime) -> None:
        self._clear()
        self.status, self.voucher_id, self.ended_at = ClaimStatus.CONVERTED, voucher_id, at

    def lapse(self, at: datetime) -> None:
        self._clear()
        self.status, self.ended_at = ClaimStatus.EXPIRED, at

    def take_back(self) -> None:
        """As if it had never been chosen; it may be won again."""
        self._clear()
        self.status = ClaimStatus.REVERSED

    def _clear(self) -> None:
        self.product_id = self.order_id = self.chosen_at = self.chosen_by = None
        self.waits_for_id = self.waiting_since = self.waits_until = None
        self.voucher_id = self.ended_at = None


class RewardTemplate(Base):
    """A reward the brand gives again and again, under a name of its own."""

    __tablename__ = "reward_templates"
    __table_args__ = (
        UniqueConstraint("brand_id", "key"),
        one_of("kind", OfferKind),
        one_of("state", TemplateState),
        amount("cents"),
        CheckConstraint("price_points > 0", name="price_points_positive"),
        CheckConstraint("valid_days > 0", name="valid_days_positive"),
        CheckConstraint("valid_from <= valid_until", name="days_in_order"),
        CheckConstraint("revision > 0", name="revision_positive"),
        Index("ix_reward_templates_state", "brand_id", "state"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    key: Mapped[str]
    """What rules call it; made of its first name, never changed."""
    name: Mapped[str]
    kind: Mapped[str]
    offer: Mapped[dict[str, Any]]
    """The values of `Offer`."""
    valid_days: Mapped[int | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    cents: Mapped[cents]
    """What one costs the brand at most."""
    price_points: Mapped[bigint | None]
    """What customers pay for it; None: it is only given."""
    state: Mapped[str]
    revision: Mapped[int]
    """Raised by each change: whoever saves says which one she was looking at."""
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]


class GivenReward(Base):
    """A reward somebody was given by hand, or has exchanged for points. Its key, minted
    by whoever asked, is what makes it happen once."""

    __tablename__ = "given_rewards"
    __table_args__ = (
        belongs("customer_id", "customers"),
        belongs("template_id", "reward_templates"),
        one_of("holding", Holding),
        CheckConstraint("price_points > 0", name="price_points_positive"),
        Index("ix_given_rewards_customer", "brand_id", "customer_id"),
        Index("ix_given_rewards_template", "brand_id", "template_id"),
    )

    brand_id: Mapped[brand_pk]
    id: Mapped[uuid_pk]
    customer_id: Mapped[UUID]
    template_id: Mapped[UUID | None]
    """None: made for her alone."""
    holding: Mapped[str]
    holding_id: Mapped[UUID]
    """Her code, voucher or gift."""
    price_points: Mapped[bigint | None]
    """What she paid; None: a present."""
    given_at: Mapped[datetime]
    given_by: Mapped[str]
