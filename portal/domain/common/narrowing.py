"""The conditions that narrow a list, with the numbers of their parameters, and which page of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from portal.domain.common.found import telling


@dataclass(slots=True)
class Narrowed:
    """Conditions in SQL that hold together, and the values of their parameters."""

    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        """Add a condition with `{0}`, `{1}`, … where its values go."""
        self.conditions.append(condition.format(*self.places(*values)))

    def add_made(self, made: Callable[[int], tuple[str, list[Any]]]) -> None:
        """Add a condition that numbers its own parameters from the place it is given."""
        condition, values = made(len(self.values) + 1)
        self.conditions.append(condition)
        self.values += values

    def add_found(self, row: str, terms: Sequence[str], found: Sequence[int] | None) -> None:
        """Narrow `row` to what a search found; where that was too much, to all with the terms."""
        has_terms = f"{row}.search_terms @> {{0}}::text[]"
        if found is None:
            # The planner takes all words to be rare. These are not: it must not see that they are.
            self.add(f"CASE WHEN {has_terms} THEN true ELSE false END", list(terms))
            return
        self.add(f"{row}.id = ANY ({{0}}::bigint[])", list(found))
        if telling(terms) != list(terms):
            self.add(has_terms, list(terms))

    def places(self, *values: Any) -> list[str]:
        """The parameters of `values`."""
        first = len(self.values) + 1
        self.values += values
        return [f"${first + number}" for number in range(len(values))]

    def copy(self) -> "Narrowed":
        """The same, to be narrowed further."""
        return Narrowed(list(self.conditions), list(self.values))


class Place(Protocol):
    """Which page of a list: behind the key `after`, or before `before`, `size` rows of it."""

    @property
    def after(self) -> str: ...

    @property
    def before(self) -> str: ...

    @property
    def size(self) -> int: ...
