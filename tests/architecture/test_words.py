"""Templates compile and stay within the content policy; every sentence has its French."""

import re
from pathlib import Path

import pytest

from app import create_app
from app.config import Settings
from scripts.translations import catalogues, problems, source_sentences

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path.relative_to(ROOT / "templates").as_posix()
    for path in (ROOT / "templates").rglob("*.*")
    if path.suffix in {".html", ".txt"}
)

FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]+\sstyle="),
    "an inline handler": re.compile(r"<[^>]+\son\w+="),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)"),
    "something from another host": re.compile(r"(?:src|href)=\"(?:https?:)?//"),
    "safe, which nothing here is": re.compile(r"\|\s*safe\b"),
}

plain_app = create_app(Settings(secret_key="only to compile templates, never to serve"))


@pytest.mark.parametrize("page", PAGES)
def test_template_compiles(page):
    plain_app.jinja_env.get_template(page)


@pytest.mark.parametrize("page", [page for page in PAGES if not page.startswith("emails/")])
def test_page_keeps_to_the_content_policy(page):
    text = (ROOT / "templates" / page).read_text("utf-8")

    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(text)] == []


def test_every_sentence_is_translated():
    sentences = source_sentences()

    assert [wrong for path in catalogues() for wrong in problems(path, sentences)] == []
