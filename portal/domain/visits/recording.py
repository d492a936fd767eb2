"""The record of a visit: complete, or the visit is not made (rules V5-V8).

Callers that have to open the contact report use `portal.domain.meetings.visit_recording`.
"""

from collections.abc import Collection

from portal.database import database_now, execute
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.files.attachments import attach
from portal.domain.opinions.opening import open_of_visit
from portal.domain.visits import clocks
from portal.domain.visits.accounts import visited_account
from portal.domain.visits.events import VisitEvent
from portal.domain.visits.items import items_of
from portal.domain.visits.people import people_of
from portal.domain.visits.progress import advance, lock_to_work, note_that
from portal.domain.visits.prospects import chain_goes_on
from portal.domain.visits.record_facts import CheckedRecord, VisitRecord, check
from portal.domain.visits.states import VisitStatus
from portal.domain.visits.story import VisitHappening
from portal.domain.visits.tables import Visit
from portal.domain.visits.telling import tell
from portal.domain.visits.writing import terms_of

__all__ = ["VisitRecord", "record"]


async def record(
    visit: Visit,
    facts: VisitRecord,
    *,
    by: Actor,
    form_key: str = "",
    shown_files: Collection[str] = (),
    expected_version: int | None = None,
) -> None:
    """Write down what was said and seen; each opinion becomes a follow-up of its own (rule V5).

    Its clock stops now: what counts is when it is on record (rule V7). The customer reads
    `for_customer` from now on. Photos chosen in the form `form_key` go with it, for us alone;
    `shown_files` are the public ids it showed. Raises `FieldErrors`, `WrongState`, `Conflict`,
    `NotAllowed`.
    """
    await lock_to_work(visit, by=by, expected_version=expected_version)
    account = await visited_account(visit.account_id, archived_too=True)
    people, items = await people_of(visit), await items_of(visit)
    checked = await check(visit, facts, account=account, people=people, items=items)
    await _write_people(visit, checked)
    await _write_outcomes(checked)
    terms = terms_of(visit, account, visit.goal, visit.place, checked.report, checked.for_customer)
    now = await database_now()
    shown_at = visit.shown_at or (now if checked.for_customer else None)
    await _write(visit, checked, by=by, shown_at=shown_at, search_terms=terms)
    for opinion in checked.opinions:
        await open_of_visit(visit.id, visit.account_id, opinion, owner_id=visit.owner_id, by=by)
    if form_key:
        await attach(
            form_key,
            to=visit.subject,
            audience=Audience.INTERNAL,
            by=by,
            expected=shown_files,
        )
    await clocks.made(visit)
    await chain_goes_on(visit, by=by)
    await note_that(visit, VisitHappening.MADE, by=by)
    await note_that(
        visit,
        VisitHappening.RECORDED,
        by=by,
        visible_to=Audience.INTERNAL,
        satisfaction=visit.satisfaction,
    )
    await tell(visit, VisitEvent.MADE, by=by)


async def _write(visit: Visit, checked: CheckedRecord, *, by: Actor, **values: object) -> None:
    await advance(
        visit,
        VisitStatus.MADE,
        made_at=checked.made_at,
        satisfaction=checked.satisfaction.value,
        report=checked.report,
        usage_note=checked.usage_note,
        cause=checked.cause,
        remedy=checked.remedy,
        gifts=checked.gifts.value,
        gifts_note=checked.gifts_note,
        for_customer=checked.for_customer,
        recorded_by=by.person_id,
        recorded_at=await database_now(),
        **values,
    )


async def _write_people(visit: Visit, checked: CheckedRecord) -> None:
    await execute(
        "UPDATE visit_person SET attended = (id = ANY($2)) WHERE visit_id = $1",
        visit.id,
        list(checked.attended),
    )
    for person in checked.met:
        person.attended = True
        await person.save()


async def _write_outcomes(checked: CheckedRecord) -> None:
    if checked.outcomes:
        await execute(
            """UPDATE visit_item i SET outcome = said.outcome, done_at = coalesce(i.done_at, $3)
               FROM unnest($1::bigint[], $2::text[]) AS said (id, outcome) WHERE i.id = said.id""",
            list(checked.outcomes),
            list(checked.outcomes.values()),
            await database_now(),
        )
