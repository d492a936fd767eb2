"""A meeting's page for staff: what the notice says, who was told, what is next (rule M2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from litestar import Response

from portal.domain.accounts.confidentiality import note_read
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.errors import Conflict
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Worded
from portal.domain.meetings.page_view import MeetingPage, meeting_page
from portal.domain.meetings.people import party_of
from portal.domain.meetings.story import phrase_of
from portal.domain.meetings.tables import MEETING_KIND
from portal.domain.quotes.customer_card import customer_card
from portal.domain.service_levels.escalation import escalation_of
from portal.domain.visits.states import VisitWay
from portal.rendering.phrases import phrase_words
from portal.staff.choices import choices
from portal.staff.meetings.fields import (
    lines_offered,
    people_to_choose,
    shown_party,
    typed_at,
)
from portal.staff.record_page import conflict_words, forms_of, is_read_openly
from portal.staff.story import Told
from portal.staff.visits.page import zone_words
from portal.web.answers import Answer
from portal.web.forms import Form
from portal.web.live import live_url
from portal.web.viewer import Viewer

PATH = "/staff/meetings"
MEETING = f"{PATH}/{{meeting_reference:str}}"


class Panel(Worded):
    """A form that can stand open on the page; the value is its address."""

    NOTICE = "notice", N_("Send the notice")
    PHONE = "phone", N_("Note the phone call")
    MATERIAL = "material", N_("Material and agenda are checked")
    ATTENDANCE = "attendance", N_("Attendance is confirmed")
    HELD = "held", N_("It took place")
    CHANGE = "change", N_("Change the meeting")
    CANCELLATION = "cancellation", N_("Cancel the meeting")


def offered_panels(page: MeetingPage) -> Sequence[Panel]:
    """The forms that this viewer can open now, in the order of their links."""
    if not (page.is_planned and page.can_write):
        return ()
    record, ahead = page.record, not page.has_begun
    offers = {
        Panel.NOTICE: ahead and not record.is_noticed and not page.missing,
        Panel.PHONE: ahead,
        Panel.ATTENDANCE: ahead and not record.attendance_confirmed_at,
        Panel.MATERIAL: ahead and not record.material_checked_at,
        Panel.HELD: page.has_begun,
        Panel.CHANGE: True,
        Panel.CANCELLATION: True,
    }
    return [panel for panel, is_offered in offers.items() if is_offered]


def next_panel(page: MeetingPage, offers: Sequence[Panel]) -> Panel | None:
    """The one form that takes it further now: the primary action of the page."""
    if Panel.HELD in offers:
        return Panel.HELD
    if Panel.NOTICE in offers:
        return Panel.NOTICE
    if page.is_planned and page.missing and Panel.CHANGE in offers:
        return Panel.CHANGE
    is_phoned = bool(page.record.told_by_phone_at)
    return Panel.PHONE if Panel.PHONE in offers and not is_phoned else None


async def show_meeting(
    reference: str,
    viewer: Viewer,
    answer: Answer,
    /,
    *,
    panel: str = "",
    about: str = "",  # noqa: ARG001 - no form here is about a part of the record
    form: Form | None = None,
    conflict: Conflict | None = None,
) -> Response[str]:
    """The whole page; with a refused `form` a 422, with a `conflict` a 409 that keeps the text.

    Raises `NotFound` for unknown and confidential meetings (rule A6).
    """
    page = await meeting_page(reference, by=viewer.actor)
    card = await customer_card(page.record.account_id)
    if not is_read_openly(viewer.actor, card, Permission.READ_ALL_VISITS):
        await note_read(page.record.account_id, viewer.actor, f"{PATH}/{reference}")
    body = await body_of(page, viewer)
    opened = _opened(body["offers"], panel, form)
    forms = forms_of(
        opened, form, viewer, version=page.record.version, defaults=_defaults(page, opened)
    )
    return answer.page(
        "staff/meetings/show.html",
        title=N_("Meeting %(reference)s"),
        words={"reference": reference},
        section="visits",
        form=form,
        status=409 if conflict else 200,
        card=card,
        panel=opened,
        forms=forms,
        conflict=conflict_words(conflict, viewer),
        choices=await _choices(opened, page, forms["panel"], answer),
        zone_words=zone_words(page.timezone, viewer),
        live=live_url(viewer, PATH, MEETING_KIND, page.record.id),
        **body,
    )


async def body_of(page: MeetingPage, viewer: Viewer) -> dict[str, Any]:
    """What the page says without an open form: for it, and for its parts alone."""
    offers = offered_panels(page)
    follows = next_panel(page, offers)
    entries = await timeline(MEETING_KIND, page.record.id, visible_to=Audience.INTERNAL)
    return {
        "meeting": page,
        "record": page.record,
        "base": f"{PATH}/{page.reference}",
        "next": follows,
        "offers": offers,
        "doings": [each for each in offers if each is not follows],
        "phones": page.phones,
        "escalations": await escalation_of(page.promises),
        "entries": [
            Told(
                entry.at,
                entry.actor_name,
                phrase_words(phrase_of(entry), viewer.reader),
                entry.audience == Audience.INTERNAL,
            )
            for entry in reversed(entries)
        ],
    }


def _opened(offers: Sequence[Panel], panel: str, form: Form | None) -> Panel | None:
    """The form to open: what was sent stays open even where it is no longer offered."""
    if panel not in set(Panel):
        return None
    wanted = Panel(panel)
    return wanted if form is not None or wanted in offers else None


def _defaults(page: MeetingPage, opened: Panel | None) -> Mapping[str, Any]:
    record = page.record
    if opened is Panel.HELD:
        return {"attended": [each.id for each in page.people]}
    if opened is Panel.PHONE:
        return {"whom": next((each.name for each in page.theirs), "")}
    if opened is not Panel.CHANGE:
        return {}
    starts: datetime = record.starts_at
    return {
        "title": record.title,
        "starts_at": typed_at(starts, page.timezone),
        "minutes": int((record.ends_at - starts).total_seconds() // 60),
        "leaves_at": typed_at(record.leaves_at, page.timezone),
        "way": record.way,
        "place": record.place,
        "agenda": record.agenda,
        "to_confirm": record.to_confirm,
        "how": record.how,
        "organiser": record.organiser_id,
        **shown_party(party_of(page.named)),
    }


async def _choices(
    opened: Panel | None, page: MeetingPage, form: Form, answer: Answer
) -> dict[str, Any]:
    """What the open form chooses from."""
    if opened is Panel.CHANGE:
        people = await people_to_choose(page.record.account_id, form, kept=page.named)
        return {"ways": choices(VisitWay, answer), "people": people}
    if opened is Panel.HELD:
        return {
            "people": [
                (each.id, each.name, each.function or "") for each in [*page.theirs, *page.ours]
            ],
            "met_lines": lines_offered(form, "met", 1),
        }
    return {}
