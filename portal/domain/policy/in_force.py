"""Which version of a figure holds for whom and when. Pure: the rows are handed in."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from portal.domain.policy.registry import Figure

T = TypeVar("T")

DEFAULT_VERSION = 0


class ScopeKind(StrEnum):
    """For whom a version of a figure holds. The narrowest scope that has one wins."""

    COMPANY = "company"
    TIER = "tier"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a figure is asked for: an account and its tier, a tier, or nobody in particular."""

    account_id: int | None = None
    tier: str | None = None

    def narrowest_first(self) -> Iterator[tuple[ScopeKind, str | None]]:
        if self.account_id is not None:
            yield ScopeKind.ACCOUNT, str(self.account_id)
        if self.tier is not None:
            yield ScopeKind.TIER, self.tier
        yield ScopeKind.COMPANY, None


COMPANY = Scope()


@dataclass(frozen=True, slots=True)
class Version:
    """A stored version of a figure. `value` is JSON; without one the scope's override ends."""

    key: str
    scope_kind: ScopeKind
    scope_value: str | None
    value: Any
    version: int
    valid_from: datetime
    set_by: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InForce(Generic[T]):
    """What holds: the value, and the version and scope it comes from.

    `version` counts within the scope and is 0 for the default in code, which has no `valid_from`.
    """

    value: T
    version: int
    scope_kind: ScopeKind = ScopeKind.COMPANY
    scope_value: str | None = None
    valid_from: datetime | None = None
    set_by: int | None = None
    reason: str = ""


class Rulebook:
    """Every version of every figure, and what holds at a moment."""

    def __init__(self, versions: Iterable[Version]) -> None:
        self._versions: dict[tuple[str, ScopeKind, str | None], list[Version]] = {}
        for version in versions:
            scope = (version.key, version.scope_kind, version.scope_value)
            self._versions.setdefault(scope, []).append(version)
        for same_scope in self._versions.values():
            same_scope.sort(key=lambda version: (version.valid_from, version.version))

    def versions(self) -> Iterator[Version]:
        """Every version that this book was made of."""
        return (version for versions in self._versions.values() for version in versions)

    def figure(self, figure: Figure[T], *, at: datetime, scope: Scope = COMPANY) -> InForce[T]:
        """What holds for `scope` at `at`: account before tier before company before the default.

        A tier for which the rulebook has a figure has that default while no version is stored for
        it. Within a scope the version with the newest `valid_from` up to `at` holds, of two with
        the same the later one. Raises `ValueError` when what is stored is no value of the figure.
        """
        for kind, value in scope.narrowest_first():
            version = self._newest((figure.key, kind, value), at)
            if version is not None and version.value is not None:
                return _in_force(figure, version)
            if version is None and kind is ScopeKind.TIER and value and value in figure.for_tiers:
                return InForce(figure.for_tiers[value], DEFAULT_VERSION, kind, value)
        return InForce(figure.default, DEFAULT_VERSION)

    def overrides(self, figure: Figure[T], *, at: datetime) -> list[InForce[T]]:
        """What holds at `at` for single tiers and accounts: tiers first, each in order."""
        scopes = {
            (kind is ScopeKind.ACCOUNT, value or "")
            for key, kind, value in self._versions
            if key == figure.key and kind is not ScopeKind.COMPANY
        } | {(False, tier) for tier in figure.for_tiers}
        holds = [
            self.figure(
                figure,
                at=at,
                scope=Scope(account_id=int(value)) if of_account else Scope(tier=value),
            )
            for of_account, value in sorted(scopes)
        ]
        return [one for one in holds if one.scope_kind is not ScopeKind.COMPANY]

    def upcoming(self, figure: Figure[T], *, at: datetime) -> list[Version]:
        """The versions of `figure` that begin to hold after `at`, in any scope, soonest first."""
        later = [
            version
            for (key, _, _), versions in self._versions.items()
            if key == figure.key
            for version in versions
            if version.valid_from > at
        ]
        return sorted(later, key=lambda version: (version.valid_from, version.version))

    def _newest(self, scope: tuple[str, ScopeKind, str | None], at: datetime) -> Version | None:
        versions = self._versions.get(scope, [])
        begun = bisect_right(versions, at, key=lambda version: version.valid_from)
        return versions[begun - 1] if begun else None


def _in_force(figure: Figure[T], version: Version) -> InForce[T]:
    return InForce(
        value=figure.from_json(version.value),
        version=version.version,
        scope_kind=version.scope_kind,
        scope_value=version.scope_value,
        valid_from=version.valid_from,
        set_by=version.set_by,
        reason=version.reason,
    )
