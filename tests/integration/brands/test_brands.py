"""Brands are made and set by operators; what could never work is refused whole."""

import pytest

from app.brands.queries import brand_by_slug
from app.brands.services import change_settings, create_brand
from app.brands.settings import BrandSettings
from app.kernel.errors import Conflict, Invalid, NotFound


@pytest.mark.parametrize(
    "wrong",
    [
        {"slug": "Maison"},
        {"slug": "a"},
        {"slug": "a" * 50},
        {"slug": "www.evil"},
        {"name": "  "},
        {"country": "France"},
        {"currency": "€"},
        {"timezone": "Mars/Olympus"},
        {"timezone": "../../etc/passwd"},
        {"locale": "de"},
        {"accent": "red"},
        {"settings": {"closing_delay_hours": 0}},
        {"settings": {"no_such_setting": 1}},
    ],
    ids=str,
)
def test_brand_that_could_not_work_is_not_made(uow, wrong):
    given = {"slug": "atelier", "name": "Atelier"} | wrong

    with pytest.raises(Invalid) as refusal, uow(None) as work:
        create_brand(work, clock=work.clock, **given)

    assert refusal.value.fields
    with uow(None) as work:
        assert brand_by_slug(work.session, "atelier") is None


def test_slug_is_taken_once(uow, brand):
    with pytest.raises(Conflict), uow(None) as work:
        create_brand(work, slug=brand.slug, name="Another", clock=work.clock)


@pytest.mark.parametrize("value", [0, -1, 8_761, 10**30, "48", 48.0, True, None, [], {}], ids=repr)
def test_closing_delay_is_between_an_hour_and_a_year(uow, brand, value):
    with pytest.raises(Invalid), uow(None) as work:
        change_settings(work, brand.slug, {"link_days": 10, "closing_delay_hours": value})

    with uow(None) as work:
        found = brand_by_slug(work.session, brand.slug)
        assert found.settings == BrandSettings()


def test_settings_change_together(uow, brand):
    with uow(None) as work:
        change_settings(work, brand.slug, {"link_days": 10, "closing_delay_hours": 96})

    with uow(None) as work:
        found = brand_by_slug(work.session, brand.slug)
        assert (found.settings.link_days, found.settings.closing_delay_hours) == (10, 96)


def test_unknown_brand_has_no_settings(uow):
    with pytest.raises(NotFound), uow(None) as work:
        change_settings(work, "nobody", {})


def test_brands_own_address_is_where_its_links_lead(uow, brand, client):
    with uow(None) as work:
        change_settings(work, brand.slug, {"origin": "https://maison.example"})

    with uow(None) as work:
        assert brand_by_slug(work.session, brand.slug).origin == "https://maison.example"


def test_operators_create_list_and_set_on_the_command_line(app, brand):
    run = app.test_cli_runner().invoke

    assert run(args=["brand", "create", "atelier", "L’Atelier"]).exit_code == 0
    assert "L’Atelier" in run(args=["brand", "list"]).output
    assert "link_days=5" in run(args=["brand", "settings", "atelier", "link_days=5"]).output


@pytest.mark.parametrize(
    "arguments",
    [
        ["brand", "create", "BAD SLUG", "x"],
        ["brand", "create", "maison", "x"],
        ["brand", "settings", "nobody"],
        ["brand", "settings", "maison", "link_days=many"],
        ["brand", "settings", "maison", "link_days"],
        ["brand", "settings", "maison", "origin=javascript:alert(1)"],
    ],
    ids=" ".join,
)
def test_command_line_says_what_is_wrong_without_a_traceback(app, brand, arguments):
    result = app.test_cli_runner().invoke(args=arguments)

    assert result.exit_code in {1, 2}
    assert "Traceback" not in result.output
    assert result.output.strip()
