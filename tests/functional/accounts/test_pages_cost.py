"""What each page pays before its own work starts."""

import pytest


@pytest.mark.parametrize("signed_in", [False, True], ids=["stranger", "signed in"])
def test_plumbing_asks_the_database_little(client, sign_in, count_queries, signed_in):
    if signed_in:
        sign_in()
    client.get("/theme.css")

    with count_queries() as found:
        client.get("/theme.css")

    assert found.count <= 2, found.statements
