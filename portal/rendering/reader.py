"""For whom a text is rendered: language, zone and the moment it is read."""

from contextvars import ContextVar, Token
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

DEFAULT_TIMEZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Reader:
    """The person who reads: `locale` is one of `i18n.LOCALES`, `timezone` an IANA name.

    Who has chosen no zone gets `DEFAULT_TIMEZONE`. `now` is the aware moment that "due in 3 h" is
    counted from: business time for records.
    """

    locale: str
    timezone: str
    now: datetime

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("a reader's now must be aware")

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def year(self) -> int:
        """The calendar year on the reader's clock."""
        return self.local(self.now).year

    @cached_property
    def seconds(self) -> int:
        """`now` in whole seconds since 1970."""
        return int(self.now.timestamp())

    def local(self, moment: datetime) -> datetime:
        """`moment` on the reader's clock. A naive moment is a `ValueError`."""
        if moment.tzinfo is None:
            raise ValueError("a moment to be shown must be aware")
        return moment.astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Rendering:
    """What one render needs everywhere, also inside macros that see no page context."""

    reader: Reader
    csrf_token: str = ""


_current: ContextVar[Rendering] = ContextVar("rendering")


def current() -> Rendering:
    """The render under way; `LookupError` outside of one."""
    return _current.get()


def enter(rendering: Rendering) -> Token[Rendering]:
    return _current.set(rendering)


def leave(token: Token[Rendering]) -> None:
    _current.reset(token)
