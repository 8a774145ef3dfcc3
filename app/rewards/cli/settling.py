"""`flask settle`: bring what was granted for a meeting in line with its facts, by hand."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from app.audit.services import record
from app.brands.queries import brand_by_slug
from app.http.documents.language import in_language
from app.http.words import say
from app.infra.uow import UnitOfWork, transact, unit_of_work
from app.kernel.actor import system
from app.kernel.errors import ConviveError
from app.rewards.services.changes import Change
from app.rewards.services.granting import Settled
from app.rewards.services.pots import feed_from_meeting
from app.rewards.services.settlement import settle_meeting


@click.command("settle")
@click.argument("brand")
@click.argument("meeting", type=click.UUID)
@in_language
@with_appcontext
def settle_command(brand: str, meeting: UUID, lang: str) -> None:
    """Settle MEETING of BRAND again, pots included: what changed, one JSON object a line; nothing
    when all is as it should be. Winners are told of what changed, as always."""
    with unit_of_work(None) as uow:
        found = brand_by_slug(uow.session, brand)
    if found is None:
        raise click.ClickException(f"There is no brand {brand!r}: see `flask brand list`.")
    for settle in (settle_meeting, feed_from_meeting):
        try:
            settled = transact(partial(_settle, settle, meeting), found.id)
        except ConviveError as refusal:
            with force_locale(lang):
                raise click.ClickException(say(refusal)) from None
        for change in settled.changes:
            click.echo(json.dumps(_told(change), ensure_ascii=False))


def _settle(settle: Callable[..., Settled], meeting_id: UUID, uow: UnitOfWork) -> Settled:
    actor = system(uow.brand_id)
    settled = settle(uow, actor, meeting_id, clock=uow.clock)
    if settled.changes:
        after = {"changes": len(settled.changes)}
        record(uow, actor, "meeting.settle", "meeting", meeting_id, after=after)
    return settled


def _told(change: Change) -> dict[str, Any]:
    return {
        "grant_id": str(change.grant_id),
        "revision": change.revision,
        "change": change.name,
        "customer_id": str(change.customer_id),
        "kind": change.kind,
        "status": change.status,
        "value": change.value,
        "given_before": change.given_before,
        "given": change.given,
        "programme_version": change.programme_version,
    }
