"""A visit's page for staff: goal, appointment, people, preparation, and what came of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response

from portal.domain.accounts.confidentiality import note_read
from portal.domain.accounts.contacts import contacts_of
from portal.domain.common.errors import Conflict
from portal.domain.common.permissions import Permission
from portal.domain.common.story import Part
from portal.domain.common.words import N_
from portal.domain.complaints.states import Satisfaction
from portal.domain.meetings.of_visit import report_of_visit
from portal.domain.quotes.customer_card import customer_card
from portal.domain.service_levels.escalation import escalation_of
from portal.domain.visits.owners import possible_owners
from portal.domain.visits.page_view import VisitPage, visit_page
from portal.domain.visits.states import ItemKind, VisitWay
from portal.domain.visits.story import phrase_of
from portal.domain.visits.tables import SUBJECT_KIND
from portal.staff.choices import choices
from portal.staff.record_page import conflict_words, forms_of, is_read_openly, story_of
from portal.staff.visits.panels import (
    IN_PLACE,
    Panel,
    is_record_next,
    next_panel,
    offered_panels,
)
from portal.web.answers import Answer
from portal.web.forms import Form
from portal.web.live import live_url
from portal.web.viewer import Viewer

PATH = "/staff/visits"
VISIT = f"{PATH}/{{visit_reference:str}}"
FILES = f"{PATH}/files"
# Of a visit nobody has to leaf through what happened.
_MOST_EVENTS = 200
SATISFACTION_TONES = {
    Satisfaction.SATISFIED: "done",
    Satisfaction.NEUTRAL: "neutral",
    Satisfaction.DISSATISFIED: "warning",
}
# What a form first says: an hour in the middle of the morning.
_BEGINS, _LASTS = time(10), timedelta(hours=1)
_APPOINTING = frozenset({Panel.PROPOSAL, Panel.PHONE_AGREEMENT, Panel.MOVE})


async def show_visit(
    reference: str,
    viewer: Viewer,
    answer: Answer,
    /,
    *,
    panel: str = "",
    about: str = "",
    form: Form | None = None,
    conflict: Conflict | None = None,
) -> Response[str]:
    """The whole page; with a refused `form` a 422, with a `conflict` a 409 that keeps the text.

    `about` is the kind of a point to be added. Reads in the caller's unit. Raises `NotFound` for
    unknown and confidential visits (A6).
    """
    visit = await visit_page(reference, by=viewer.actor)
    card = await customer_card(visit.account.id)
    if not is_read_openly(viewer.actor, card, Permission.READ_ALL_VISITS):
        await note_read(visit.account.id, viewer.actor, f"{PATH}/{reference}")
    body = await body_of(visit, viewer)
    opened = _opened(body["offers"], panel, form)
    return answer.page(
        "staff/visits/show.html",
        title=N_("Visit %(reference)s"),
        words={"reference": reference},
        section="visits",
        form=form,
        status=409 if conflict else 200,
        card=card,
        panel=opened,
        forms=forms_of(
            opened,
            form,
            viewer,
            version=visit.record.version,
            defaults=_defaults(visit, opened, about),
        ),
        conflict=conflict_words(conflict, viewer),
        choices=await _choices(opened, visit, answer),
        zone_words=zone_words(visit.account.timezone, viewer),
        live=live_url(viewer, PATH, SUBJECT_KIND, visit.record.id),
        **body,
    )


async def body_of(visit: VisitPage, viewer: Viewer) -> dict[str, Any]:
    """What the page says without an open form: for it, and for its parts alone."""
    offers = offered_panels(visit)
    follows = next_panel(visit, offers)
    is_record = is_record_next(visit)
    return {
        "visit": visit,
        "record": visit.record,
        "base": f"{PATH}/{visit.reference}",
        "offers": offers,
        "doings": [each for each in offers if each not in IN_PLACE and each != follows],
        "next": follows,
        "next_is_record": is_record,
        "escalations": await escalation_of(visit.promises),
        "satisfaction_tones": SATISFACTION_TONES,
        "report": await report_of_visit(visit.record.id, by=viewer.actor),
        **await story_of(
            visit.record.subject,
            viewer,
            in_words=phrase_of,
            page=f"{PATH}/{visit.reference}",
            files_at=FILES,
            part=Part(most_events=_MOST_EVENTS),
        ),
    }


def zone_words(timezone: str, viewer: Viewer) -> str | None:
    """Whose clock is meant, where it is not the reader's own."""
    return None if timezone == viewer.reader.timezone else timezone.replace("_", " ")


def typed_at(moment: datetime, timezone: str) -> str:
    """A moment as its field has it, by the clock of `timezone`."""
    return moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%dT%H:%M")


def _opened(offers: Sequence[Panel], panel: str, form: Form | None) -> Panel | None:
    """The form to open: what was sent stays open even where it is no longer offered."""
    if panel not in set(Panel):
        return None
    wanted = Panel(panel)
    return wanted if form is not None or wanted in offers else None


def _defaults(visit: VisitPage, opened: Panel | None, about: str) -> Mapping[str, Any]:
    record = visit.record
    if opened in _APPOINTING:
        begins, lasts = _usual_time(visit)
        return {
            "starts_at": typed_at(begins, visit.account.timezone),
            "minutes": int(lasts.total_seconds() // 60),
            "way": record.way,
            "place": record.place,
            "told": record.told,
        }
    kind = about if about in set(ItemKind) else ItemKind.PREPARATION.value
    return {"goal": record.goal, "kind": kind}


def _usual_time(visit: VisitPage) -> tuple[datetime, timedelta]:
    """The appointment as it stands; else an hour on the day by which the visit is due."""
    begins: datetime | None = visit.record.starts_at
    if begins is not None:
        return begins, visit.record.ends_at - begins
    zone = ZoneInfo(visit.account.timezone)
    return datetime.combine(visit.record.due_on, _BEGINS, zone), _LASTS


async def _choices(
    opened: Panel | None, visit: VisitPage, answer: Answer
) -> dict[str, Sequence[tuple[Any, str]]]:
    """What the open form chooses from."""
    offered: dict[str, Sequence[tuple[Any, str]]] = {
        "ways": choices(VisitWay, answer),
        "kinds": choices(ItemKind, answer),
    }
    if opened is Panel.OWNER:
        owners = await possible_owners(visit.account)
        offered["owners"] = [each for each in owners if each[0] != visit.record.owner_id]
    if opened is Panel.PERSON:
        offered["people"] = await _people(visit)
    return offered


async def _people(visit: VisitPage) -> list[tuple[str, str]]:
    """Contacts of the customer and colleagues who do not take part yet."""
    contacts = {each.contact_id for each in visit.people}
    colleagues = {each.staff_member_id for each in visit.people}
    theirs = [
        (f"contact:{each.id}", " · ".join(part for part in (each.name, each.function) if part))
        for each in await contacts_of(visit.account.id)
        if each.id not in contacts
    ]
    ours = [
        (f"colleague:{staff_id}", name)
        for staff_id, name in await possible_owners(visit.account)
        if staff_id not in colleagues
    ]
    return [*theirs, *ours]
