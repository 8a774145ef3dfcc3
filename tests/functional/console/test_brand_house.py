"""The brand's staff: what waits, how the brand works and looks, what was sold and told."""

import io
from datetime import date

import pytest
from PIL import Image

from app.audit.queries import Wanted, entries
from app.brands.queries import brand_by_slug
from app.brands.services import LARGEST_LOGO, add_domain, set_logo
from app.kernel.actor import Role, system
from app.kernel.errors import Conflict, Invalid
from app.notifications.services.writing import Written, write_email
from app.rewards.services.programme import publish_programme
from tests.support.pictures import small_picture
from tests.support.rewards import programme

SETTINGS = {
    "closing_delay_hours": "48",
    "late_entry_hours": "48",
    "link_days": "90",
    "abandoned_after_hours": "72",
    "origin": "",
}


@pytest.fixture
def admin(sign_in):
    return sign_in(role=Role.BRAND_ADMIN)


def saved(uow, brand):
    with uow(None) as work:
        return brand_by_slug(work.session, brand.slug)


def actions(uow):
    with uow() as work:
        return [entry.action for entry in entries(work.session, Wanted(), 50)]


# ------------------------------------------------------------------------------ settings


def test_settings_are_saved_and_written_down(client, admin, uow, brand):
    answer = client.submit("/console/settings", **SETTINGS | {"link_days": "30"})

    assert answer.status_code == 303
    assert saved(uow, brand).settings.link_days == 30
    assert "brand.settings" in actions(uow)


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("closing_delay_hours", "0", "de 1 à 8"),
        ("closing_delay_hours", "vingt", "nombre entier"),
        ("link_days", "401", "de 1 à 400"),
        ("link_days", "", "compléter"),
        ("origin", "https://evil.example", "adresses proposées"),
    ],
    ids=str,
)
def test_setting_that_cannot_work_is_kept_and_mended(client, admin, uow, brand, name, value, mend):
    answer = client.submit(
        "/console/settings", **SETTINGS | {"late_entry_hours": "12", name: value}
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="field-{name}-error"' in page
    assert 'value="12"' in page
    assert saved(uow, brand).settings.late_entry_hours == 48


# --------------------------------------------------------------------------------- theme


def send_theme(client, logo=None, **form):
    given = {"name": "Maison", "accent": "#225588"} | form
    if logo is not None:
        given["logo"] = (io.BytesIO(logo), "logo.png")
    return client.submit("/console/settings/theme", **given)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_logo_is_drawn_again_and_served_for_ever(client, admin, uow, brand, form):
    sent = small_picture(form, size=(2_000, 400))

    assert send_theme(client, sent).status_code == 303

    found = saved(uow, brand)
    answer = client.get(found.logo_url)
    picture = Image.open(io.BytesIO(answer.data))
    assert (picture.format, picture.size) == ("PNG", (720, 144))
    assert "immutable" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert found.logo_url in client.get("/console").get_data(as_text=True)
    assert f"/theme.css?v={found.accent[1:]}" in client.get("/console").get_data(as_text=True)


HOSTILE = {
    "a page": b"<html><script>alert(1)</script>",
    "a drawing that runs": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "half a picture": small_picture()[:60],
    "a picture of another kind": small_picture("GIF"),
    "nothing after the magic": b"\x89PNG\r\n\x1a\n",
    "a wall of pixels": small_picture(size=(20_000, 2_000)),
}


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_logo_is_refused_and_nothing_changes(client, admin, uow, brand, sent):
    answer = send_theme(client, sent, name="Renamed")

    assert answer.status_code == 422
    assert 'id="field-logo-error"' in answer.get_data(as_text=True)
    assert 'value="Renamed"' in answer.get_data(as_text=True)
    found = saved(uow, brand)
    assert (found.name, found.logo_url) == (brand.name, None)


def test_logo_that_is_too_big_is_not_opened(uow, brand):
    with pytest.raises(Invalid), uow() as work:
        sent = small_picture() + b"x" * LARGEST_LOGO
        set_logo(work, system(brand.id), sent, clock=work.clock)


def test_logo_keeps_nothing_but_its_pixels(uow, brand):
    hidden = Image.new("RGB", (80, 40))
    exif = Image.Exif()
    exif[0x010E] = "home address"
    out = io.BytesIO()
    hidden.save(out, "JPEG", exif=exif)
    with uow() as work:
        set_logo(work, system(brand.id), out.getvalue(), clock=work.clock)
    with uow() as work:
        content = work.session.connection().exec_driver_sql("SELECT content FROM brand_logos")
        assert b"home address" not in bytes(content.scalar())


def test_logo_of_another_brand_is_not_served(client, admin, uow, second_brand):
    with uow(second_brand.id) as work:
        logo_id = set_logo(work, system(second_brand.id), small_picture(), clock=work.clock)

    assert client.get(f"/logo/{logo_id}").status_code == 404


@pytest.mark.parametrize("accent", ["#ffffff", "#ffee00", "#000000", "#777777"])
def test_any_colour_is_previewed_readable_and_within_the_preview_only(client, admin, accent):
    page = client.get("/console/settings/theme", query_string={"accent": accent})
    css = client.get("/console/settings/theme/preview.css", query_string={"accent": accent})

    assert page.status_code == 200
    assert css.get_data(as_text=True).startswith(".theme-preview {")


# ---------------------------------------------------------------------------- host names


def test_host_name_leads_to_its_brand_and_to_one_only(client, admin, uow, brand, second_brand):
    assert (
        client.submit("/console/settings/domains", host="Fêtes.Maison.example").status_code == 303
    )
    host = "xn--ftes-gpa.maison.example"

    assert saved(uow, brand).domains == (host,)
    assert client.get("/sign-in", base_url=f"https://{host}").status_code == 200
    with pytest.raises(Conflict), uow(second_brand.id) as work:
        add_domain(work, system(second_brand.id), host, clock=work.clock)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "voisine.localhost",
        "127.0.0.1",
        "a b.fr",
        "-",
        "x.y/z",
        "evil.example:80",
        "a" * 300,
    ],
)
def test_host_name_that_cannot_be_is_refused(client, admin, uow, brand, second_brand, host):
    answer = client.submit("/console/settings/domains", host=host)

    assert answer.status_code == 422
    assert 'id="field-host-error"' in answer.get_data(as_text=True)
    assert saved(uow, brand).domains == ()


