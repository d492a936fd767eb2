"""Domain errors: named for what is wrong, worded for people, mapped to a status in one place."""

from collections.abc import Sequence
from typing import Any, ClassVar

from portal.domain.common.words import N_


class DomainError(Exception):
    """A rule refused the verb. `message` is a message id, `words` its parameters.

    `status` is the HTTP status in one place for both portals: 404, 409 or 422.
    """

    status: ClassVar[int] = 422
    message: ClassVar[str] = N_("This cannot be done.")

    def __init__(self, **words: Any) -> None:
        super().__init__(self.message)
        self.words = words


class NotFound(DomainError):
    """Unknown or foreign: the two cannot be told apart."""

    status = 404
    message = N_("There is no such page.")


class NotAllowed(DomainError):
    """The viewer's role does not carry the permission."""

    status = 403
    message = N_("Your role does not allow this.")


class Conflict(DomainError):
    """Somebody else was faster; show both versions and keep what was typed."""

    status = 409
    message = N_("Somebody else changed this while you were working on it.")


class WrongState(Conflict):
    """The transition table has no such step from where the record is now."""

    message = N_("This is no longer possible: the state has changed to “%(state)s”.")


class FieldError(DomainError):
    """One field of a form is refused by a rule. `field` is the form's name of it."""

    def __init__(self, field: str, message: str, **words: Any) -> None:
        super().__init__(**words)
        self.field = field
        self.field_message = message


class FieldErrors(DomainError):
    """Several fields of a form are refused at once; `errors` come in the order of the form."""

    message = N_("Check what is marked.")

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__()
        self.errors = tuple(errors)
