"""What a figure of the policy is, and where all of them are found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from portal.domain.common.words import N_, Worded
from portal.domain.policy.values import ValueType

T = TypeVar("T")


class Topic(Worded):
    """What a figure is about; pages group by it, in this order."""

    QUOTES = "quotes", N_("Quotes")
    ORDERS = "orders", N_("Orders")
    COMPLAINTS = "complaints", N_("Complaints")
    VISITS = "visits", N_("Visits and meetings")
    SURVEYS = "surveys", N_("Surveys")
    PROMISES = "promises", N_("Promises")
    ACCOUNTS = "accounts", N_("Accounts")
    NOTICES = "notices", N_("Notices")
    WORKING_TIME = "working-time", N_("Working time")
    SIGN_IN = "sign-in", N_("Signing in")
    FILES = "files", N_("Files")
    LISTS = "lists", N_("Lists")


@dataclass(frozen=True, slots=True, eq=False)
class Figure(Generic[T]):
    """A figure of the policy. `label`, `explanation` and `unit` are message ids.

    `rules` are the ids of the rulebook that it serves; none where the figure is the portal's own.
    `least` is the lowest value that makes sense, in whatever way values of the type are ordered.
    `for_tiers` are the defaults of tiers for which the rulebook has another figure.
    """

    key: str
    topic: Topic
    type: ValueType[T]
    default: T
    label: str
    explanation: str
    unit: str = ""
    rules: tuple[str, ...] = ()
    least: T | None = None
    for_tiers: Mapping[str, T] = field(default_factory=dict)

    def to_json(self, value: T) -> Any:
        """`value` as it is stored. Raises `ValueError` when the figure cannot have it."""
        stored = self.type.to_json(value)
        self.from_json(stored)
        return stored

    def from_json(self, stored: Any) -> T:
        """What `to_json` stored. Raises `ValueError` when the figure cannot have it."""
        value = self.type.from_json(stored)
        if self.least is not None and value < self.least:  # type: ignore[operator]
            raise ValueError(f"{self.key} is at least {self.least}")
        return value


_by_key: dict[str, Figure[Any]] = {}
# Filled by `figures.py`, which the package imports.
FIGURES: Mapping[str, Figure[Any]] = MappingProxyType(_by_key)


def add(figure: Figure[T]) -> Figure[T]:
    """Make `figure` known. Raises `ValueError` when its key is taken."""
    if figure.key in _by_key:
        raise ValueError(f"two figures are called {figure.key}")
    _by_key[figure.key] = figure
    return figure
