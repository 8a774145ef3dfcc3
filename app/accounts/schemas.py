"""What the sign-in form sends."""

from app.accounts.domain import LONGEST_PASSWORD
from app.http import fields


class SignInSchema(fields.StrictSchema):
    email = fields.Email(required=True)
    password = fields.Secret(required=True, maximum=LONGEST_PASSWORD)
    next = fields.Text(maximum=500)
