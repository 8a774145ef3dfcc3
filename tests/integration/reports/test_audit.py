"""The audit finds no fault in honest books, and names each falsification that is planted in them.

Falsifications are written as a thief with the owner's password would: past row-level security,
triggers and foreign keys. Each is undone before the next one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.brands.queries import BrandView
from app.catalog.services import NewProduct, create_category, create_product
from app.kernel.actor import system
from app.meetings.services import ordering
from app.reports.audit import CHECKS, audit
from app.rewards.queries import claims_of_meeting
from app.rewards.services.gift_choice import choose_gift
from app.rewards.services.pots import feed_from_meeting
from tests.support.clock import StillClock
from tests.support.databases import plain, sqlalchemy_url
from tests.support.gathering import set_stage
from tests.support.rewards import points, rule
from tests.support.season import Season, every_reward


@dataclass(frozen=True)
class Lie:
    """`sql` alters the books; `named` begins the findings, one of which must be it."""

    said: str
    sql: str
    named: str
    past: str = ""
    """A check of `points_accounts` that the thief drops first."""


PROMOTION = """
    INSERT INTO promotions (brand_id, id, key, name, document, state, revision, created_at,
                            created_by, updated_at, updated_by)
    SELECT id, gen_random_uuid(), 'one', 'One', '{"limits": {"uses": 1}}', 'live', 1, now(), '',
           now(), ''
    FROM brands LIMIT 1
"""
USE = """
    INSERT INTO promotion_uses (brand_id, id, promotion, promotion_id, code, order_id, customer_id,
                                seller_id, state, amount_cents, basket_cents, gives_back,
                                reserved_at)
    SELECT o.brand_id, one.id, 'one', one.id, '', o.id, o.customer_id, o.seller_id, 'consumed', 1,
           1, true, now()
    FROM one, (SELECT * FROM orders WHERE kind = 'sale' AND status = 'placed' LIMIT 1) o
