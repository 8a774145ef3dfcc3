"""What the sign-in form sends, and what an operator types."""

from app.accounts.domain import LONGEST_PASSWORD
from app.http import fields
from app.kernel.actor import Role

PEOPLE = [role for role in Role if role not in {Role.HOST, Role.SYSTEM}]
"""Who signs in: hosts come by their links, and the system is nobody."""


class SignInSchema(fields.StrictSchema):
    email = fields.Email(required=True)
    password = fields.Secret(required=True, maximum=LONGEST_PASSWORD)
    next = fields.Text(maximum=500)


class NewUserSchema(fields.StrictSchema):
    email = fields.Email(required=True)
    name = fields.Text(required=True, maximum=120)
