"""How the policy in force differs from the defaults of the rulebook, for people at a shell."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.database import database_now
from portal.domain.policy.in_force import DEFAULT_VERSION, InForce, Rulebook, Scope, ScopeKind
from portal.domain.policy.lookup import rulebook
from portal.domain.policy.registry import FIGURES, Figure


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that holds otherwise than the rulebook says, values as they are stored (JSON).

    `scope` is `company`, `tier key` or `account 7`; `since` is a moment to come for what is set but
    does not hold yet.
    """

    key: str
    scope: str
    value: str
    default: str
    since: datetime
    reason: str
    is_to_come: bool = False

    def __str__(self) -> str:
        from_when = (
            f"from {self.since:%Y-%m-%d}" if self.is_to_come else f"since {self.since:%Y-%m-%d}"
        )
        because = f" ({self.reason})" if self.reason else ""
        return (
            f"{self.key} for {self.scope}: {self.value} instead of {self.default}, "
            f"{from_when}{because}"
        )


async def differences() -> list[Difference]:
    """Every figure that is or will be otherwise than the rulebook's default, by key and scope.

    What nobody has set, and what is set to the default, is no difference. A figure that the
    database has and the rulebook does not know is one.
    """
    book, now = await rulebook(), await database_now()
    found = [difference for figure in FIGURES.values() for difference in _of(figure, book, now)]
    return sorted(found, key=lambda each: (each.key, each.is_to_come, each.scope)) + _unknown(book)


def _of(figure: Figure[Any], book: Rulebook, now: datetime) -> Iterator[Difference]:
    held = [book.figure(figure, at=now), *book.overrides(figure, at=now)]
    for holds in held:
        if holds.version == DEFAULT_VERSION or holds.valid_from is None:
            continue
        value, default = figure.to_json(holds.value), _default(figure, holds)
        if value != default:
            yield Difference(
                figure.key,
                _scope(holds.scope_kind, holds.scope_value),
                _said(value),
                _said(default),
                holds.valid_from,
                holds.reason,
            )
    for later in book.upcoming(figure, at=now):
        wanted = Scope(tier=later.scope_value) if later.scope_kind is ScopeKind.TIER else Scope()
        default = figure.to_json(figure.for_tiers.get(wanted.tier or "", figure.default))
        if later.value is not None and later.value != default:
            yield Difference(
                figure.key,
                _scope(later.scope_kind, later.scope_value),
                _said(later.value),
                _said(default),
                later.valid_from,
                later.reason,
                is_to_come=True,
            )


def _unknown(book: Rulebook) -> list[Difference]:
    """Figures of another version of the portal."""
    return [
        Difference(
            version.key,
            _scope(version.scope_kind, version.scope_value),
            _said(version.value),
            "nothing: this version does not know it",
            version.valid_from,
            version.reason,
        )
        for version in sorted(book.versions(), key=lambda each: (each.key, each.version))
        if version.key not in FIGURES
    ]


def _default(figure: Figure[Any], holds: InForce[Any]) -> Any:
    """What the rulebook says for this scope; an account is compared with everybody."""
    tier = holds.scope_value if holds.scope_kind is ScopeKind.TIER else None
    return figure.to_json(figure.for_tiers.get(tier or "", figure.default))


def _scope(kind: ScopeKind, value: str | None) -> str:
    return kind.value if value is None else f"{kind.value} {value}"


def _said(stored: Any) -> str:
    return json.dumps(stored, ensure_ascii=False)
