"""A corrective action's page for staff: the eight disciplines, and the form open in one of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response

from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.errors import Conflict
from portal.domain.common.words import N_
from portal.domain.corrective_actions.owed import demanding
from portal.domain.corrective_actions.people import possible_leaders, possible_owners
from portal.domain.corrective_actions.record_page import (
    ActionPage,
    StepView,
    action_page,
    reached,
)
from portal.domain.corrective_actions.states import (
    CorrectiveActionStatus,
    RootCause,
    StepKind,
)
from portal.domain.corrective_actions.story import phrase_of
from portal.domain.corrective_actions.tables import SUBJECT_KIND
from portal.domain.organisation.departments import departments
from portal.domain.service_levels.escalation import escalation_of
from portal.rendering.phrases import phrase_words
from portal.staff.choices import choices
from portal.staff.corrective_actions.panels import (
    DISCIPLINE_OF,
    INTERNAL,
    OF_STEPS,
    Panel,
    next_panel,
    offered_panels,
)
from portal.staff.record_page import conflict_words, forms_of
from portal.staff.story import Told
from portal.web.answers import Answer
from portal.web.forms import Form
from portal.web.live import live_url
from portal.web.viewer import Viewer

PATH = "/staff/corrective-actions"
ACTION = f"{PATH}/{{action_reference:str}}"
_S = CorrectiveActionStatus
# Which discipline a stage is at work on; the stages before it are done.
_AT_WORK = {
    _S.OPENED: 3,
    _S.CONTAINED: 4,
    _S.ANALYSED: 5,
    _S.PLANNED: 5,
    _S.CARRIED_OUT: 6,
    _S.CHECKED: 8,
    _S.VERIFIED: 9,
}
_CHOOSING_PEOPLE = frozenset({Panel.DESCRIPTION, Panel.STEP, Panel.STEP_CHANGE})


async def show_action(
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

    `about` is the id of the step, or the reference of the complaint, that the form is about. Reads
    in the caller's unit. Raises `NotFound` for unknown ones and for who may not read it.
    """
    page = await action_page(reference, by=viewer.actor)
    body = await body_of(page, viewer)
    opened = _opened(body["offers"], panel, form)
    step = _step(page, opened, about)
    if opened in OF_STEPS and step is None:
        opened = None
    defaults = _defaults(page, opened, step, about)
    return answer.page(
        "staff/corrective_actions/show.html",
        title=N_("Corrective action %(reference)s"),
        words={"reference": reference},
        section="corrective-actions",
        form=form,
        status=409 if conflict else 200,
        panel=opened,
        panel_at=DISCIPLINE_OF[opened] if opened else 0,
        is_internal=opened in INTERNAL,
        step=step,
        about=about,
        forms=forms_of(opened, form, viewer, version=page.record.version, defaults=defaults),
        conflict=conflict_words(conflict, viewer),
        choices=await _choices(opened, page, viewer, answer),
        live=live_url(viewer, PATH, SUBJECT_KIND, page.record.id),
        **body,
    )


async def body_of(page: ActionPage, viewer: Viewer) -> dict[str, Any]:
    """What the page says without an open form: for it, and for its head alone."""
    offers = offered_panels(page)
    entries = await timeline(SUBJECT_KIND, page.record.id, visible_to=Audience.INTERNAL)
    return {
        "action": page,
        "base": f"{PATH}/{page.reference}",
        "offers": offers,
        "next": next_panel(page, offers),
        "stages": reached(page.record),
        "at_work": _AT_WORK.get(page.status, 9),
        "escalations": await escalation_of(page.promises),
        "entries": [
            Told(
                entry.at,
                entry.actor_name,
                phrase_words(phrase_of(entry), viewer.reader),
                is_internal=False,
            )
            for entry in reversed(entries)
        ],
    }


def _opened(offers: frozenset[Panel], panel: str, form: Form | None) -> Panel | None:
    """The form to open: what was sent stays open even where it is no longer offered."""
    if panel not in set(Panel):
        return None
    wanted = Panel(panel)
    return wanted if form is not None or wanted in offers else None


def _step(page: ActionPage, opened: Panel | None, about: str) -> StepView | None:
    if opened not in OF_STEPS:
        return None
    return next((step for step in page.steps if str(step.id) == about), None)


def _defaults(
    page: ActionPage, opened: Panel | None, step: StepView | None, about: str
) -> Mapping[str, Any]:
    record = page.record
    if step is not None:
        of = step.record
        return {
            "what": of.what,
            "department": of.department_id,
            "owner": of.owner_id,
            "due_on": of.due_on,
        }
    whys = {f"why_{place}": why for place, why in enumerate(record.why_chain, start=1)}
    if opened is Panel.STEP:
        is_found = record.analysed_at is not None
        kind = about or (StepKind.CORRECTIVE if is_found else StepKind.CONTAINMENT)
        return {"kind": kind, "department": record.department_id}
    return {
        "title": record.title,
        "problem": record.problem,
        "team": record.team,
        "department": record.department_id,
        "leader": record.leader_id,
        "containment": record.containment,
        "cause": record.cause,
        "root_cause": record.root_cause,
        "check_on": record.check_on,
        "prevention": record.prevention,
        "complaint": about,
        **whys,
    }


async def _choices(
    opened: Panel | None, page: ActionPage, viewer: Viewer, answer: Answer
) -> dict[str, Sequence[tuple[Any, str]]]:
    """What the open form chooses from."""
    offered: dict[str, Sequence[tuple[Any, str]]] = {
        "causes": choices(RootCause, answer),
        "kinds": choices(_kinds(page), answer),
        "linked": [(each.reference, each.reference) for each in page.complaints],
    }
    if opened in _CHOOSING_PEOPLE:
        offered["departments"] = [(each.id, each.name) for each in await departments()]
        offered["leaders"] = await possible_leaders()
        offered["owners"] = await possible_owners()
    if opened is Panel.LINK:
        offered["demanding"] = [
            (each.reference, f"{each.reference} · {each.title}")
            for each in await demanding(by=viewer.actor)
        ]
    return offered


def _kinds(page: ActionPage) -> list[StepKind]:
    """Until the cause is found only containment can be planned."""
    return list(StepKind) if page.record.analysed_at else [StepKind.CONTAINMENT]
