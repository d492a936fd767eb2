"""What every record of the business shares: locking, versions, one transition table per state."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Self, TypeVar

from piccolo.columns import BigSerial, Column, Integer
from piccolo.table import Table

from portal.database import DB, Login, current_unit
from portal.domain.common.errors import Conflict, NotFound, WrongState
from portal.domain.common.words import Worded

State = TypeVar("State", bound=Worded)


class Record(Table, db=DB):
    """A row with an id and a version that counts its changes.

    `ours` names the columns that the customer's login may not read: there they are empty.
    """

    ours: ClassVar[frozenset[str]] = frozenset()
    # Whether it was read and locked by one statement just now.
    _is_locked = False
    id = BigSerial(primary_key=True)
    version = Integer(default=1)

    def __init_subclass__(cls, tablename: str | None = None, **options: Any) -> None:
        # Piccolo does not hand the engine down to subclasses.
        super().__init_subclass__(tablename=tablename, **{"db": DB, **options})

    async def lock(self, *, expected_version: int | None = None) -> Self:
        """Lock this row until the unit of work ends and read it anew.

        Raises `NotFound` when it is gone or not the viewer's, `Conflict` when `expected_version`
        (what the form was made from) is no longer the row's version.
        """
        if self._is_locked:
            self._is_locked = False
            return self._expected(expected_version)
        table = type(self)
        fresh = (
            await table.select(*readable(table))
            .where(table.id == self.id)
            .first()
            .lock_rows("NO KEY UPDATE")
        )
        if fresh is None:
            raise NotFound
        for name, value in fresh.items():
            setattr(self, name, value)
        return self._expected(expected_version)

    def locked(self) -> Self:
        """Say that the statement that read it has locked it: the next `lock` need not.

        For who found it to change it at once, in the same unit of work.
        """
        self._is_locked = True
        return self

    def _expected(self, version: int | None) -> Self:
        if version is not None and self.version != version:
            raise Conflict
        return self

    async def change(self, **values: Any) -> dict[str, tuple[Any, Any]]:
        """Write the values that differ and count the version up.

        Returns what changed as `{name: (before, after)}`, empty when nothing did.
        """
        changed = {
            name: (getattr(self, name), value)
            for name, value in values.items()
            if getattr(self, name) != value
        }
        if not changed:
            return {}
        for name, (_, value) in changed.items():
            setattr(self, name, value)
        self.version += 1
        table = type(self)
        columns = {getattr(table, name): value for name, (_, value) in changed.items()}
        columns[table.version] = self.version
        await table.update(columns).where(table.id == self.id)
        return changed


def readable(table: type[Table]) -> list[Column]:
    """The columns of `table` that the login of the open unit of work may read.

    All of them but, for a customer's login, those that the class names in `ours`.
    """
    ours: frozenset[str] = getattr(table, "ours", frozenset())
    if current_unit().login is not Login.CUSTOMER:
        ours = frozenset()
    return [column for column in table._meta.columns if column._meta.name not in ours]


def readable_sql(table: type[Table], alias: str) -> str:
    """`readable` for a SELECT that is written by hand and calls the table `alias`."""
    return ", ".join(f"{alias}.{column._meta.db_column_name}" for column in readable(table))


def for_us(sql: str, *, instead: str = "''") -> str:
    """`sql` for our own logins, `instead` for the customer's, which may not read what it names."""
    return instead if current_unit().login is Login.CUSTOMER else sql


def check_transition(now: State, to: State, table: Mapping[State, Collection[State]]) -> None:
    """Raise `WrongState` unless `table` leads from `now` to `to`."""
    if to not in table.get(now, ()):
        raise WrongState(state=now.label)
