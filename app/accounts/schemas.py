"""What the forms about people's access send, and what an operator types."""

from app.accounts.domain import LONGEST_PASSWORD, STAFF
from app.http import fields
from app.kernel.actor import BY_LINK, Role

PEOPLE = [role for role in Role if role not in {*BY_LINK, Role.SYSTEM}]
"""Who signs in: hosts come by their links, and the system is nobody."""


class SignInSchema(fields.StrictSchema):
    email = fields.Email(required=True)
    password = fields.Secret(required=True, maximum=LONGEST_PASSWORD)
    next = fields.Text(maximum=500)


class NewUserSchema(fields.StrictSchema):
    email = fields.Email(required=True)
    name = fields.Text(required=True, maximum=120)


class ForgottenSchema(fields.StrictSchema):
    email = fields.Email(required=True)


class ChoosePasswordSchema(fields.StrictSchema):
    password = fields.Secret(required=True, maximum=LONGEST_PASSWORD)


class ChangePasswordSchema(fields.StrictSchema):
    present = fields.Secret(required=True, maximum=LONGEST_PASSWORD)
    password = fields.Secret(required=True, maximum=LONGEST_PASSWORD)


class RoleSchema(fields.StrictSchema):
    role = fields.Choice([str(role) for role in STAFF], required=True)


class InviteSchema(RoleSchema):
    display_name = fields.Text(required=True, maximum=120)
    email = fields.Email(required=True)