def test_name_of_the_installation_is_given_by_the_platform_alone(uow, brand, actor):
    with uow() as work:
        assert add_domain(work, system(brand.id), "localhost", clock=work.clock) == "localhost"
    with pytest.raises(Invalid), uow() as work:
        add_domain(work, actor(Role.BRAND_ADMIN), "127.0.0.1", clock=work.clock)


def test_this_machine_is_one_place_whatever_it_is_called(client, uow, brand, second_brand):
    """The demo lives at localhost; whoever types the number finds it too."""
    assert client.get("/sign-in", base_url="http://127.0.0.1").status_code == 404
    with uow() as work:
        add_domain(work, system(brand.id), "localhost", clock=work.clock)

    for host in ("localhost", "127.0.0.1", "[::1]"):
        assert client.get("/sign-in", base_url=f"http://{host}:8000").status_code == 200
    assert client.get("/sign-in", base_url="http://192.0.2.1").status_code == 404


def test_mails_lead_to_a_host_name_until_another_is_chosen(client, admin, uow, brand):
    client.submit("/console/settings/domains", host="shop.maison.example")
    client.submit("/console/settings", **SETTINGS | {"origin": "https://shop.maison.example"})

    client.submit("/console/settings/domains/shop.maison.example/remove")

    assert saved(uow, brand).domains == ("shop.maison.example",)
    assert saved(uow, brand).origin == "https://shop.maison.example"


# ------------------------------------------------------------------ dashboard, lists, mails


