"""Accounts: who may come in, by which password, from which devices."""

from app.accounts.app_tokens import (
    Tokens,
    actor_of_token,
    forget_dead_tokens,
    issue_tokens,
    revoke,
    rotate,
    user_of_token,
)
from app.accounts.links import follow_link, issue_link, revoke_links
from app.accounts.services.choosing import (
    arm_password_link,
    ask_for_reset,
    change_password,
    choose_password,
    password_link,
)
from app.accounts.services.entering import sign_in
from app.accounts.services.people import (
    change_address,
    change_role,
    create_user,
    invite,
    invite_again,
    restore,
    set_active,
    suspend,
)
from app.accounts.services.signed_in import end_device, end_everything

__all__ = [
    "Tokens",
    "actor_of_token",
    "arm_password_link",
    "ask_for_reset",
    "change_address",
    "change_password",
    "change_role",
    "choose_password",
    "create_user",
    "end_device",
    "end_everything",
    "follow_link",
    "forget_dead_tokens",
    "invite",
    "invite_again",
    "issue_link",
    "issue_tokens",
    "password_link",
    "restore",
    "revoke",
    "revoke_links",
    "rotate",
    "set_active",
    "sign_in",
    "suspend",
    "user_of_token",
]
