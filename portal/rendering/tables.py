"""Columns of a list: one place for their heads, their alignment and the labels of their cards."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from portal.rendering.escaping import mark, put_out


@dataclass(frozen=True, slots=True)
class Column:
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
        for column in self._columns:
            setattr(self, column.name, column.attributes)

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
        role = "rowheader" if kind == "main" else "cell"
        styled = "" if kind == "text" else f' class="cell-{put_out(kind)}"'
        attributes = mark(f'role="{role}" data-label="{put_out(label)}"{styled}')
        made.append(
            Column(
                name=name,
                label=label,
                kind=kind,
                sort_url=(sort_urls or {}).get(name),
                direction=direction if name == sorted_by else None,
                attributes=attributes,
            )
        )
    return Columns(made)
