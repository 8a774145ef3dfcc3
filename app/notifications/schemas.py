"""What the log of e-mails may be asked for."""

from app.http.fields import Choice, Date, Id, StrictSchema, Text

FATES = ("queued", "sent", "bounced", "failed", "unaddressed")


class EmailLogSchema(StrictSchema):
    q = Text(maximum=100, load_default="")
    fate = Choice(FATES, load_default="")
    since = Date(load_default=None)
    until = Date(load_default=None)
    after = Id(load_default=None)
