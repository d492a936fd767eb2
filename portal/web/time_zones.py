"""The time zones that forms offer: those where people of ours and our customers work.

Any zone of the IANA list may stand; the one that does is offered first. The rest would be four
hundred names on every page that has the field.
"""

from collections.abc import Sequence

COMMON = (
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Bangkok",
    "Asia/Ho_Chi_Minh",
    "Asia/Jakarta",
    "Asia/Kolkata",
    "Asia/Dubai",
    "Asia/Urumqi",
    "Australia/Sydney",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Moscow",
    "Africa/Johannesburg",
    "America/Sao_Paulo",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "UTC",
)


def zones_offered(present: str) -> Sequence[tuple[str, str]]:
    """Names to store and to show: the `present` one first where it is not a common one."""
    zones = COMMON if present in COMMON or not present else (present, *COMMON)
    return [(zone, zone.replace("_", " ")) for zone in zones]
