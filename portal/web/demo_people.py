"""The people of the demo, shown at its sign-in page; nothing outside of a demo."""

import json
from dataclasses import dataclass

from portal.settings import Settings
from portal.web.portals import Portal

FILE_NAME = "demo-people.json"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to sign in as. `role` is a message id."""

    side: str
    name: str
    email: str
    role: str
    account_name: str
    password: str


def demo_people(settings: Settings, portal: Portal) -> list[DemoPerson]:
    """One person a role of this portal, as the demo's seed wrote them down."""
    path = settings.data_dir / FILE_NAME
    if not settings.demo or not path.is_file():
        return []
    people = [DemoPerson(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    return [person for person in people if person.side == portal.side]
