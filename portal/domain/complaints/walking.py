"""First rows of a list in its order: each way to see them is asked along an index of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.complaints.complaint_scope import ComplaintScope


@dataclass(frozen=True, slots=True)
class Walk:
    """A list that is ordered by `moment` and then by id, as its indexes have it.

    `table` is what is read, with its alias `of`. The index of a column has that column before the
    moment; `ascends` is how such an index runs. `key` is the moment as a timestamptz, where the
    index has another type.
    """

    table: str
    of: str
    moment: str
    ascends: bool
    key: str = ""

    def first_rows(
        self, scope: ComplaintScope, conditions: Sequence[str], *, ascending: bool, limit: int
    ) -> str:
        """SQL for the first rows of `scope`: `id` and `moment`, not yet in one order."""
        way = "ASC" if ascending else "DESC"
        along = "ASC" if ascending is self.ascends else "DESC"

        def rows_of(column: str) -> str:
            """The rows of one value of `column`.

            A range and an order that begin with it, instead of an equation: only the index of the
            column gives them, so that nobody's rows are walked through in search of somebody's.
            """
            one, lead = [], ""
            if column:
                one = [f"{self.of}.{column} BETWEEN scope.key AND scope.key"]
                lead = f"{self.of}.{column} {along},"
            found = " AND ".join([*one, *conditions]) or "TRUE"
            return f"""SELECT {self.of}.id, {self.key or self.moment} AS moment FROM {self.table}
                WHERE {found} ORDER BY {lead} {self.moment} {way}, {self.of}.id {way}
                LIMIT {limit}"""  # noqa: S608 - constants

        found = f"SELECT * FROM ({scope.first_rows(rows_of)}) AS found"  # noqa: S608
        return f"{found} ORDER BY found.moment {way}, found.id {way} LIMIT {limit}"
