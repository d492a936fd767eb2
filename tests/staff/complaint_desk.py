"""Complaints worked on through the forms of their page, as browsers send them."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from portal.domain.common.actor import Actor
from tests.complaint_scenarios import Complained
from tests.factories import Factory
from tests.visitor import Visitor, signed_in

QUEUE = "/staff/complaints"


@dataclass
class Desk:
    """A complaint and whoever works on it; everybody signs in when first needed."""

    site: Any
    make: Factory
    complained: Complained
    _visitors: dict[int, Visitor] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"{QUEUE}/{self.complained.reference}"

    async def visitor(self, who: Actor) -> Visitor:
        assert who.person_id is not None
        if who.person_id not in self._visitors:
            self._visitors[who.person_id] = await signed_in(self.site, self.make, who)
        return self._visitors[who.person_id]

    async def page(self, who: Actor, query: str = "") -> str:
        answer = await (await self.visitor(who)).get(f"{self.path}{query}")
        assert answer.status_code == 200, answer.text
        return answer.text

    async def send(self, who: Actor, form: str, **fields: Any) -> httpx.Response:
        """Open the form where the page offers it, and send it with the version that it shows."""
        visitor = await self.visitor(who)
        about = f"&about={fields['about']}" if "about" in fields else ""
        page = (await visitor.get(f"{self.path}?do={form}{about}")).text
        shown = re.search(r'name="version" value="(\d+)"', page)
        version = shown[1] if shown else await self.value("version")
        return await visitor.post(f"{self.path}/{form}", _typed({"version": version, **fields}))

    async def does(self, who: Actor, form: str, **fields: Any) -> None:
        """The same, and it is accepted; the page offered the form."""
        page = await self.page(who, f"?do={form}")
        assert f'action="{self.path}/{form}"' in page, f"{form} is not offered"
        answer = await self.send(who, form, **fields)
        assert answer.status_code == 303, answer.text

    async def value(self, column: str) -> Any:
        sql = f"SELECT {column} FROM complaint WHERE reference = $1"
        return await self.make.owner.fetchval(sql, self.complained.reference)

    async def id_of(self, table: str) -> int:
        """The newest row of this complaint in a table."""
        sql = f"""SELECT max(t.id) FROM {table} t JOIN complaint c ON c.id = t.complaint_id
            WHERE c.reference = $1"""
        return int(await self.make.owner.fetchval(sql, self.complained.reference))


def _typed(fields: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items()}
