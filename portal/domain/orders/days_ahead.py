"""Days that are told of an order: still to come, and near enough to be meant."""

from datetime import date

from portal.domain.common.words import N_
from portal.domain.quotes.request_check import LONGEST_WISH

_TOO_FAR = N_("Choose a day within the next three years.")


def refusal_of(day: date, *, today: date, over: str) -> str | None:
    """What is wrong with `day`; `over` is said of one before `today`, both days at the branch.

    A mistyped year must not become a promise (rules O4, O7, O14, O15), nor a day that no calendar
    covers.
    """
    if day < today:
        return over
    return _TOO_FAR if day - today > LONGEST_WISH else None
