"""The doctor names what is missing, and the mend."""

import pytest

from app import create_app
from app.config import Settings


def test_everything_is_in_place_on_a_working_installation(app):
    result = app.test_cli_runner().invoke(args=["doctor", "--lang", "en"])

    assert result.exit_code == 0, result.output
    assert "Everything is in place." in result.output


@pytest.mark.parametrize(("lang", "words"), [("en", "Set DATABASE_URL"), ("fr", "Renseignez")])
def test_nothing_is_there_and_each_mend_is_named(lang, words):
    app = create_app(Settings(mail={"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": 1}))

    result = app.test_cli_runner().invoke(args=["doctor", "--lang", lang])

    assert result.exit_code == 1
    assert result.output.count("→") >= 4
    assert words in result.output
    assert "Traceback" not in result.output
