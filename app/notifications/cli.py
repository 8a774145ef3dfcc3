"""`flask emails …`: for staff who look after what people were told."""

from uuid import UUID

import click
from flask.cli import AppGroup

from app.brands import queries as brands
from app.http.words import say
from app.infra.uow import unit_of_work
from app.kernel.errors import ConviveError
from app.notifications.errors import EmailNotFound
from app.notifications.services.resending import resend_email

emails = AppGroup("emails", help="What people were told.")


@emails.command("resend")
@click.argument("email_id", type=click.UUID)
def resend(email_id: UUID) -> None:
    """Send a message again, to the address that is on the customer's card by now."""
    with unit_of_work(None) as uow:
        brand_ids = [brand.id for brand in brands.all_brands(uow.session)]
    for brand_id in brand_ids:
        try:
            with unit_of_work(brand_id) as uow:
                click.echo(resend_email(uow, email_id, clock=uow.clock))
        except EmailNotFound:
            continue
        except ConviveError as refusal:
            raise click.ClickException(say(refusal)) from None
        else:
            return
    raise click.ClickException(say(EmailNotFound()))
