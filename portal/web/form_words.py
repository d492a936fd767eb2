"""What a wrong field says: the validator's error types in words that tell what to do."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from portal.domain.common.words import N_

_MISSING = N_("Fill this in.")
_NUMBER = N_("Enter a number, for example 12.5.")
_WHOLE = N_("Enter a whole number.")
_DAY = N_("Enter a date as year-month-day, for example 2026-08-24.")
_CHOICE = N_("Choose one of the options.")
TOO_LONG = N_("This number is too long.")

WORDS: Mapping[str, str] = {
    "missing": _MISSING,
    "string_too_short": N_("Write at least %(min_length)s characters."),
    "string_too_long": N_("Keep this under %(max_length)s characters."),
    "string_pattern_mismatch": N_("This is not in the form asked for."),
    "decimal_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_max_places": N_("Use at most %(decimal_places)s decimal places."),
    "decimal_max_digits": TOO_LONG,
    "decimal_whole_digits": TOO_LONG,
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": TOO_LONG,
    "greater_than": N_("Enter more than %(gt)s."),
    "greater_than_equal": N_("Enter %(ge)s or more."),
    "less_than": N_("Enter less than %(lt)s."),
    "less_than_equal": N_("Enter %(le)s or less."),
    "date_parsing": _DAY,
    "date_type": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "datetime_parsing": N_("Enter a date and a time."),
    "datetime_from_date_parsing": N_("Enter a date and a time."),
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "bool_parsing": _CHOICE,
    "too_short": N_("At least one is needed."),
    "too_long": N_("At most %(max_length)s are possible."),
}
_EMAIL = N_("Enter an e-mail address like name@company.com.")
_OTHER = N_("This cannot be read. Check it.")


def words_for(error: ErrorDetails) -> tuple[str, dict[str, Any]]:
    """The message id and its parameters for one error of the validator."""
    context = dict(error.get("ctx") or {})
    if error["type"] == "portal":
        return context["message"], dict(context["words"])
    if error["type"] == "value_error" and "email" in error["msg"]:
        return _EMAIL, {}
    return WORDS.get(error["type"], _OTHER), context
