"""The few families of refusal. A package names its own errors below one of these.

`code` is for programs and never changes; `words` is for people and is translated at the edge
with `params`, which may hold dates, instants and amounts: the edge formats them.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from app.kernel.words import N_


class ConviveError(Exception):
    code: ClassVar[str] = "error"
    words: ClassVar[str] = N_("Something went wrong.")

    def __init__(self, **params: Any) -> None:
        super().__init__(self.code)
        self.params = params

    @property
    def details(self) -> Mapping[str, Any]:
        """What programs are told beside the code, as JSON: the API says which, by name."""
        return {}


class NotAuthenticated(ConviveError):
    code = "not_authenticated"
    words = N_("Please sign in.")


class NotAllowed(ConviveError):
    code = "not_allowed"
    words = N_("You may not do this.")


class NotFound(ConviveError):
    """Also the answer for what belongs to somebody else."""

    code = "not_found"
    words = N_("We could not find this. It may have been removed, or the address is wrong.")


class Conflict(ConviveError):
    """Well formed, but the state of things has moved on."""

    code = "conflict"
    words = N_("This has changed in the meantime. Please look again.")


class Refused(ConviveError):
    """Well formed and understood, but no."""

    code = "refused"
    words = N_("This is not possible.")


class Invalid(ConviveError):
    """What was typed cannot be read. `fields` maps a field to its messages (already words)."""

    code = "invalid"
    words = N_("Some fields need your attention.")

    def __init__(self, fields: dict[str, list[Any]], **params: Any) -> None:
        super().__init__(**params)
        self.fields = fields
