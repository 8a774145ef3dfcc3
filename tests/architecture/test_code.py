"""What a reviewer would have to remember about the code."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from app import PACKAGES, create_app
from app.config import Settings
from app.kernel.errors import ConviveError, Invalid
from app.kernel.events import Event

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "app").rglob("*.py"))

plain_app = create_app(Settings(secret_key="only to import everything, never to serve"))


def below(kind: type) -> set[type]:
    return {kind}.union(*(below(inner) for inner in kind.__subclasses__()))


def ours(kind: type) -> list[type]:
    found = {each for each in below(kind) - {kind} if each.__module__.startswith("app.")}
    return sorted(found, key=lambda each: each.__qualname__)


def calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def test_building_the_application_connects_to_nothing(socket_disabled):
    create_app(Settings())


def test_only_the_unit_of_work_commits():
    outside = [path for path in SOURCES if path != ROOT / "app" / "infra" / "uow.py"]

    assert [str(path) for path in outside if {"commit", "rollback"} & calls(path)] == []


def test_every_models_module_is_known_to_the_application():
    found = {path.parent.name for path in (ROOT / "app").glob("*/models.py")}

    assert found == set(PACKAGES)


def test_every_error_has_a_code_of_its_own():
    codes = Counter(error.code for error in ours(ConviveError))

    assert [code for code, times in codes.items() if times > 1] == []


@pytest.mark.parametrize("error", ours(ConviveError), ids=lambda error: error.__qualname__)
def test_error_says_what_happened_in_a_sentence(error):
    assert error.words
    assert not error.words[0].islower()
    if not issubclass(error, Invalid):
        assert error.words.endswith((".", "?", ")s"))


def test_schemas_use_our_field_types_only():
    allowed = {ROOT / "app" / "http" / name for name in ("fields.py", "forms.py", "api_fields.py")}
    imports = re.compile(
        r"^from marshmallow import .*\bfields\b|^from marshmallow\.fields", re.MULTILINE
    )

    wrong = [path for path in SOURCES if path not in allowed and imports.search(path.read_text())]

    assert wrong == []


def test_every_event_is_named_in_the_subscriptions():
    from app.subscriptions import SUBSCRIPTIONS

    assert {event.__qualname__ for event in ours(Event)} == {
        event.__qualname__ for event in SUBSCRIPTIONS
    }
