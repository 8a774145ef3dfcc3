"""What a log line may say, whatever is handed to it."""

import io
import json
import logging

import pytest

from app.infra import logging as ours

SECRETS = ["sophie.marchand@example.org", "Zk3x" * 10 + "abc", "hunter2 is my password"]


@pytest.fixture
def lines(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    before = logging.getLogger().handlers[:], logging.getLogger().level
    ours.configure_logging()
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().handlers, level = before
    logging.getLogger().setLevel(level)


def test_fields_that_are_not_listed_are_dropped(lines):
    ours.get_logger("app.test").info("request", password="x", form={"a": 1}, status=200)

    assert lines()[0]["status"] == 200
    assert not {"password", "form"} & set(lines()[0])


def test_addresses_and_tokens_are_masked(lines):
    log = ours.get_logger("app.test")
    log.info("mail sent", recipient=SECRETS[0], reason=f"link {SECRETS[1]}")

    assert lines()[0]["recipient"] == "s***@example.org"
    assert lines()[0]["reason"] == "link [token]"


def test_line_breaks_cannot_forge_a_line(lines):
    ours.get_logger("app.test").info("request", route='/x\r\n{"event": "forged"}')

    assert len(lines()) == 1


def test_exceptions_keep_no_address(lines):
    try:
        int(SECRETS[0])
    except ValueError:
        ours.get_logger("app.test").exception("unexpected failure")

    assert "s***@example.org" in lines()[0]["exception"]
    assert SECRETS[0] not in json.dumps(lines()[0])


def test_libraries_write_the_same_lines(lines):
    logging.getLogger("some.library").warning("went wrong for %s", SECRETS[0])

    assert lines()[0]["event"] == "went wrong for s***@example.org"


def test_bound_fields_are_on_every_line(lines):
    with ours.bound(job_id="abc"):
        ours.get_logger("app.test").info("effect done")

    assert lines()[0]["job_id"] == "abc"
