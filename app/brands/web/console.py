"""Réglages: how the brand works, how it looks, and under which names it is found."""

import re
from typing import Any, cast

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext

from app.accounts.web import from_session
from app.brands import presenters, services
from app.brands.queries import BrandView, default_origin, installation
from app.brands.schemas import (
    DomainSchema,
    IdentitySchema,
    SettingsSchema,
    TermsSchema,
    ThemeSchema,
)
from app.brands.terms import publish_terms, terms_in_force
from app.brands.theme import theme_of
from app.http.auth import current_actor, open_to
from app.http.brand import current_brand
from app.http.forms import errors_of, load, posted, status_of
from app.http.work import reading, writing
from app.infra.uow import UnitOfWork
from app.kernel.actor import Role
from app.kernel.errors import Conflict, Invalid, Refused

bp = Blueprint("brands_console", __name__, url_prefix="/console/settings")
open_to(bp, Role.BRAND_ADMIN, via=from_session)

COLOUR = re.compile(r"#[0-9a-f]{6}", re.ASCII)
PREVIEW = ".theme-preview"


# ------------------------------------------------------------------------------- how it works


@bp.get("")
def settings() -> str:
    return _settings_page()


@bp.post("", endpoint="settings_post")
def save_settings() -> Any:
    try:
        wish = load(SettingsSchema, posted(request.form))
        _must_be_an_address_of_ours(wish["origin"])
        writing(lambda uow: services.adjust_settings(uow, current_actor(), wish))
    except Invalid as refusal:
        return _settings_page(values=request.form, errors=errors_of(refusal)), 422
    flash(gettext("The settings are saved."), "success")
    return redirect(url_for(".settings"), code=303)


def _settings_page(**given: Any) -> str:
    brand = _brand()
    return render_template(
        "console/settings/general.html",
        numbers=presenters.number_fields(brand),
        choices=presenters.choice_fields(brand),
        facts=presenters.fixed_facts(brand),
        origins=_origins(brand),
        origin=brand.settings.origin,
        **({"values": {}, "errors": {}} | given),
    )


def _origins(brand: BrandView) -> list[tuple[str, str]]:
    """The addresses under which the brand can be reached, as far as we know."""
    own = [f"https://{domain}" for domain in brand.domains if "." in domain]
    kept = [brand.settings.origin] if brand.settings.origin not in {"", *own} else []
    default = default_origin(brand.slug, alone=False)
    words = gettext("The installation's own (%(origin)s)", origin=_default_origin(brand) or default)
    return [("", words), *((one, one) for one in [*kept, *own])]


def _default_origin(brand: BrandView) -> str:
    return "" if brand.settings.origin else brand.origin


def _must_be_an_address_of_ours(origin: str) -> None:
    if origin not in dict(_origins(_brand())):
        raise Invalid({"origin": [gettext("Choose one of the addresses offered.")]})


# ---------------------------------------------------------------------- who sells, on papers


@bp.get("/identity")
def identity() -> str:
    return _identity_page()


@bp.post("/identity", endpoint="identity_post")
def save_identity() -> Any:
    """Papers already issued keep the name they were issued under."""
    try:
        wish = load(IdentitySchema, posted(request.form))
        writing(lambda uow: services.adjust_settings(uow, current_actor(), wish))
    except Invalid as refusal:
        return _identity_page(values=request.form, errors=errors_of(refusal)), 422
    flash(gettext("The next invoices say so."), "success")
    return redirect(url_for(".identity"), code=303)


def _identity_page(**given: Any) -> str:
    known = _brand().settings
    return render_template(
        "console/settings/identity.html", known=known, **({"values": {}, "errors": {}} | given)
    )


# ------------------------------------------------------------------------------- how it looks


@bp.get("/theme")
def theme() -> str:
    return _theme_page(request.args.get("accent", ""))


