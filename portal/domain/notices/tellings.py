"""What a row of the table of what is told is made of."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.domain.common.actor import Side
from portal.domain.notices.about import About
from portal.domain.notices.kinds import NoticeKind
from portal.domain.notices.parts import Part
from portal.domain.notices.recipients import Recipient

Payload = Mapping[str, Any]
When = Callable[[About], bool]


@dataclass(frozen=True, slots=True)
class Telling:
    """Everybody of `parts` is told `kind`, where the event fulfils `when`.

    `by_mail` says whether it is worth a mail; each channel decides for itself what it carries.
    """

    kind: NoticeKind
    parts: tuple[Part, ...]
    when: When = lambda _: True
    by_mail: bool = True


async def _keep_nothing(_: About, __: Sequence[Recipient]) -> None:
    """Notices say themselves who was told."""


@dataclass(frozen=True, slots=True)
class Told:
    """How an event is read and what is told of it. `keep` is given who was told, each once."""

    about: Callable[[str, Payload], Awaitable[About]]
    tellings: tuple[Telling, ...]
    keep: Callable[[About, Sequence[Recipient]], Awaitable[None]] = _keep_nothing


def when(name: str) -> When:
    """Where the payload says yes to `name`."""
    return lambda about: bool(about.payload.get(name))


def unless(name: str) -> When:
    """Where the payload does not say yes to `name`."""
    return lambda about: not about.payload.get(name)


def by(side: Side) -> When:
    """Where somebody of `side` did it."""
    return lambda about: about.actor_side == side
