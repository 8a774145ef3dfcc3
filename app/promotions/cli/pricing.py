"""`flask price` and `flask schema price`: carts priced from files, without a database."""

from __future__ import annotations

from typing import Any

import click
from flask import g
from flask.cli import with_appcontext
from flask_babel import force_locale

from app.http.documents.answering import answer
from app.http.documents.language import in_language
from app.http.documents.reading import STDIN, Unusable, bytes_of, file_problem, read_document
from app.http.documents.writing import JsonObject, give_up
from app.http.words import say
from app.kernel.shape import Problem
from app.kernel.words import N_
from app.promotions.domain.cart_format import cart_schema, read_cart
from app.promotions.domain.plan import Plan
from app.promotions.domain.plan_format import plan_schema, read_plan
from app.promotions.domain.pricing import price
from app.promotions.domain.quote import Quote
from app.promotions.domain.quote_format import quote_schema, quote_to_json
from app.promotions.domain.words import Voice, names_of, tell_quote
from app.promotions.errors import AmountTooLarge, CartInvalid, PlanInvalid

SCHEMAS = {"plan": plan_schema, "cart": cart_schema, "quote": quote_schema}


@click.command("price")
@click.argument("plan", metavar="PLAN.json")
@click.argument("cart", metavar="CART.json")
@in_language
@click.option("--lines", is_flag=True, help="CART holds one JSON document per line.")
@click.option(
    "--explain",
    type=click.Choice([voice.value for voice in Voice]),
    help="Add texts, for this reader.",
)
@with_appcontext
def price_command(plan: str, cart: str, lang: str, lines: bool, explain: str | None) -> None:
    """Say what CART costs under PLAN, and why, as JSON.

    CART is one JSON file, a .jsonl file with one cart per line, or - for standard input.
    Formats: docs/formats.md, or `flask schema price`. Exit status: 0 done, 1 some lines were
    wrong (each says so in its place), 2 nothing could be done, 3 the answer could not be written.
    """
    with force_locale(lang):
        try:
            if plan == cart == STDIN:
                words = N_("Standard input can be read once: name a file for one of the two.")
                raise file_problem(STDIN, words)
            read = plan_of(plan)
            g.brand = read.settings  # amounts and days are told in its currency and zone
            voice = Voice(explain) if explain else None
            answer(cart, lambda document: _answer(document, read, voice), lines=lines)
        except Unusable as error:
            give_up(error)


def plan_of(path: str) -> Plan:
    """The plan in a file. Raises Unusable."""
    document = read_document(bytes_of(path), path)
    try:
        return read_plan(document)
    except PlanInvalid as error:
        raise Unusable(error.code, error.words, error.problems) from None


def _answer(document: Any, plan: Plan, voice: Voice | None) -> JsonObject:
    quote = _quote(document, plan)
    written = quote_to_json(quote)
    if voice is not None:
        told = tell_quote(quote, voice, names_of(plan))
        written["texts"] = [{"about": path, "text": say(sentence)} for path, sentence in told]
    return written


def _quote(document: Any, plan: Plan) -> Quote:
    try:
        cart, context = read_cart(document, plan)
        return price(cart, plan, context)
    except CartInvalid as error:
        raise Unusable(error.code, error.words, error.problems) from None
    except AmountTooLarge as error:
        problem = Problem("lines", error.code, error.words, error.params)
        raise Unusable(CartInvalid.code, CartInvalid.words, [problem]) from None
