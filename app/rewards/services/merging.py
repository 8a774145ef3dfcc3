"""Two cards of one person: what the one has won is the other's."""

from uuid import UUID

from sqlalchemy import exists, func, select, text, update
from sqlalchemy.orm import aliased

from app.infra.locks import Rank, lock_where
from app.infra.uow import UnitOfWork
from app.kernel.ids import new_id
from app.rewards.events import SettlementWanted
from app.rewards.models import CapShares, GiftClaim, GivenReward, Grant, Pot


def hold_claims(uow: UnitOfWork, customer_id: UUID) -> None:
    """Before her orders, as choosing a gift does."""
    lock_where(uow.session, Rank.ORDER, GiftClaim, GiftClaim.customer_id == customer_id)


def hold_pots(uow: UnitOfWork, *customer_ids: UUID) -> None:
    """Before everything that what they give lies behind."""
    lock_where(uow.session, Rank.POT, Pot, Pot.customer_id.in_(customer_ids))


def move_pots(uow: UnitOfWork, from_id: UUID, to_id: UUID) -> None:
    """What both have saved up by one rule is in one pot from now on. Orders, which are hers now,
    have fed that one; the other is empty."""
    found = list(uow.session.scalars(select(Pot).where(Pot.customer_id.in_([from_id, to_id]))))
    kept = {
        (pot.rule_id, pot.measure, pot.period): pot for pot in found if pot.customer_id == to_id
    }
    for pot in found:
        if pot.customer_id != from_id:
            continue
        twin = kept.get((pot.rule_id, pot.measure, pot.period))
        if twin is None:
            pot.customer_id = to_id
        else:
            _pour_over(uow, pot, twin)
    uow.session.flush()


def _pour_over(uow: UnitOfWork, pot: Pot, twin: Pot) -> None:
    given = {"brand": uow.brand_id, "from": pot.id, "to": twin.id, "now": uow.clock()}
    for statement in (_FED_HERE, _GIVEN_HERE):
        uow.session.execute(statement, given)
    twin.balance += pot.balance
    pot.balance = 0
    for one in (pot, twin):
        one.revision += 1


_FED_HERE = text(
    """
    INSERT INTO pot_feedings (brand_id, id, pot_id, source_type, source_id, revision, amount, day,
                              programme_version, at)
    SELECT :brand, gen_random_uuid(), w.pot_id, f.source_type, f.source_id,
           1 + coalesce((SELECT max(revision) FROM pot_feedings o
                         WHERE o.brand_id = :brand AND o.pot_id = w.pot_id
                           AND o.source_id = f.source_id), 0),
           w.sign * f.amount, f.day, f.version, :now
    FROM (SELECT source_type, source_id, sum(amount) AS amount, max(day) AS day,
                 max(programme_version) AS version
          FROM pot_feedings WHERE brand_id = :brand AND pot_id = :from
          GROUP BY source_type, source_id HAVING sum(amount) <> 0) f
    CROSS JOIN (VALUES (CAST(:from AS uuid), -1), (CAST(:to AS uuid), 1)) w (pot_id, sign)
    """
)
_GIVEN_HERE = text(
    """
    WITH moved AS (
        UPDATE pot_rewards r SET pot_id = :to, number = n.number
        FROM (SELECT id, number AS before, row_number() OVER (ORDER BY number)
                     + (SELECT coalesce(max(number), 0) FROM pot_rewards
                        WHERE brand_id = :brand AND pot_id = :to) AS number
              FROM pot_rewards WHERE brand_id = :brand AND pot_id = :from AND stands) n
        WHERE r.brand_id = :brand AND r.id = n.id
        RETURNING n.before, n.number
    )
    UPDATE grants g SET scope_id = :to, occurrence = m.number::text
    FROM moved m
    WHERE g.brand_id = :brand AND g.scope_type = 'pot' AND g.scope_id = :from
      AND g.occurrence = m.before::text
    """
)
"""They are counted on from those given here."""


def move_customer(uow: UnitOfWork, from_id: UUID, to_id: UUID) -> int:
    """How many gifts. What both have won by the same rule in the same meeting is one thing from
    now on: the second grant stays where it is, until its meeting is settled again."""
    kept = aliased(Grant)
    same = ("rule_id", "reward_id", "scope_type", "scope_id", "occurrence")
    twin = exists().where(
        kept.beneficiary_id == to_id,
        *(getattr(kept, name) == getattr(Grant, name) for name in same),
    )
    hers = update(Grant).where(Grant.beneficiary_id == from_id, ~twin)
    claims = update(GiftClaim).where(GiftClaim.customer_id == from_id).values(customer_id=to_id)
    plain = {"synchronize_session": False}
    given = update(GivenReward).where(GivenReward.customer_id == from_id)
    uow.session.execute(hers.values(beneficiary_id=to_id).execution_options(**plain))
    uow.session.execute(given.values(customer_id=to_id).execution_options(**plain))
    moved = uow.session.execute(claims.returning(GiftClaim.id).execution_options(**plain)).all()
    uow.session.expire_all()
    return len(moved)


def join_caps(uow: UnitOfWork, from_id: UUID, to_id: UUID) -> None:
    """What both have taken of a cap per person, one person has taken; each meeting and order keeps
    its part. After every lock of a lower rank."""
    pair = [str(from_id), str(to_id)]
    held = lock_where(uow.session, Rank.CAP, CapShares, CapShares.subject.in_(pair))
    kept = {(one.rule_id, one.cap, one.period): one for one in held if one.subject == pair[1]}
    for share in (one for one in held if one.subject == pair[0]):
        into = kept.get((share.rule_id, share.cap, share.period))
        if into is None:
            share.subject = pair[1]
            continue
        into.taken += share.taken
        into.most = max(into.most, into.taken)
        share.taken = 0
        names = {"brand": uow.brand_id, "share": share.id, "into": into.id}
        for statement in _JOIN_TAKINGS:
            uow.session.execute(statement, names)
    uow.session.flush()


_JOIN_TAKINGS = (
    text(
        """
        UPDATE cap_takings t SET taken = t.taken + o.taken
        FROM cap_takings o
        WHERE t.brand_id = :brand AND o.brand_id = :brand AND t.share_id = :into
          AND o.share_id = :share AND o.scope_id = t.scope_id
        """
    ),
    text(
        """
        UPDATE cap_takings o SET taken = 0
        WHERE o.brand_id = :brand AND o.share_id = :share AND EXISTS (
            SELECT FROM cap_takings t WHERE t.brand_id = :brand AND t.share_id = :into
            AND t.scope_id = o.scope_id)
        """
    ),
    text(
        """
        UPDATE cap_takings o SET share_id = :into
        WHERE o.brand_id = :brand AND o.share_id = :share AND o.taken > 0
        """
    ),
)
"""Where both have taken in one scope, their parts add up; elsewhere the part moves."""


def settle_later(uow: UnitOfWork, meeting_ids: tuple[UUID, ...]) -> None:
    """What two people did in these meetings, one person did: who won what is worked out anew."""
    for meeting_id in meeting_ids:
        uow.record(SettlementWanted(new_id(), 1, meeting_id))


def count(uow: UnitOfWork, customer_id: UUID) -> int:
    """What would be moved."""
    hers = select(func.count()).select_from(GiftClaim).where(GiftClaim.customer_id == customer_id)
    return uow.session.scalar(hers) or 0
