"""E-mails rendered from templates, in the recipient's language and the brand's colours."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from css_inline import CSSInliner
from flask import g, render_template
from flask_babel import force_locale

from app.http.brand import CurrentBrand


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str
    locale: str


@contextmanager
def speaking(brand: CurrentBrand, locale: str) -> Iterator[None]:
    """Words, dates and amounts within are for this reader of this brand."""
    before = g.get("brand")
    g.brand = brand
    try:
        with force_locale(locale):
            yield
    finally:
        g.brand = before


def render(name: str, brand: CurrentBrand, locale: str, **context: Any) -> Letter:
    """From `templates/emails/<name>/`: subject.txt, body.txt and body.html."""
    with speaking(brand, locale):
        given = {**context, "brand": brand, "locale": locale}
        subject = " ".join(render_template(f"emails/{name}/subject.txt", **given).split())
        text = render_template(f"emails/{name}/body.txt", **given).strip() + "\n"
        html = render_template(f"emails/{name}/body.html", **given, subject=subject)
    return Letter(subject, text, _inliner().inline(html), locale)


@cache
def _inliner() -> CSSInliner:
    """Reads no file and asks no network: the rules stand in the layout."""
    return CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
