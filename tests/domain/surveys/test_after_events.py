"""After a closed complaint, a delivery, a visit the customer is asked, once (rules S2, V4)."""

from datetime import timedelta
from typing import Any

import pytest

from portal.database import Login, database_now, unit_of_work
from portal.domain.common.errors import FieldError, FieldErrors, NotAllowed
from portal.domain.common.permissions import StaffRole
from portal.domain.notices import survey_mails
from portal.domain.notices.expansion import expand
from portal.domain.surveys import answering, paper
from portal.domain.surveys.answering import SurveyClosed
from portal.domain.surveys.inviting import invite_after_events
from tests.alone import pools_alone, settings_alone  # noqa: F401 - fixtures
from tests.complaint_cures import closed_complaint
from tests.factories import Factory, acting, unique
from tests.order_scenarios import order_in_preparation
from tests.scenarios import Cast
from tests.visit_scenarios import confirmed_visit, loaded, made_visit, proposed_visit

ANSWERS = {
    "inquiry-product": ["4"],
    "inquiry-delivery": ["2"],
    "inquiry-service": ["5"],
    "inquiry-plans": ["A second line in spring."],
}


async def invite_all() -> None:
    """Also for what other tests have closed: thousands, where they look at long lists."""
    for _ in range(100):
        async with unit_of_work(Login.WORKER):
            if not await invite_after_events():
                return


async def asked(make: Factory, cast: Cast) -> list[dict[str, Any]]:
    rows = await make.owner.fetch(
        """SELECT i.*, s.occasion, i.send_at - business_now() AS wait FROM survey_invitation i
           JOIN survey_version v ON v.id = i.survey_version_id JOIN survey s ON s.id = v.survey_id
           WHERE i.account_id = $1 ORDER BY i.id""",
        cast.account.id,
    )
    return [dict(row) for row in rows]


async def test_after_a_closed_complaint_its_reporter_is_asked_two_days_later(
    make: Factory,
) -> None:
    complained = await closed_complaint(make)
    for _ in range(2):
        await invite_all()
    (invitation,) = await asked(make, complained.cast)
    assert invitation["occasion"] == "complaint"
    assert invitation["person_id"] == complained.cast.buyer.person_id
    assert timedelta(days=1, hours=23) < invitation["wait"] < timedelta(days=2, hours=14)
    # Reopened before it is asked about: not now.
    await make.owner.execute(
        "UPDATE survey_invitation SET send_at = business_now() WHERE id = $1", invitation["id"]
    )
    await make.owner.execute(
        """UPDATE complaint SET status = 'judged', closed_at = NULL, closed_by = NULL
           WHERE id = $1""",
        invitation["complaint_id"],
    )
    async with unit_of_work(Login.WORKER):
        await survey_mails.owe_due(mail_domain="hengda.example")
    assert [each["status"] for each in await asked(make, complained.cast)] == ["waiting"]


async def test_after_a_delivery_and_a_visit_it_is_asked_and_two_at_once_are_one(
    make: Factory,
) -> None:
    ordered = await order_in_preparation(make)
    cast = ordered.cast
    await make.owner.execute(
        """UPDATE shipment SET status = 'delivered', carrier = 'Deppon', parcels = 1,
               shipped_by = prepared_by, shipped_at = business_now(),
               delivered_at = business_now(), signed_by = 'Li Wei'
           WHERE account_id = $1""",
        cast.account.id,
    )
    await made_visit(make, await confirmed_visit(make, await proposed_visit(make, cast=cast)))
    await invite_all()
    found = await asked(make, cast)
    assert [each["occasion"] for each in found] == ["delivery", "visit"]
    await make.owner.execute(
        "UPDATE survey_invitation SET send_at = business_now() WHERE account_id = $1",
        cast.account.id,
    )
    for _ in range(2):
        async with unit_of_work(Login.WORKER):
            await survey_mails.owe_due(mail_domain="hengda.example")
    # The same person: the second one is not asked within the rest.
    assert sorted(each["status"] for each in await asked(make, cast)) == ["sent", "stopped"]
    waits = await make.events("survey.waits", cast.account.id)
    assert len(waits) == 1


