"""A complaint's page for staff: where it stands, what is next, and the form open on it."""

from collections.abc import Sequence
from typing import Any

from litestar import Response

from portal.domain import policy
from portal.domain.accounts.confidentiality import note_read
from portal.domain.catalogue.kinds import unit_label
from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict
from portal.domain.common.permissions import Permission
from portal.domain.common.story import NEWEST, Part
from portal.domain.common.words import N_
from portal.domain.complaints.approvals import waiting_for
from portal.domain.complaints.choosing import chooser_for
from portal.domain.complaints.cure_page import cure_of
from portal.domain.complaints.cure_view import Cure, Proposed
from portal.domain.complaints.record_page import ComplaintRecord, complaint_record
from portal.domain.complaints.reviews import reasons_to_review
from portal.domain.complaints.states import CapaState, ComplaintStatus
from portal.domain.complaints.story import phrase_of
from portal.domain.complaints.tables import SUBJECT_KIND, Complaint
from portal.domain.corrective_actions.access import may_verify
from portal.domain.corrective_actions.owed import actions_of
from portal.domain.policy.complaint_figures import REMINDERS
from portal.domain.quotes.customer_card import customer_card
from portal.domain.service_levels.escalation import escalation_of
from portal.staff.complaints.course import Course, course_of
from portal.staff.complaints.form_choices import choices_for, defaults_of
from portal.staff.complaints.panels import Panel
from portal.staff.complaints.steps import Case
from portal.staff.record_page import (
    COMPOSERS,
    conflict_words,
    forms_of,
    is_read_openly,
    story_of,
)
from portal.web.answers import Answer
from portal.web.forms import Form
from portal.web.live import live_url
from portal.web.uploads import LIMITS, kept_files
from portal.web.viewer import Viewer

PATH = "/staff/complaints"
COMPLAINT = f"{PATH}/{{complaint_reference:str}}"
FILES = f"{PATH}/files"
# What is held back by a corrective action (C9).
_HELD = frozenset({CapaState.DEMANDED, CapaState.OPEN})


async def show_complaint(
    reference: str,
    viewer: Viewer,
    answer: Answer,
    /,
    *,
    panel: str = "",
    about: str = "",
    form: Form | None = None,
    conflict: Conflict | None = None,
    part: Part = NEWEST,
) -> Response[str]:
    """The whole page; with a refused `form` a 422, with a `conflict` a 409 that keeps the text.

    Reads in the caller's unit. Raises `NotFound` for unknown and confidential complaints (A6).
    """
    complaint = await complaint_record(reference, by=viewer.actor)
    card = await customer_card(complaint.record.account_id)
    if not is_read_openly(viewer.actor, card, Permission.READ_ALL_COMPLAINTS):
        await note_read(complaint.record.account_id, viewer.actor, f"{PATH}/{reference}")
    head = await head_of(complaint)
    cure, course = head["cure"], head["course"]
    opened = _opened(course, panel, form)
    at_hand = opened if opened not in COMPOSERS else None
    return answer.page(
        "staff/complaints/show.html",
        title=N_("Complaint %(reference)s"),
        words={"reference": reference},
        section="complaints",
        form=form,
        status=409 if conflict else 200,
        card=card,
        panel=at_hand,
        panel_row=course.row_of(at_hand) if at_hand else None,
        forms=forms_of(
            opened,
            form,
            viewer,
            version=complaint.record.version,
            defaults=defaults_of(at_hand, about, complaint, cure),
        ),
        conflict=conflict_words(conflict, viewer),
        choices=await choices_for(at_hand, complaint, head["case"], answer),
        kept=await kept_files(form, viewer) if form else (),
        live=live_url(viewer, PATH, SUBJECT_KIND, complaint.record.id),
        limits=LIMITS,
        **head,
        **await story_context(complaint, viewer, part),
    )


async def head_of(complaint: ComplaintRecord) -> dict[str, Any]:
    """Title, promises, what was found and done, and the checklist of what is next."""
    record, actor = complaint.record, complaint.actor
    cure = await cure_of(record)
    decides = (
        frozenset(each.id for each in await waiting_for(actor))
        if cure.open_approvals
        else frozenset()
    )
    case = Case(
        record,
        cure,
        actor,
        decides=decides,
        chooses=await _choosable(cure, actor),
        may_close=await _was_reminded(record),
        may_waive=record.capa in _HELD and await may_verify(actor),
        is_offered=complaint.is_offered_to_me,
        in_review=await _is_in_review(record),
    )
    return {
        "complaint": complaint,
        "cure": cure,
        "case": case,
        "course": course_of(case),
        "unit_label": unit_label,
        "escalations": await escalation_of(complaint.promises),
        "actions": await actions_of(record.id) if _may_be_answered(record) else (),
    }


async def story_context(
    complaint: ComplaintRecord, viewer: Viewer, part: Part = NEWEST
) -> dict[str, Any]:
    """Thread with its files, the files of the complaint itself, and what happened: a part of it."""
    return await story_of(
        complaint.record.subject,
        viewer,
        in_words=phrase_of,
        page=f"{PATH}/{complaint.reference}",
        files_at=FILES,
        part=part,
    )


async def _choosable(cure: Cure, actor: Actor) -> Sequence[Proposed]:
    """The proposals that the viewer may choose, for who is away as well (C8)."""
    on_the_table = cure.on_the_table
    chooser = await chooser_for(actor) if on_the_table else None
    if chooser is None:
        return ()
    return [each for each in on_the_table if chooser.may_choose(each.proposed_by_id)]


async def _was_reminded(record: Complaint) -> bool:
    """Whether the customer had every reminder before it is closed for them (C8)."""
    if not record.state.waits_for_customer:
        return False
    return bool(record.reminders >= (await policy.figure(REMINDERS)).value)


async def _is_in_review(record: Complaint) -> bool:
    """Whether it waits for its review (C7, C13)."""
    may_be = record.enters_review or record.state is ComplaintStatus.CLOSED
    return may_be and bool(await reasons_to_review(record))


def _may_be_answered(record: Complaint) -> bool:
    """Whether a corrective action may be linked: an open case then waits for it or did (C9)."""
    return record.capa is not None or not record.state.is_open


def _opened(course: Course, panel: str, form: Form | None) -> Panel | None:
    """The form to open: what was sent stays open even where it is no longer offered."""
    if panel not in set(Panel):
        return None
    wanted = Panel(panel)
    return wanted if form is not None or course.offers(wanted) else None
