"""The rules of the world's public holidays, of which a process loads those it is asked for."""

import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holidays import HolidayBase


def public_holidays(
    country: str, subdivision: str | None = None, *, year: int | None = None
) -> "HolidayBase":
    """The holidays of `country` (ISO 3166: `CN`) or a part of it (`BY` of `DE`), `year` at once.

    Raises `ValueError` for a country or subdivision that is not known.
    """
    try:
        rules: HolidayBase = _library().country_holidays(country, subdiv=subdivision, years=year)
    except NotImplementedError as unknown:
        raise ValueError(f"no public holidays are known for {country!r}") from unknown
    return rules


@cache
def _library() -> Any:
    import holidays

    # It looks a country's module up when the country is asked for, but the package of these modules
    # imports all 250 of them, seven megabytes. So one that imports nothing stands in its place.
    package = ModuleType("holidays.countries")
    package.__path__ = [str(Path(holidays.__file__).with_name("countries"))]
    sys.modules.setdefault(package.__name__, package)
    return holidays
