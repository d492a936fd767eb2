"""Columns of a list: one place for their heads, their alignment and the labels of their cards."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from portal.rendering.escaping import mark, put_out


class Column(NamedTuple):
    """One column. `attributes` go on its cells: role, alignment and the label cards show."""

    name: str
    label: str
    kind: str
    sort_url: str | None
    direction: str | None
    attributes: Markup


class Columns:
    """The columns of one table; `columns.due` gives the attributes of a cell under "due"."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self._columns = tuple(columns)
        self.__dict__.update({column.name: column.attributes for column in self._columns})

    def __iter__(self) -> Iterator[Column]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def columns(
    *definitions: tuple[str, ...],
    sort_urls: dict[str, str] | None = None,
    sorted_by: str | None = None,
    direction: str = "ascending",
) -> Columns:
    """Columns from `(name, label)` or `(name, label, kind)`.

    Kinds: "text" (default), "num" right-aligned, "main" the row's own name, "wide" takes the room
    left, "minor" leaves the card on a phone, "actions" and "check" carry controls and no label.
    """
    made = []
    for name, label, *rest in definitions:
        kind = rest[0] if rest else "text"
        made.append(
            Column(
                name=name,
                label=label,
                kind=kind,
                sort_url=sort_urls.get(name) if sort_urls else None,
                direction=direction if name == sorted_by else None,
                attributes=_attributes(label, kind),
            )
        )
    return Columns(made)


# By type too: a label that is markup equals the text that is escaped.
@lru_cache(maxsize=1024, typed=True)
def _attributes(label: str, kind: str) -> Markup:
    role = "rowheader" if kind == "main" else "cell"
    styled = "" if kind == "text" else f' class="cell-{put_out(kind)}"'
    return mark(f'role="{role}" data-label="{put_out(label)}"{styled}')
