"""What a visit is for, what it is prepared with, who takes part, whose it is (rule V5)."""

from portal.domain.common.words import N_
from portal.domain.visits import cancelling, items, people
from portal.domain.visits.people import PersonFacts
from portal.domain.visits.tables import Visit
from portal.staff.visits.desk import FORMS, MAKES, About, Text
from portal.staff.visits.panels import Panel
from portal.web.forms import RecordId
from portal.web.record_forms import Sent, Versioned

_PEOPLE = "#people"
_PREPARATION = "#preparation"
# `who` of the form: a contact or a colleague; nothing: the name says it.
CONTACT, COLLEAGUE = "contact", "colleague"


class Goal(Versioned):
    goal: Text = ""


class Item(Versioned):
    kind: Text = ""
    text: Text = ""


class Ticked(About):
    done: bool = False
    outcome: Text = ""


class Person(Versioned):
    who: Text = ""
    name: Text = ""
    function: Text = ""


class Owner(Versioned):
    owner: RecordId


@FORMS.form(Panel.GOAL, Goal, N_("Saved."), asks=MAKES, anchor="#goal")
async def set_goal(visit: Visit, given: Goal, sent: Sent) -> None:
    """Say what is to be different after the visit."""
    await items.set_goal(visit, given.goal, by=sent.by, expected_version=given.version)


@FORMS.form(Panel.ITEM, Item, N_("Added."), asks=MAKES, anchor=_PREPARATION)
async def add_item(visit: Visit, given: Item, sent: Sent) -> None:
    """Add what is to be done, taken along, offered or asked."""
    await items.add_item(visit, given.kind, given.text, by=sent.by, expected_version=given.version)


@FORMS.form("items-ticked", Ticked, N_("Saved."), asks=MAKES, anchor=_PREPARATION)
async def tick(visit: Visit, given: Ticked, sent: Sent) -> None:
    """Say that a point of the preparation is done, or is not after all."""
    await items.tick(
        visit,
        given.about,
        given.outcome,
        done=given.done,
        by=sent.by,
        expected_version=given.version,
    )


@FORMS.form("items-removed", About, N_("Removed."), asks=MAKES, anchor=_PREPARATION)
async def remove_item(visit: Visit, given: About, sent: Sent) -> None:
    """Take a point off the preparation."""
    await items.remove(visit, given.about, by=sent.by, expected_version=given.version)


@FORMS.form(
    Panel.PERSON,
    Person,
    N_("Added."),
    asks=MAKES,
    fields={"contact_id": "who", "staff_member_id": "who"},
    anchor=_PEOPLE,
)
async def add_person(visit: Visit, given: Person, sent: Sent) -> None:
    """Let a contact, somebody else of the customer or a colleague take part."""
    kind, _, number = given.who.partition(":")
    chosen = int(number) if number.isdecimal() and len(number) < 18 else None
    if kind == COLLEAGUE and chosen:
        await people.add_colleague(visit, chosen, by=sent.by, expected_version=given.version)
        return
    facts = PersonFacts(
        contact_id=chosen if kind == CONTACT else None, name=given.name, function=given.function
    )
    await people.add_person(visit, facts, by=sent.by, expected_version=given.version)


@FORMS.form("people-removed", About, N_("Taken off."), asks=MAKES, anchor=_PEOPLE)
async def remove_person(visit: Visit, given: About, sent: Sent) -> None:
    """Somebody does not take part after all."""
    await people.remove_person(visit, given.about, by=sent.by, expected_version=given.version)


@FORMS.form(
    Panel.OWNER,
    Owner,
    N_("Given. They are told, and owe it from now on."),
    asks=MAKES,
    fields={"owner_id": "owner"},
)
async def give_to(visit: Visit, given: Owner, sent: Sent) -> None:
    """Let a colleague make it; its clock runs on."""
    await cancelling.give_to(visit, given.owner, by=sent.by, expected_version=given.version)