def test_every_page_opens_on_an_empty_brand(client, admin):
    for page in ("", "/meetings", "/meetings/meetings.csv", "/emails", "/settings/domains"):
        assert client.get(f"/console{page}").status_code == 200


def test_a_new_brand_is_led_through_its_first_steps(client, admin, uow, brand, stage):
    """The stage has brought a product and a seller."""
    page = client.get("/console").get_data(as_text=True)
    assert "2 étapes sur 4" in page
    assert 'href="/console/programme"' in page.partition("steps-title")[2].partition("</ol>")[0]

    with uow() as work:
        publish_programme(
            work, system(brand.id), programme(), effective_on=date(2020, 1, 1), clock=work.clock
        )
        set_logo(work, system(brand.id), small_picture(), clock=work.clock)

    assert "steps-title" not in client.get("/console").get_data(as_text=True)


def test_first_steps_are_the_administrators(client, sign_in):
    sign_in(role=Role.FINANCE)

    assert "steps-title" not in client.get("/console").get_data(as_text=True)


@pytest.mark.parametrize(
    "page", ["/console", "/console/meetings", "/console/meetings/meetings.csv"]
)
def test_lists_ask_the_same_of_the_database_however_long(client, admin, stage, count_queries, page):
    client.get(page)
    counts = []
    for more in (1, 4, 15):
        for _ in range(more):
            stage.meeting(days=-1)
        with count_queries() as found:
            assert client.get(page).status_code == 200
        counts.append(found.count)

    assert len(set(counts)) == 1


def test_meetings_are_searched_by_their_words_not_by_wildcards(client, admin, stage):
    stage.meeting(days=-1)

    def found(**asked):
        page = client.get("/console/meetings", query_string=asked).get_data(as_text=True)
        return page.count('<th scope="row">')

    assert found() == 1
    assert found(q="%") == found(q="_") == found(q="\\") == found(status="closed") == 0
    assert found(status="nonsense", sort="; drop", page="0", seller="x", since="soon") == 1


def letter(uow, stage, **given):
    with uow() as work:
        words = {"subject": "Won", "text": "Hello", "html": "<p>Hello</p>", "locale": "fr"}
        told = {"key": "k", "kind": "winnings", "meeting_id": None, "to_address": "a@example.org"}
        told |= given or {"customer_id": stage.customer(email="a@example.org")}
        return write_email(work, Written(**words | told), clock=work.clock)


def fate(uow, email_id, fate):
    with uow() as work:
        work.session.connection().exec_driver_sql(
            "UPDATE emails SET fate = %s WHERE id = %s", (fate, email_id)
        )


def test_message_that_did_not_arrive_waits_until_it_is_sent_again(client, admin, uow, stage):
    email_id = letter(uow, stage)
    fate(uow, email_id, "bounced")
    assert "Refusé" in client.get("/console").get_data(as_text=True)

    answer = client.submit(f"/console/emails/{email_id}/resend")

    assert answer.status_code == 303
    assert "Refusé" not in client.get("/console").get_data(as_text=True)
    assert "email.resend" in actions(uow)
    assert client.get(answer.location).status_code == 200


def test_key_to_an_account_is_shown_to_nobody_else(client, admin, uow, stage):
    email_id = letter(uow, stage, customer_id=None, kind="password_reset", text="secret-key")

    assert "secret-key" not in client.get(f"/console/emails/{email_id}").get_data(as_text=True)
    assert client.get(f"/console/emails/{email_id}/formatted").status_code == 404


@pytest.mark.parametrize(
    ("role", "shut"),
    [
        (Role.CUSTOMER_SERVICE, ["/settings", "/settings/theme"]),
        (Role.FINANCE, ["/settings", "/emails", "/meetings"]),
        (Role.SELLER, ["", "/settings", "/emails", "/meetings"]),
    ],
)
def test_menu_promises_only_what_opens(client, sign_in, role, shut):
    sign_in(role=role)
    page = client.get("/console").get_data(as_text=True)

    for address in shut:
        assert client.get(f"/console{address}").status_code == 403
        assert f'href="/console{address}"' not in page
