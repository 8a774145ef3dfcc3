"""A file is sent, checked by a worker, confirmed, imported by a worker, and found again."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from app.accounts.services import create_user
from app.catalog import queries
from app.imports.kinds import kind_named
from app.imports.services import confirm_upload, uploads
from app.infra.jobs.drain import drain
from app.kernel.actor import Role, system
from app.kernel.errors import Conflict
from tests.support.browser import Browser
from tests.support.gathering import PASSWORD, Stage
from tests.support.sending import send_file

HEAD = "reference;name;category;price\n"
GOOD = f"{HEAD}A1;Crème;Cuisine seller;12,50\n".encode("cp1252")
MIXED = f"{HEAD}A1;Bien;Cuisine seller;1\nA2;Mal;Nulle part;abc\nA3;=1+1;Nulle part;2\n".encode()


@pytest.fixture
def admin(client: Browser, sign_in: Any, stage: Stage) -> Browser:
    sign_in(role=Role.BRAND_ADMIN, email="admin@example.org")
    client.get("/console/imports/products")
    return client


@pytest.fixture
def work(app: Any) -> Callable[[], None]:
    """What a worker does when the bell rings."""

    def answer() -> None:
        with app.app_context():
            drain()

    return answer


def page(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def product(uow: Any, reference: str) -> Any:
    with uow() as unit:
        return queries.products_by_reference(unit.session, [reference]).get(reference.casefold())


def checked(
    admin: Browser, work: Callable[[], None], content: bytes, kind: str = "products"
) -> str:
    """Where its report is read."""
    path: str = send_file(admin, content, kind).location
    work()
    return path


def test_file_is_checked_then_imported_once(admin, uow, work):
    path = send_file(admin, GOOD).location
    waiting = page(admin.get(path))
    work()
    report = page(admin.get(path))

    assert "En vérification" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert "Ce fichier ne contient aucune erreur." in report
    assert 'hx-trigger="every 2s"' not in report
    assert product(uow, "A1") is None

    assert "Import en cours" in page(admin.follow(admin.submit(path)))
    assert "déjà été importé" in page(admin.follow(admin.submit(path)))
    work()
    assert "L’import est terminé." in page(admin.get(path))
    assert product(uow, "A1").name == "Crème"
    with uow() as unit:
        done = unit.session.scalars(text("SELECT content FROM uploads")).all()
        noted = unit.session.execute(
            text("SELECT role FROM audit_entries WHERE action = 'import.products'")
        )
        assert done == [None]
        assert [row.role for row in noted] == ["brand_admin"]


def test_yes_before_the_check_is_too_soon(admin, work):
    path = send_file(admin, GOOD).location

    told = page(admin.follow(admin.submit(path)))

    assert "encore en cours de vérification" in told


def test_bad_rows_are_left_out_when_asked_and_told_in_each_language(admin, uow, work):
    path = checked(admin, work, MIXED)
    report = page(admin.get(path))
    assert "Écrivez le montant" in report
    assert "ne s’appelle Nulle part" in report
    assert "Write the amount like" in page(admin.get(f"{path}?lang=en"))
    assert "rien n’a été importé" in page(admin.follow(admin.submit(path))).lower()

    admin.submit(path, skip_bad_rows="1")
    work()

    done = page(admin.get(path))
    assert "2 lignes ont été laissées de côté" in done
    rejected = admin.get(f"{path}/errors.csv").get_data(as_text=True)
    assert "3;Prix TTC;abc" in rejected
    assert product(uow, "A1")
    assert product(uow, "A2") is None


def test_list_leads_back_to_every_file(admin, work, count_queries):
    done = checked(admin, work, GOOD)
    admin.submit(done)
    work()
    checked(admin, work, MIXED)
    send_file(admin, GOOD)

    listed = page(admin.get("/console/imports"))
    with count_queries() as few:
        admin.get("/console/imports")
    for _ in range(3):
        send_file(admin, GOOD)
    with count_queries() as more:
        admin.get("/console/imports")

    assert f'href="{done}"' in listed
    for words in ("Importé", "À confirmer", "En vérification", "1 ligne créée", "3 fichiers"):
        assert words in listed
    assert few.count == more.count


def test_wrong_first_line_is_no_import(admin, uow, work):
    path = checked(admin, work, b"nonsense;name\nA1;x\n")

    assert "ne nomme pas les bonnes colonnes" in page(admin.get(path))
    admin.submit(path, skip_bad_rows="1")
    work()
    assert product(uow, "A1") is None


def test_rows_that_became_bad_are_checked_again_before_anything_is_written(admin, uow, work, stage):
    path = checked(admin, work, GOOD)
    admin.submit(path)
    with uow() as unit:
        unit.session.execute(text("UPDATE categories SET name = 'Autre'"))
    work()

    assert "En erreur" in page(admin.get(path))
    assert "À confirmer" in page(admin.get(path))
    assert product(uow, "A1") is None


def test_who_may_not_import_any_more_imports_nothing(admin, uow, work):
    path = checked(admin, work, GOOD)
    admin.submit(path)
    with uow() as unit:
        unit.session.execute(text("UPDATE users SET role = 'finance' WHERE role = 'brand_admin'"))
    work()
    with uow() as unit:
        unit.session.execute(text("UPDATE users SET role = 'brand_admin' WHERE role = 'finance'"))
        status = unit.session.scalar(text("SELECT status FROM uploads"))

    assert (status, product(uow, "A1")) == ("failed", None)
    assert "Non importé" in page(admin.get(path))


def test_what_fails_each_time_is_said(admin, uow, work, monkeypatch):
    path = checked(admin, work, GOOD)
    admin.submit(path)
    monkeypatch.setattr(uploads, "import_upload", _broken)
    for _ in range(5):
        with uow(None) as unit:
            unit.session.execute(text("UPDATE outbox SET next_at = now()"))
        work()

    assert "L’opération a échoué" in page(admin.get(path))


def _broken(*_: Any, **__: Any) -> None:
    raise RuntimeError("the disk is on fire")


def test_two_yeses_at_once_import_once(admin, uow, brand, work):
    path = checked(admin, work, GOOD)
    upload_id = path.rpartition("/")[2]
    start = Barrier(6)

    def say_yes(_: int) -> bool:
        start.wait()
        try:
            with uow() as unit:
                confirm_upload(unit, system(brand.id), kind_named("products"), upload_id)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(say_yes, range(6))) == 1


def test_files_without_a_yes_are_forgotten_at_night(admin, uow, brand, work):
    path = checked(admin, work, GOOD)
    with uow() as unit:
        assert uploads.forget_uploads(unit, clock=unit.clock) == 0
        later = unit.clock() + timedelta(days=1, minutes=1)
        assert uploads.forget_uploads(unit, clock=lambda: later) == 1

    assert "Jamais confirmé" in page(admin.get(path))


def test_twenty_thousand_customers_do_not_hold_up_the_page(admin):
    """Looking at them takes a worker some seconds: nobody waits for that."""
    rows = "".join(f"Léa{n};Martin;lea{n}@example.org\n" for n in range(20_000))
    content = f"first_name;last_name;email\n{rows}".encode()

    begun = time.process_time()
    path = send_file(admin, content, "customers").location
    waiting = page(admin.get(path))

    assert "En vérification" in waiting
    assert time.process_time() - begun < 1


def test_file_of_another_brand_is_not_found(admin, new_client, second_brand, uow):
    sent = send_file(admin, GOOD)
    with uow(second_brand.id) as unit:
        create_user(
            unit, email="other@example.org", role=Role.BRAND_ADMIN, clock=unit.clock,
            display_name="Other", password=PASSWORD,
        )  # fmt: skip
    other = new_client(second_brand)
    other.submit("/sign-in", email="other@example.org", password=PASSWORD)
    other.token = ""

    assert other.get(sent.location).status_code == 404