@bp.post("/theme", endpoint="theme_post")
def save_theme() -> Any:
    """Name, colour and, when a file came with them, the logo: all or nothing."""
    logo = _sent_logo()

    def work(uow: UnitOfWork) -> None:
        services.change_theme(uow, current_actor(), name=wish["name"], accent=wish["accent"])
        if logo:
            services.set_logo(uow, current_actor(), logo, clock=uow.clock)

    try:
        wish = load(ThemeSchema, posted(request.form))
        writing(work)
    except Invalid as refusal:
        accent = request.form.get("accent", "")
        return _theme_page(accent, values=request.form, errors=errors_of(refusal)), 422
    flash(gettext("The look of the brand is saved."), "success")
    return redirect(url_for(".theme"), code=303)


@bp.post("/theme/logo/remove")
def remove_logo() -> Any:
    writing(lambda uow: services.remove_logo(uow, current_actor()))
    flash(gettext("The logo is removed; the name stands in its place."), "success")
    return redirect(url_for(".theme"), code=303)


@bp.get("/theme/preview.css")
def preview_css() -> Response:
    """The colours that a wish would give, within the preview only."""
    css = theme_of(_colour(request.args.get("accent", ""))).css(PREVIEW)
    response = current_app.response_class(css, mimetype="text/css")
    response.cache_control.max_age = 60
    return response


def _theme_page(accent: str, **given: Any) -> str:
    wished = _colour(accent)
    return render_template(
        "console/settings/theme.html",
        accent=wished,
        checks=presenters.theme_checks(wished),
        **({"values": {}, "errors": {}} | given),
    )


def _sent_logo() -> bytes:
    """One byte more than is allowed tells enough."""
    sent = request.files.get("logo")
    if sent is None:
        return b""
    with sent.stream as stream:
        return bytes(stream.read(services.LARGEST_LOGO + 1))


def _colour(wish: str) -> str:
    wish = wish.lower()
    return wish if COLOUR.fullmatch(wish) else _brand().accent


# ------------------------------------------------------------------- on which terms it sells


@bp.get("/terms")
def terms() -> str:
    return _terms_page()


@bp.post("/terms", endpoint="terms_post")
def publish() -> Any:
    """The next version: orders name the one that was accepted, so none is ever altered."""
    try:
        text = load(TermsSchema, posted(request.form))["text"]
        version = writing(lambda uow: publish_terms(uow, current_actor(), text, clock=uow.clock))
    except Invalid as refusal:
        return _terms_page(values=request.form, errors=errors_of(refusal)), 422
    flash(gettext("Version %(version)s of the terms is in force.", version=version), "success")
    return redirect(url_for(".terms"), code=303)


def _terms_page(**given: Any) -> str:
    with reading() as uow:
        found = terms_in_force(uow.session)
    return render_template(
        "console/settings/terms.html", terms=found, **({"values": {}, "errors": {}} | given)
    )


# -------------------------------------------------------------------------- where it is found


@bp.get("/domains")
def domains() -> str:
    return _domains_page()


@bp.post("/domains", endpoint="domains_post")
def add_domain() -> Any:
    try:
        wish = load(DomainSchema, posted(request.form))
        host = writing(
            lambda uow: services.add_domain(uow, current_actor(), wish["host"], clock=uow.clock)
        )
    except (Invalid, Refused, Conflict) as refusal:
        errors = errors_of(refusal, "host")
        return _domains_page(values=request.form, errors=errors), status_of(refusal)
    flash(gettext("%(host)s now leads to your brand.", host=host), "success")
    return redirect(url_for(".domains"), code=303)


@bp.post("/domains/<host>/remove")
def remove_domain(host: str) -> Any:
    writing(lambda uow: services.remove_domain(uow, current_actor(), host))
    flash(gettext("%(host)s no longer leads here.", host=host), "success")
    return redirect(url_for(".domains"), code=303)


def _domains_page(**given: Any) -> str:
    return render_template(
        "console/settings/domains.html",
        domains=_brand().domains,
        given_host=f"{_brand().slug}.{installation.host}",
        **({"values": {}, "errors": {}} | given),
    )


# ------------------------------------------------------------------------------ common ground


def _brand() -> BrandView:
    return cast(BrandView, current_brand())
