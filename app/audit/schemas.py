"""What the audit log may be asked for."""

from app.http import fields


class AuditFilterSchema(fields.StrictSchema):
    who = fields.Id()
    action = fields.Text(maximum=80)
    outcome = fields.Text(maximum=20)
    entity_type = fields.Text(maximum=40)
    entity_id = fields.Id()
    since = fields.Date()
    until = fields.Date()
    after = fields.Id()
