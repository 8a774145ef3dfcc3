"""A document sent by a form: as a file, else pasted."""

from __future__ import annotations

from flask import request

from app.http.words import say
from app.kernel.words import N_

UTF8_MOST = 4
"""Bytes of one character."""


def document_sent(most: int) -> tuple[str, str]:
    """The text of `file`, else of `document`, of `most` characters; and what is wrong with it."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _pasted(request.form.get("document", ""), most)
    content = sent.stream.read(UTF8_MOST * most + 1)
    if len(content) > UTF8_MOST * most:
        return "", say(N_("This document is too large."))
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        return "", say(N_("Save the file as UTF-8 text."))


def _pasted(text: str, most: int) -> tuple[str, str]:
    if len(text) > most:
        return "", say(N_("This document is too large."))
    return text, "" if text.strip() else say(N_("Choose a file, or paste the document."))
