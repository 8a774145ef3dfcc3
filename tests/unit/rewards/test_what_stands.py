"""Laws of settling: what is written is the difference to what was granted before."""

from collections import Counter
from datetime import date
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rewards.domain.outcome import EARNED, PROMISED, Award, Explanation, Outcome
from app.rewards.services.granting import Due, Held, Key, changes_of
from tests.support.chance import SOAK

SCOPE, ZOE, LEA = (UUID(int=number) for number in (1, 2, 3))
KEYS: list[Key] = [
    ("rule", reward, "meeting", str(SCOPE), str(person), occurrence)
    for reward, occurrence in (("points", ""), ("voucher", ""), ("points", "booking"))
    for person in (ZOE, LEA)
]
Desired = dict[Key, tuple[int, str]]

deserved = st.dictionaries(
    st.sampled_from(KEYS), st.tuples(st.integers(1, 3), st.sampled_from([EARNED, PROMISED]))
)


def due(desired: Desired) -> Due:
    awards = [
        Award(
            rule_id=key[0],
            rule_name="",
            reward_id=key[1],
            programme_version="",
            beneficiary="guest",
            customer_id=key[4],
            scope_type=key[2],
            scope_id=key[3],
            occurrence=key[5],
            kind="points_fixed",
            value=value,
            unit="points",
            status=status,
            reward={},
            why=Explanation,
        )
        for key, (value, status) in desired.items()
    ]
    return Due(
        awards, Outcome(tuple(awards)), (), SCOPE, SCOPE, 1, "Europe/Paris", date(2026, 1, 1)
    )


class Books:
    """Grants as their changes leave them, and what was handed out of each in all."""

    def __init__(self) -> None:
        self.held: dict[Key, Held] = {}
        self.given: Counter[Key] = Counter()

    def settle(self, desired: Desired) -> int:
        """How many grants that changed."""
        changes = changes_of(due(desired), list(self.held.values()))
        for change in changes:
            row = Held(
                change.grant_id,
                change.rule_id,
                change.reward_id,
                change.scope_type,
                UUID(change.scope_id),
                change.customer_id,
                change.occurrence,
                change.beneficiary,
                change.meeting_id,
                change.kind,
                change.value,
                change.status,
                change.revision,
            )
            before = self.held.get(row.key)
            assert row.revision == (before.revision + 1 if before else 1)
            self.held[row.key] = row
            self.given[row.key] += change.given - change.given_before
        return len(changes)

    @property
    def standing(self) -> Desired:
        said = {"granted": EARNED, "promised": PROMISED}
        return {
            key: (row.value, said[row.status])
            for key, row in self.held.items()
            if row.status != "reversed"
        }


@settings(max_examples=60 * SOAK, deadline=None)
@given(st.lists(deserved, max_size=5), deserved)
def test_whatever_was_settled_before_what_is_deserved_stands(
    history: list[Desired], final: Desired
) -> None:
    books = Books()
    for desired in history:
        books.settle(desired)

    books.settle(final)

    assert books.standing == final
    earned = {key: value for key, (value, status) in final.items() if status == EARNED}
    assert +books.given == Counter(earned)
    assert min(books.given.values(), default=0) >= 0
    assert books.settle(final) == 0


@settings(max_examples=60 * SOAK, deadline=None)
@given(st.lists(deserved, max_size=5))
def test_what_is_taken_back_is_what_was_given(history: list[Desired]) -> None:
    books = Books()
    for desired in history:
        books.settle(desired)

    books.settle({})

    assert books.standing == {}
    assert set(books.given.values()) <= {0}
