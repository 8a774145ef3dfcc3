"""`flask user create` takes what the sign-in form will take, and nothing else."""

import pytest
from sqlalchemy import text


@pytest.fixture
def create(app, brand, uow):
    def run(email: str, name: str, *options: str):
        words = ["user", "create", brand.slug, email, name, "--password", "a long password"]
        result = app.test_cli_runner().invoke(args=[*words, *options])
        with uow() as work:
            users = work.session.scalar(text("SELECT count(*) FROM users"))
        return result.exit_code, users, result.output

    return run


def test_an_account_is_made(create):
    code, users, output = create("admin@example.org", "Anne Roux")

    assert (code, users) == (0, 1)
    assert "admin@example.org" in output


@pytest.mark.parametrize(
    ("email", "name"),
    [
        pytest.param("not an address", "Anne", id="no address"),
        pytest.param("a@example.org\nBcc: b@example.org", "Anne", id="a second header"),
        pytest.param("a" * 300 + "@example.org", "Anne", id="endless address"),
        pytest.param("a@example.org", "", id="no name"),
        pytest.param("a@example.org", "Anne\r\nBcc: b@example.org", id="a header in the name"),
        pytest.param("a@example.org", "x" * 121, id="endless name"),
    ],
)
def test_what_could_never_sign_in_is_refused(create, email, name):
    code, users, output = create(email, name)

    assert (code, users) == (1, 0)
    assert output.startswith("Error: ")


@pytest.mark.parametrize("role", ["system", "host"])
def test_only_people_get_accounts(create, role):
    code, users, _ = create("a@example.org", "Anne", "--role", role)

    assert (code, users) == (2, 0)
