"""Wake-up calls that web and workers share: which channels a committed unit of work concerns.

A call carries nothing. What it misses, the sweep of a worker and a reload of the page find.
"""

from portal.database import UnitOfWork

OUTBOX_CHANNEL = "portal:outbox"
LIVE_CHANNEL = "portal:live:"


def channels_of(unit: UnitOfWork) -> list[str]:
    """Whom to wake once `unit` has been committed: live pages it changed, the relay."""
    channels = [LIVE_CHANNEL + topic for topic in sorted(unit.touched)]
    if unit.outbox_written:
        channels.append(OUTBOX_CHANNEL)
    return channels
