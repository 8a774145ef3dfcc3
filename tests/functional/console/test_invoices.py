"""Factures: the list of papers, found by their number, at the cost of one page."""

from tests.support.reading import text_of


def sold(stage, orders: int) -> None:
    meeting = stage.meeting(days=-1)
    for _ in range(orders):
        stage.order(meeting, stage.guest(meeting)[1])


def test_an_invoice_is_found_by_its_number_however_it_is_typed(admin, stage) -> None:
    sold(stage, 2)

    for typed in ("FA-000002", "fa2", "2"):
        found = text_of(admin.get(f"/console/documents?q={typed}"))
        assert "FA-000002" in found
        assert "FA-000001" not in found


def test_the_list_takes_the_same_statements_whatever_its_length(
    admin, stage, count_queries
) -> None:
    admin.get("/console/documents")  # the first page of a visit takes more
    counts = []
    for more in (1, 5):
        sold(stage, more)
        with count_queries() as found:
            assert admin.get("/console/documents").status_code == 200
        counts.append(found.count)

    assert counts[0] == counts[1] <= 12, counts