async def test_the_feedback_form_of_a_group_visit_comes_back_on_line(make: Factory) -> None:
    visited = await confirmed_visit(make)
    cast = visited.cast
    await make.owner.execute(
        "UPDATE visit SET rule = 'group' WHERE reference = $1", visited.reference
    )
    await invite_all()
    (form,) = await asked(make, cast)
    assert (form["occasion"], form["person_id"]) == ("inquiry", cast.buyer.person_id)
    await make.owner.execute(
        "UPDATE survey_invitation SET send_at = business_now() WHERE id = $1", form["id"]
    )
    async with unit_of_work(Login.WORKER):
        await survey_mails.owe_due(mail_domain="hengda.example")
    async with acting(cast.buyer):
        (waiting,) = await answering.surveys_of(cast.buyer)
        await answering.answer_signed_in(
            waiting.public_id, ANSWERS, locale="zh_Hans", by=cast.buyer
        )
    event = await make.owner.fetchval(
        "SELECT id FROM outbox WHERE kind = 'survey.answered' AND account_id = $1", cast.account.id
    )
    async with unit_of_work(Login.WORKER):
        await expand(event, mail_domain="hengda.example")
    assert (await visited.record()).inquiry_returned_at  # rule V4
    opinion = await make.owner.fetchrow(
        "SELECT owner_id, said_by FROM opinion WHERE account_id = $1", cast.account.id
    )
    assert tuple(opinion) == (cast.manager.staff_member_id, cast.buyer.name)  # rule S4


async def test_the_feedback_form_comes_back_on_paper_and_counts_once(make: Factory) -> None:
    visited = await confirmed_visit(make)
    cast = visited.cast
    contact = await make.owner.fetchval(
        "SELECT id FROM contact WHERE person_id = $1", cast.buyer.person_id
    )
    foreign = await make.insert(
        "contact", account_id=(await make.account()).id, name="Somebody else"
    )
    by = cast.manager
    async with acting(by):
        assert await paper.inquiry_of(await loaded(visited.reference, by)) is None
        with pytest.raises(FieldError):
            await paper.enter_inquiry(
                await loaded(visited.reference, by), foreign, ANSWERS, locale="en", by=by
            )
    async with acting(by):
        with pytest.raises(FieldErrors) as refused:
            await paper.enter_inquiry(
                await loaded(visited.reference, by), contact, {}, locale="en", by=by
            )
        assert refused.value.errors[0].field == "q-inquiry-product"
    async with acting(by):
        await paper.enter_inquiry(
            await loaded(visited.reference, by), contact, ANSWERS, locale="zh_Hans", by=by
        )
    assert (await visited.record()).inquiry_returned_at
    async with acting(by):
        with pytest.raises(SurveyClosed):
            await paper.enter_inquiry(
                await loaded(visited.reference, by), contact, ANSWERS, locale="en", by=by
            )
    kept = await make.owner.fetchrow(
        "SELECT channel, taken_by, contact_id FROM survey_response WHERE account_id = $1",
        cast.account.id,
    )
    assert tuple(kept) == ("paper", by.person_id, contact)
    warehouse = await make.staff(StaffRole.WAREHOUSE)
    async with acting(by):
        visit = await loaded(visited.reference, by)
        with pytest.raises(NotAllowed):
            await paper.send_inquiry(visit, contact, by=warehouse)


async def test_a_form_that_could_not_be_sent_comes_back_on_paper(make: Factory) -> None:
    # rule V4
    visited = await confirmed_visit(make)
    by, account_id = visited.cast.manager, visited.cast.account.id
    silent = await make.insert("contact", account_id=account_id, name="Mr Lu")
    left = await make.insert(
        "contact", account_id=account_id, name="Ms Ma", email=f"{unique('ma')}@example.com"
    )
    async with acting(by):
        with pytest.raises(FieldError) as refused:
            await paper.send_inquiry(await loaded(visited.reference, by), silent, by=by)
        assert refused.value.field == "contact_id"
    async with acting(by):
        sent = await paper.send_inquiry(await loaded(visited.reference, by), left, by=by)
    await make.owner.execute("UPDATE contact SET archived_at = now() WHERE id = $1", left)
    async with unit_of_work(Login.WORKER):
        await survey_mails.owe_due(mail_domain="hengda.example")
    stopped = await make.owner.fetchval(
        "SELECT status FROM survey_invitation WHERE id = $1", sent.id
    )
    assert stopped == "stopped"
    async with acting(by):
        await paper.enter_inquiry(
            await loaded(visited.reference, by), left, ANSWERS, locale="en", by=by
        )
    assert (await visited.record()).inquiry_returned_at


async def test_a_visit_that_came_late_on_record_is_asked_about(make: Factory) -> None:
    # rule S2
    visited = await confirmed_visit(make)
    async with acting(visited.cast.manager):
        made_at = await database_now() - timedelta(days=20)
    await made_visit(make, visited, made_at=made_at)
    await invite_all()
    assert [each["occasion"] for each in await asked(make, visited.cast)] == ["visit"]
