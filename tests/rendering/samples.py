"""What rendering tests show: readers, promises, forms, people; made, not mocked."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.domain.common.thread import Message
from portal.domain.service_levels.promise import Promise, PromiseState, TargetKind
from portal.rendering.environment import create_environment
from portal.rendering.reader import Reader, Rendering, enter, leave

# A Monday, 10:10 in Shanghai.
NOW = datetime(2026, 8, 24, 2, 10, tzinfo=UTC)


def reader(locale: str = "en", *, timezone: str = "Asia/Shanghai", now: datetime = NOW) -> Reader:
    return Reader(locale, timezone, now)


def promise(
    state: PromiseState = PromiseState.RUNNING, *, due: float = 24, opened: float = -24, **rest: Any
) -> Promise:
    """A promise opened and due so many hours from now; it warns half-way."""
    return Promise(
        **{
            "id": 1,
            "kind": TargetKind.QUOTE,
            "subject_kind": "quote_request",
            "subject_id": 7,
            "reference": "RFQ-2026-00007",
            "title": "Gaskets",
            "account_id": 3,
            "account_name": "Huadong Valve",
            "owner_id": None,
            "opened_at": NOW + timedelta(hours=opened),
            "warn_at": NOW + timedelta(hours=(opened + due) / 2),
            "due_at": NOW + timedelta(hours=due),
            "state": state,
            **rest,
        }
    )


@dataclass
class Typed:
    """A form as macros see it."""

    typed: dict[str, str] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)
    key: str = "key-1"

    def value(self, name: str) -> str:
        return self.typed.get(name, "")

    def values(self, name: str) -> list[str]:
        return [self.typed[name]] if name in self.typed else []

    def error(self, name: str) -> str | None:
        return dict(self.errors).get(name)

    def checked(self, name: str, value: str) -> bool:
        return self.typed.get(name) == value


@dataclass
class Membership:
    account_code: str
    account_name: str


@dataclass
class Onlooker:
    """A signed-in person as layouts see one."""

    audience: str = "customer"
    name: str = "Chen Li"
    account_name: str = "Huadong Valve"
    memberships: tuple[Membership, ...] = ()
    unread_count: int = 0
    keyboard_shortcuts: bool = True
    denied: frozenset[str] = frozenset()

    def can(self, permission: str) -> bool:
        return permission not in self.denied


@dataclass
class Page:
    title: str = "Requests"
    description: str = ""
    section: str = "quotes"


def message(text: str, *, internal: bool = False, side: str = "customer") -> Message:
    return Message(
        id=1,
        audience="internal" if internal else "customer",
        author_id=1,
        author_name="Chen Li",
        author_side=side,
        body=text,
        written_at=NOW - timedelta(hours=2),
    )


def shown(source: str, locale: str = "en", **context: Any) -> str:
    """A template of one test, as `render` would render it."""
    token = enter(Rendering(reader(locale), "token-1"))
    try:
        return create_environment().from_string(source).render(context)
    finally:
        leave(token)
