"""Tokens of the mobile app: short, rotating, and ended together when one was copied."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.accounts.queries import user_by_email
from app.accounts.services import (
    actor_of_token,
    issue_tokens,
    revoke,
    rotate,
    set_active,
    suspend,
)
from app.kernel.actor import Role

ADDRESS = "sophie@example.org"


@pytest.fixture
def tokens(uow, brand, make_user):
    make_user(ADDRESS)
    with uow() as work:
        user = user_by_email(work.session, brand.id, ADDRESS)
        return issue_tokens(work, user, device="Pixel", clock=work.clock)


def who(uow, token):
    with uow() as work:
        return actor_of_token(work, token)


def turn(uow, token):
    with uow() as work:
        return rotate(work, token, clock=work.clock)


def test_bearer_is_the_person(uow, tokens):
    actor = who(uow, tokens.access_token)

    assert actor is not None
    assert actor.role is Role.SELLER


def test_refresh_token_opens_nothing_and_access_token_refreshes_nothing(uow, tokens):
    assert who(uow, tokens.refresh_token) is None
    assert turn(uow, tokens.access_token) is None
    assert who(uow, tokens.access_token) is not None


def test_next_pair_works_and_so_does_the_rest_of_the_quarter_of_an_hour(uow, tokens):
    following = turn(uow, tokens.refresh_token)

    assert who(uow, following.access_token) is not None
    assert who(uow, tokens.access_token) is not None


def test_second_use_ends_the_thiefs_and_the_owners(uow, tokens):
    following = turn(uow, tokens.refresh_token)

    assert turn(uow, tokens.refresh_token) is None

    assert who(uow, following.access_token) is None
    assert turn(uow, following.refresh_token) is None


def test_of_many_at_once_one_turns_it(uow, tokens):
    with ThreadPoolExecutor(8) as pool:
        turned = list(pool.map(lambda _: turn(uow, tokens.refresh_token), range(8)))

    assert sum(pair is not None for pair in turned) == 1


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_signing_out_ends_the_family(uow, tokens, which):
    with uow() as work:
        revoke(work, getattr(tokens, which), clock=work.clock)

    assert who(uow, tokens.access_token) is None
    assert turn(uow, tokens.refresh_token) is None


def test_expired_opens_nothing(uow, tokens):
    with uow() as work:
        work.session.execute(text("UPDATE access_tokens SET expires_at = now()"))

    assert who(uow, tokens.access_token) is None


@pytest.mark.parametrize("by", ["operator", "administrator"])
def test_suspended_she_is_out(uow, tokens, make_user, brand, by):
    if by == "operator":
        with uow() as work:
            set_active(work, ADDRESS, active=False)
    else:
        admin = make_user("admin@example.org", role=Role.BRAND_ADMIN)
        with uow() as work:
            user = user_by_email(work.session, brand.id, ADDRESS)
            suspend(work, admin, user.id, clock=work.clock)

    assert who(uow, tokens.access_token) is None
    assert turn(uow, tokens.refresh_token) is None


def test_another_brand_knows_none_of_them(uow, tokens, second_brand):
    with uow(second_brand.id) as work:
        assert actor_of_token(work, tokens.access_token) is None
        assert rotate(work, tokens.refresh_token, clock=work.clock) is None

    assert who(uow, tokens.access_token) is not None


def test_tokens_themselves_are_nowhere(uow, tokens):
    with uow() as work:
        rows = work.session.execute(
            text(
                "SELECT to_jsonb(a)::text FROM access_tokens a UNION ALL"
                " SELECT to_jsonb(r)::text FROM refresh_tokens r"
            )
        ).all()

    assert tokens.access_token not in str(rows)
    assert tokens.refresh_token not in str(rows)