"""
REWARD = "SELECT e.id, e.customer_id FROM ledger_entries e WHERE e.kind = 'reward' LIMIT 1"
SALE = "(SELECT id FROM orders WHERE kind = 'sale' AND payment_status = 'paid' LIMIT 1)"
LIES = [
    Lie(
        "less than nothing",
        "UPDATE points_accounts SET balance = -balance WHERE kind = 'available' AND balance > 0",
        "account is on the wrong side of zero",
        past="balance_sign",
    ),
    Lie(
        "a debt nobody allowed",
        "UPDATE points_accounts SET balance = -9 WHERE kind = 'debt'",
        "debt is beyond what the brand ever allowed",
    ),
    Lie(
        "points kept that expire sooner than those used",
        """
        WITH soon AS (
            UPDATE lots SET expires_at = available_at + interval '1 year'
            WHERE id = (SELECT id FROM lots WHERE remaining > 0 LIMIT 1) RETURNING *),
        late AS (
            INSERT INTO lots SELECT (jsonb_populate_record(l, jsonb_build_object(
                'id', gen_random_uuid(), 'expires_at', NULL))).* FROM lots l
            WHERE id = (SELECT id FROM soon) RETURNING id),
        entry AS (
            INSERT INTO ledger_entries SELECT (jsonb_populate_record(e, jsonb_build_object(
                'id', gen_random_uuid(), 'key', 'late', 'kind', 'converted',
                'occurred_at', e.occurred_at + interval '1 day'))).* FROM ledger_entries e
            WHERE id = (SELECT entry_id FROM soon) RETURNING id)
        INSERT INTO postings SELECT (jsonb_populate_record(p, jsonb_build_object(
            'id', gen_random_uuid(), 'entry_id', entry.id, 'lot_id', late.id,
            'source_id', p.destination_id, 'destination_id', p.source_id))).*
        FROM postings p, entry, late WHERE p.lot_id = (SELECT id FROM soon)
        """,
        "points were used while others expired sooner",
    ),
    Lie(
        "points that expired on no day",
        f"UPDATE ledger_entries SET kind = 'expired' FROM ({REWARD}) one "
        "WHERE ledger_entries.id = one.id",
        "points were used after their last day, or expired before it",
    ),
    Lie(
        "points that come back from nowhere",
        f"""
        UPDATE postings p SET source_id = (
            SELECT a.id FROM points_accounts a
            WHERE a.customer_id = one.customer_id AND a.kind = 'spent')
        FROM ({REWARD}) one WHERE p.entry_id = one.id
        """,
        "more of a lot came back from where it was spent than went there",
    ),
    Lie(
        "points let go for no reason",
        """
        UPDATE ledger_entries e SET kind = 'made_available', source_id = l.id
        FROM lots l WHERE l.entry_id = e.id
        """,
        "pending points became available before what they waited for",
    ),
    Lie(
        "points an order never promised",
        f"""
        UPDATE ledger_entries l SET kind = 'order_earned', source_type = 'order',
                                    source_id = {SALE}
        FROM ({REWARD}) one WHERE l.id = one.id
        """,
        "order gave other points than its quote promised",
    ),
    Lie(
        "points that no order waits for",
        f"""
        WITH one AS ({REWARD}), entry AS (
            UPDATE ledger_entries l SET source_type = 'order', source_id = {SALE}
            FROM one WHERE l.id = one.id)
        UPDATE postings p SET destination_id = (
            SELECT a.id FROM points_accounts a
            WHERE a.customer_id = one.customer_id AND a.kind = 'reserved')
        FROM one WHERE p.entry_id = one.id
        """,
        "reserved points differ from the orders that wait",
    ),
    Lie(
        "points that wait for nothing",
        "UPDATE lots SET available_at = NULL WHERE remaining > 0",
        "pending points wait for nothing",
    ),
    Lie(
        "a code that points never became",
        "UPDATE promo_codes SET points = 5 WHERE kind = 'personal'",
        "code made of points differs from the ledger",
    ),
    Lie(
        "a posting of more points",
        """
        UPDATE postings SET points = points + 1
        WHERE id = (SELECT max(id::text)::uuid FROM postings)
        """,
        "balance differs",
    ),
    Lie(
        "a posting deleted",
        "DELETE FROM postings WHERE id = (SELECT max(id::text)::uuid FROM postings)",
        "balance differs",
    ),
    Lie(
        "points invented with every sum kept",
        """
        WITH one AS (SELECT p.*, e.customer_id FROM postings p
                     JOIN ledger_entries e ON e.id = p.entry_id LIMIT 1),
             more AS (UPDATE postings p SET points = p.points + 7 FROM one WHERE p.id = one.id),
             lot AS (UPDATE lots l SET points = l.points + 7, remaining = l.remaining + 7
                     FROM one WHERE l.id = one.lot_id),
             out AS (UPDATE points_accounts a SET balance = a.balance - 7
                     FROM one WHERE a.id = one.source_id)
        UPDATE points_accounts a SET balance = a.balance + 7
        FROM one WHERE a.id = one.destination_id
        """,
        "entry differs from its seal",
    ),
    Lie(
        "a posting moved to a friend",
        """
        UPDATE postings SET destination_id = (
            SELECT a.id FROM points_accounts a JOIN points_accounts b ON b.id <> a.id
            WHERE a.kind = 'available' AND b.kind = 'available'
              AND b.id = postings.destination_id LIMIT 1)
        WHERE id = (SELECT max(p.id::text)::uuid FROM postings p
                    JOIN points_accounts d ON d.id = p.destination_id WHERE d.kind = 'available')
        """,
        "posting touches another customer's account",
    ),
    Lie(
        "a balance raised on both sides",
        """
        UPDATE points_accounts SET balance = balance + CASE kind WHEN 'issued' THEN -9 ELSE 9 END
        WHERE kind IN ('issued', 'available')
        """,
        "balance differs",
    ),
    Lie(
        "a balance raised on one side",
        "UPDATE points_accounts SET balance = balance + 9 WHERE kind = 'available'",
        "accounts of a customer do not sum to zero",
    ),
    Lie("a lot with less left", "UPDATE lots SET remaining = remaining - 1", "lot differs"),
    Lie("a lot that was larger", "UPDATE lots SET points = points + 1", "lot differs"),
    Lie(
        "a lot that expires",
        "UPDATE lots SET expires_at = now() + interval '1 day'",
        "entry differs from its seal",
    ),
    Lie(
        "a lot given to somebody else",
        """
        UPDATE lots SET customer_id = (SELECT id FROM customers c WHERE c.id <> lots.customer_id
                                       LIMIT 1)
        WHERE id = (SELECT max(id::text)::uuid FROM lots)
        """,
        "lot belongs to another customer",
    ),
    Lie(
        "an entry of a grant that never was",
        """
        UPDATE ledger_entries SET source_id = gen_random_uuid(), key = 'grant:elsewhere:1'
        WHERE id = (SELECT max(id::text)::uuid FROM ledger_entries)
        """,
        "something stems from a grant that does not exist",
    ),
    Lie(
        "an entry under another key",
        """
        UPDATE ledger_entries SET key = key || '0'
        WHERE id = (SELECT max(id::text)::uuid FROM ledger_entries)
        """,
        "points of a revision differ",
    ),
    Lie("an entry deleted", "DELETE FROM ledger_entries", "posting belongs to no entry"),
    Lie("a lot deleted", "DELETE FROM lots", "posting belongs to no entry, account or lot"),
    Lie(
        "an entry of another person",
        """
        UPDATE ledger_entries SET customer_id = (
            SELECT id FROM customers c WHERE c.id <> ledger_entries.customer_id LIMIT 1)
        """,
        "entry differs from its seal",
    ),
    Lie("a grant of more", "UPDATE grants SET value = value + 1", "grant differs from its last"),
    Lie(
        "a grant of more, its revision too",
        """
        WITH more AS (UPDATE grant_revisions SET value = value + 1)
        UPDATE grants SET value = value + 1 WHERE kind LIKE 'points%'
        """,
        "points of a revision differ",
    ),
    Lie(
        "a grant of another day's programme",
        "UPDATE grants SET programme_version = 99",
        "grant was given by no known rule",
    ),
    Lie(
        "a grant of a rule nobody wrote",
        "UPDATE grants SET rule_id = 'mine'",
        "grant was given by no known rule",
    ),
    Lie(
        "a grant explained otherwise",
        """
        WITH why AS (INSERT INTO grant_explanations (brand_id, id, document)
                     SELECT id, gen_random_uuid(), '{"why": "because"}' FROM brands
                     RETURNING brand_id, id)
        UPDATE grants g SET explanation_id = why.id FROM why WHERE why.brand_id = g.brand_id
        """,
        "grant differs from its last revision",
    ),
    Lie(
        "a grant of another person",
        """
        UPDATE grants SET beneficiary_id = (
            SELECT id FROM customers c WHERE c.id <> grants.beneficiary_id LIMIT 1)
        WHERE kind = 'voucher'
        """,
        "something stems from a grant that does not exist, or is another",
    ),
    Lie(
        "a grant deleted",
        "DELETE FROM grants WHERE kind = 'promo_code'",
        "something stems from a grant that does not exist",
    ),
    Lie(
        "a grant taken back, its holdings left",
        """
        WITH back AS (UPDATE grant_revisions SET status = 'reversed')
        UPDATE grants SET status = 'reversed'
        """,
        "grant was taken back and can still be used",
    ),
    Lie(
        "an old revision rewritten",
        """
        UPDATE grant_revisions SET value = value + 1 WHERE revision = 1
        AND grant_id = (SELECT id FROM grants WHERE revision > 1 AND rule_id = 'host')
        """,
        "points of a revision differ",
    ),
    Lie(
        "an old revision deleted",
        """
        DELETE FROM grant_revisions WHERE revision = 1
        AND grant_id = (SELECT id FROM grants WHERE revision > 1 LIMIT 1)
        """,
        "grant misses a revision",
    ),
    Lie(
        "a gift offered once more",
        """
        INSERT INTO gift_claims SELECT (jsonb_populate_record(c, jsonb_build_object(
            'id', gen_random_uuid(), 'unit', 99))).* FROM gift_claims c
        WHERE status = 'open' LIMIT 1
        """,
        "gift claims differ",
    ),
    Lie(
        "a gift given to somebody else",
        """
        UPDATE gift_claims SET customer_id = (
            SELECT id FROM customers c WHERE c.id <> gift_claims.customer_id LIMIT 1)
        """,
        "something stems from a grant that does not exist, or is another",
    ),
    Lie(
        "a chosen gift exchanged",
        """
        UPDATE gift_claims SET product_id = (
            SELECT id FROM products p WHERE p.id <> gift_claims.product_id LIMIT 1)
        WHERE status = 'chosen'
        """,
        "chosen gift is not on its order",
    ),
    Lie(
        "a chosen gift open again",
        """
        UPDATE gift_claims SET status = 'open', product_id = NULL, order_id = NULL
        WHERE status = 'chosen'
        """,
        "gift on an order was not won",
    ),
    Lie(
        "a gift converted into somebody else's voucher",
        """
        UPDATE gift_claims SET status = 'converted', product_id = NULL, order_id = NULL,
            voucher_id = (SELECT v.id FROM vouchers v
                          WHERE v.customer_id <> gift_claims.customer_id LIMIT 1)
        WHERE status = 'chosen'
        """,
        "gift was converted into no voucher of hers",
    ),
    Lie(
        "a gift line nobody won",
        """
        INSERT INTO order_lines SELECT (jsonb_populate_record(l, jsonb_build_object(
            'id', gen_random_uuid(), 'gift_claim_id', NULL))).* FROM order_lines l
        WHERE gift_claim_id IS NOT NULL LIMIT 1
        """,
        "gift on an order was not won",
    ),
    Lie(
        "one code more",
        """
        INSERT INTO promo_codes SELECT (jsonb_populate_record(p, jsonb_build_object(
            'id', gen_random_uuid(), 'copy', 2, 'code', 'MINE', 'code_key', 'mine'))).*
        FROM promo_codes p LIMIT 1
        """,
        "codes differ",
    ),
    Lie(
        "a code given to somebody else",
        """
        UPDATE promo_codes SET customer_id = (
            SELECT id FROM customers c WHERE c.id <> promo_codes.customer_id LIMIT 1)
        """,
        "something stems from a grant that does not exist, or is another",
    ),
    Lie(
        "a code that works under another name",
        "UPDATE promo_codes SET code_key = 'mine' WHERE id = (SELECT id FROM promo_codes LIMIT 1)",
        "code cannot be found by what it says",
    ),
    Lie(
        "a voucher worth more",
        "UPDATE vouchers SET face_cents = 9999, remaining_cents = 9999",
        "voucher differs",
    ),
    Lie(
        "a voucher used up", "UPDATE vouchers SET remaining_cents = 0", "voucher differs from what"
    ),
    Lie(
        "a voucher used by an order that was never placed",
        """
        INSERT INTO voucher_uses (brand_id, id, voucher_id, order_id, state, amount_cents,
                                  lost_cents, reserved_at)
        SELECT brand_id, id, id, gen_random_uuid(), 'reserved', 0, 0, now() FROM vouchers LIMIT 1
        """,
        "voucher of an order that does not stand",
    ),
    Lie(
        "a code used without an order",
        "UPDATE promo_codes SET uses = 1, status = 'used'",
        "code differs from the orders",
    ),
    Lie(
        "a discount counted that nobody had",
        f"""
        WITH one AS ({PROMOTION} RETURNING brand_id, id)
        INSERT INTO promotion_tallies (brand_id, id, promotion_id, scope, subject, uses,
                                       spent_cents)
        SELECT brand_id, id, id, 'all', id, 1, 0 FROM one
        """,
        "tally of a discount differs",
    ),
    Lie(
        "a discount used beside its limit",
        f"WITH one AS ({PROMOTION} RETURNING brand_id, id) {USE}",
        "use of a limited discount was not counted",
    ),
    Lie(
        "a use given back to nobody",
        f"""
        WITH one AS ({PROMOTION} RETURNING brand_id, id), used AS ({USE} RETURNING order_id)
        UPDATE orders SET status = 'cancelled' FROM used WHERE orders.id = used.order_id
        """,
        "use stands for an order that does not",
    ),
    Lie(
        "a discount slipped into an order",
        """
        UPDATE orders SET quote = jsonb_set(quote, '{applied}', '[{"promotion": "friend"}]')
        WHERE quote IS NOT NULL AND kind = 'sale'
        """,
        "discount of an order has no use",
    ),
    Lie(
        "an order made cheaper with its line",
        """
        WITH less AS (UPDATE order_lines SET net_cents = net_cents - 100 WHERE net_cents > 0)
        UPDATE orders SET products_cents = products_cents - 100, total_cents = total_cents - 100,
                          paid_cents = least(paid_cents, total_cents - 100)
        WHERE total_cents > 0
        """,
        "placed order differs from its frozen quote",
    ),
    Lie(
        "a line added to an order",
        """
        INSERT INTO order_lines SELECT (jsonb_populate_record(l, jsonb_build_object(
            'id', gen_random_uuid(), 'net_cents', 0, 'vat_cents', 0))).* FROM order_lines l
        WHERE net_cents > 0 LIMIT 1
        """,
        "line differs from its frozen quote",
    ),
    Lie(
        "money given back without a return",
        "UPDATE orders SET refunded_cents = 1 WHERE paid_cents > 0",
        "what came back differs from its reversals",
    ),
    Lie(
        "a unit that left without a shipment",
        "UPDATE order_lines SET shipped = 1",
        "units of a line differ from shipments and reversals",
    ),
    Lie(
        "points that an order says it used",
        """
        UPDATE orders SET quote = jsonb_set(quote, '{points}', '{"consumed": 7}')
        WHERE number = 1
        """,
        "points of an order differ from the ledger",
    ),
    Lie("a line of another amount", "UPDATE order_lines SET net_cents = 1", "order total differs"),
    Lie("a line of more units", "UPDATE order_lines SET quantity = 2", "line differs from its"),
    Lie("a line of less tax", "UPDATE order_lines SET vat_cents = 0", "line differs from its"),
    Lie("a line deleted", "DELETE FROM order_lines WHERE net_cents > 0", "order total differs"),
    Lie(
        "an order deleted",
        "DELETE FROM orders WHERE number = 1",
        "order number is missing",
    ),
    Lie(
        "a pot of more",
        "UPDATE pots SET balance = balance + 1",
        "pot differs from what was fed and what it gave",
    ),
    Lie(
        "a pot fed by nothing",
        "UPDATE pot_feedings SET source_id = gen_random_uuid()",
        "feeding of a pot is missing, or belongs to nothing",
    ),
    Lie(
        "a reward of a pot forgotten, its pot brought in line",
        """
        WITH gone AS (UPDATE pot_rewards SET stands = false RETURNING pot_id, taken)
        UPDATE pots SET balance = balance + gone.taken FROM gone WHERE pots.id = gone.pot_id
        """,
        "reward of a pot differs from its grants",
    ),
    Lie(
        "a number used twice over",
        "UPDATE orders SET number = 999 WHERE number = 1",
        "order number beyond its counter",
    ),
    Lie(
        "the counter set back",
        "UPDATE counters SET value = 1",
        "order number beyond its counter",
    ),
    Lie(
        "an invoice deleted", "DELETE FROM documents WHERE number = 1", "document number is missing"
    ),
    Lie(
        "an invoice of a paid order deleted",
        "DELETE FROM documents WHERE kind = 'invoice' AND number = 2",
        "paid order has no invoice",
    ),
    Lie(
        "an invoice of more than was sold",
        "UPDATE documents SET total_cents = total_cents + 1 WHERE kind = 'invoice'",
        "invoice differs from its order",
    ),
    Lie(
        "a line of an invoice altered",
        "UPDATE documents SET content = jsonb_set(content, '{lines,0,net_cents}', '1')",
        "document does not add up",
    ),
    Lie(
        "a refund without a credit note",
        "UPDATE orders SET returned_cents = 1 WHERE payment_status = 'paid'",
        "credit notes differ",
    ),
    Lie("a payment of less", "UPDATE payments SET amount_cents = 1", "order payments differ"),
    Lie("a payment deleted", "DELETE FROM payments", "order payments differ"),
    Lie(
        "an order paid without money",
        """
        UPDATE orders SET payment_status = 'paid', paid_at = now()
        WHERE payment_status = 'unpaid'
        """,
        "payment state differs",
    ),
    Lie(
        "a cancelled order revived",
        "UPDATE orders SET status = 'placed' WHERE status = 'cancelled'",
        "order state differs from its instants",
    ),
    Lie(
        "an order slipped into a closed meeting",
        """
        UPDATE orders SET placed_at = now() + interval '1 day', paid_at = now() + interval '1 day'
        WHERE kind = 'sale' AND payment_status = 'paid'
        """,
        "sale of a closed meeting",
    ),
    Lie(
        "an order of a stranger",
        """
        UPDATE orders SET customer_id = (SELECT customer_id FROM sellers LIMIT 1)
        WHERE kind = 'sale'
        """,
        "order of somebody who was not in its meeting",
    ),
    Lie(
        "a card emptied on paper only",
        """
        UPDATE customers SET merged_at = now(), merged_into_id = (
            SELECT id FROM customers c WHERE c.id <> customers.id LIMIT 1)
        WHERE id = (SELECT host_id FROM meetings LIMIT 1)
        """,
        "card was put together with another one and still holds something",
    ),
    Lie(
        "two cards that stand for each other",
        """
        UPDATE customers SET merged_at = now(), merged_into_id = (
            SELECT id FROM customers c WHERE c.id <> customers.id LIMIT 1)
        """,
        "card was put together with one that is empty itself",
    ),
    Lie(
        "a closed meeting opened again",
        "UPDATE meetings SET status = 'open', closed_at = NULL WHERE status = 'closed'",
        "meeting that is not closed has grants",
    ),
    Lie(
        "stock set free for another sale",
        "UPDATE products SET stock_reserved = stock_reserved - 1 WHERE stock_reserved > 0",
        "reserved stock differs",
    ),
]


@pytest.fixture
def books(uow: Callable, brand: BrandView, clock: StillClock) -> Season:
    """Everything that can be falsified, made by the services."""
    season = Season(set_stage(uow, brand.id, clock))
    stage = season.stage
    season.publish(_with_a_pot(every_reward("AUTRE")))
    stage.product_id = _product(season, "AUTRE")
    origin = season.sold(4)
    participant, buyer = stage.guest(origin)
    booked = stage.book(origin, participant, days=20)
    stage.do(ordering.cancel_order, stage.order(origin, buyer, paid=False))
    season.close(origin)
    stage.do(feed_from_meeting, origin)
    with stage.uow(season.brand_id) as work:
        chosen = claims_of_meeting(work.session, origin)[0]
    stage.do(choose_gift, chosen.id, stage.product_id)
    clock.advance(days=21)
    stage.order(booked, stage.guest(booked)[1])
    season.close(booked)
    season.settle(origin)
    season.publish(_half_as_generous())
    season.settle(origin)
    still_open = season.sold(1)
    stage.order(still_open, stage.guest(still_open)[1], paid=False)
    return season


def _product(season: Season, reference: str) -> UUID:
    with season.stage.uow(season.brand_id) as work:
        staff = system(season.brand_id)
        category = create_category(work, staff, reference)
        new = NewProduct(reference, reference, category, price_cents=5_000, stock=50)
        return create_product(work, staff, new, clock=work.clock)


def _with_a_pot(document: dict[str, Any]) -> dict[str, Any]:
    pot = {"measure": "spend", "threshold": 4_000}
    saving = rule(id="pot", beneficiary="guest", trigger="spend", pot=pot, rewards=[points(1)])
    return {**document, "rules": [*document["rules"], saving]}


def _half_as_generous() -> dict[str, Any]:
    document = every_reward("AUTRE")
    document["rules"][0]["rewards"][0]["rate_bp"] = 500
    return document


@pytest.fixture
def told(database_url: str, books: Season) -> Iterator[Callable[[Lie], list[str]]]:
    """What the audit says once the lie was told in the books, which is undone afterwards."""
    engine = create_engine(sqlalchemy_url(database_url))

    def ask(lie: Lie) -> list[str]:
        with Session(engine) as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            if lie.past:
                check = f"ck_points_accounts_{lie.past}"
                session.execute(text(f"ALTER TABLE points_accounts DROP CONSTRAINT {check}"))
            assert session.execute(text(lie.sql)).rowcount, "nothing was falsified"
            found = [finding.check for finding in audit(session)]
            session.rollback()
        return found

    yield ask
    engine.dispose()


def test_honest_books_have_no_fault(books: Season) -> None:
    assert books.findings() == []


def test_each_falsification_is_named(told: Callable[[Lie], list[str]]) -> None:
    found = {lie.said: told(lie) for lie in LIES}

    missed = {
        lie.said: (lie.named, found[lie.said])
        for lie in LIES
        if not any(check.startswith(lie.named) for check in found[lie.said])
    }
    assert missed == {}
    assert set(CHECKS) - {check for named in found.values() for check in named} == set()


def test_the_command_names_what_is_wrong_and_says_so_to_programs(
    app: Flask, books: Season, database_url: str
) -> None:
    command = app.test_cli_runner()
    assert command.invoke(args=["audit-ledger"]).exit_code == 0
    with psycopg.connect(plain(database_url), autocommit=True) as owner:
        owner.execute("UPDATE lots SET remaining = remaining - 1 WHERE remaining > 0")

    answer = command.invoke(args=["audit-ledger", "--brand", "maison"])

    assert answer.exit_code == 1
    assert "maison: lot differs from its postings: lot " in answer.output
