"""Collects what is wrong with a form, so that all of it is said at once."""

from typing import Any

from portal.domain.common.errors import FieldError, FieldErrors
from portal.domain.common.words import N_

MISSING = N_("Fill this in.")
TOO_LONG = N_("Keep this under %(max_length)s characters.")
TOO_LARGE = N_("This number is too long.")


class FieldChecks:
    """The errors of one form in the order in which they are found."""

    def __init__(self) -> None:
        self._errors: dict[str, FieldError] = {}

    def refuse(self, field: str, message: str, **words: Any) -> None:
        """Note an error; the first one of a field stays."""
        self._errors.setdefault(field, FieldError(field, message, **words))

    def text(
        self, field: str, value: str, longest: int, *, needed: bool = False, missing: str = MISSING
    ) -> str:
        """`value` without blanks around it, after checking its length.

        `missing` is what is said where it is `needed` and there is none.
        """
        value = value.strip()
        if needed and not value:
            self.refuse(field, missing)
        if len(value) > longest:
            self.refuse(field, TOO_LONG, max_length=longest)
        return value

    def done(self) -> None:
        """Raise `FieldErrors` if there are any."""
        if self._errors:
            raise FieldErrors(list(self._errors.values()))
