"""A refusal, said on the next page."""

from flask import flash

from app.http.words import say
from app.kernel.errors import ConviveError, Invalid


def flash_refusal(error: ConviveError) -> None:
    """Why it was refused, in words; one message for each field when fields are to blame."""
    if isinstance(error, Invalid) and error.fields:
        for messages in error.fields.values():
            for message in messages:
                flash(say(message), "error")
    else:
        flash(say(error), "error")
