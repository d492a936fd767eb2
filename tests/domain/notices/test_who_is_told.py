"""Who is told of what happens to a request, and that nobody else is."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.common.actor import Actor, Audience
from portal.domain.common.permissions import CustomerRole, StaffRole
from portal.domain.quotes.events import QuoteEvent
from tests.domain.notices.happenings import Case, case, mails, notices, tell, told
from tests.factories import Factory


async def test_a_request_reaches_representative_and_assistant(make: Factory) -> None:
    """Rule Q1: the account's sales representative, with a copy to the sales assistant."""
    at = await case(make)
    reached = await at.happens(QuoteEvent.REQUESTED, by=at.buyer, **_owners(at), urgent=False)
    assert reached == {
        at.representative.name: "request_received",
        at.assistant.name: "request_received",
    }


async def test_an_urgent_request_says_so_and_goes_ahead(make: Factory) -> None:
    """Rule Q2: urgent to representative and assistant, through the queue that nothing delays."""
    at = await case(make)
    event = await at.announce(QuoteEvent.REQUESTED, by=at.buyer, **_owners(at), urgent=True)
    await tell(event)
    assert set((await told(make, event)).values()) == {"urgent_request_received"}
    written = await mails(make, event)
    assert {mail["name"] for mail in written} == {at.representative.name, at.assistant.name}
    assert {mail["queue"] for mail in written} == {"urgent"}


async def test_a_request_taken_by_phone_is_confirmed_to_the_customer(make: Factory) -> None:
    at = await case(make)
    reached = await at.happens(QuoteEvent.REQUESTED, by=at.assistant, **_owners(at), urgent=False)
    assert reached == {
        at.representative.name: "request_received",
        at.buyer.name: "request_noted",
    }


async def test_a_request_that_nobody_has_reaches_who_is_in_charge(make: Factory) -> None:
    at = await case(make)
    await _owned_by_nobody(at)
    reached = await at.happens(
        QuoteEvent.REQUESTED, by=at.buyer, owner_id=None, assistant_id=None, urgent=False
    )
    assert reached == {at.supervisor.name: "request_received"}


async def test_new_and_former_owner_are_told_unless_they_did_it(make: Factory) -> None:
    at = await case(make)
    owners = {
        "owner_id": at.manager.staff_member_id,
        "from_owner_id": at.representative.staff_member_id,
    }
    assert await at.happens(QuoteEvent.TAKEN, by=at.manager, **owners) == {
        at.representative.name: "taken_from_you"
    }
    assert await at.happens(QuoteEvent.TAKEN, by=at.representative, **owners) == {
        at.manager.name: "handed_to_you"
    }


async def test_questions_and_answers_reach_the_other_side(make: Factory) -> None:
    at = await case(make)
    question = await at.says(at.representative, "Which bore?")
    assert await at.happens(QuoteEvent.QUESTION, by=at.representative, message_id=question) == {
        at.buyer.name: "question"
    }
    answer = await at.says(at.buyer, "25 mm")
    assert await at.happens(QuoteEvent.ANSWERED_QUESTION, by=at.buyer, message_id=answer) == {
        at.representative.name: "question_answered"
    }


async def test_messages_reach_the_other_side_and_never_their_author(make: Factory) -> None:
    at = await case(make)
    colleague = await make.buyer(at.account)
    from_staff = await at.says(at.representative, "We are at it.")
    from_colleague = await at.says(colleague, "Thank you.")
    assert await at.happens(
        QuoteEvent.MESSAGE, by=at.representative, message_id=from_staff, side="staff"
    ) == {at.buyer.name: "message", colleague.name: "message"}
    assert await at.happens(
        QuoteEvent.MESSAGE, by=colleague, message_id=from_colleague, side="customer"
    ) == {at.representative.name: "message"}


async def test_an_internal_note_is_never_quoted(make: Factory) -> None:
    at = await case(make)
    note = await at.says(at.representative, "They always haggle.", Audience.INTERNAL)
    event = await at.announce(
        QuoteEvent.MESSAGE, by=at.representative, message_id=note, side="staff"
    )
    await tell(event)
    assert "haggle" not in str(await notices(make, event))


async def test_the_team_reviews_and_the_line_approves(make: Factory) -> None:
    """Rule Q5: somebody else reviews; beyond the policy somebody who may approve."""
    at = await case(make)
    quote = await at.quote(preparer=at.assistant)
    assert await at.happens(
        QuoteEvent.REVIEW_WANTED, by=at.assistant, quote_id=quote, approval=False
    ) == {at.manager.name: "review_wanted", at.representative.name: "review_wanted"}
    assert await at.happens(
        QuoteEvent.REVIEW_WANTED, by=at.assistant, quote_id=quote, approval=True
    ) == {at.supervisor.name: "approval_wanted"}


async def test_while_the_approver_is_away_deputy_and_the_next_in_line_are_asked(
    make: Factory,
) -> None:
    at = await case(make)
    head = await make.staff(StaffRole.GENERAL_MANAGER)
    await make.owner.execute(
        "UPDATE staff_member SET supervisor_id = $1 WHERE id = $2",
        head.staff_member_id,
        at.supervisor.staff_member_id,
    )
    await _away(make, at.supervisor, at.manager)
    quote = await at.quote(preparer=at.assistant)
    reached = await at.happens(
        QuoteEvent.REVIEW_WANTED, by=at.assistant, quote_id=quote, approval=True
    )
    assert set(reached) == {at.supervisor.name, at.manager.name, head.name}


async def test_the_preparer_is_told_of_the_review(make: Factory) -> None:
    at = await case(make)
    quote = await at.quote(preparer=at.assistant, review_note="Freight is missing.")
    payload = {"quote_id": quote, "preparer_id": at.assistant.staff_member_id}
    assert await at.happens(QuoteEvent.REVIEWED, by=at.manager, approved=True, **payload) == {
        at.assistant.name: "review_passed"
    }
    assert await at.happens(QuoteEvent.REVIEWED, by=at.manager, approved=False, **payload) == {
        at.assistant.name: "review_returned"
    }


async def test_a_quote_reaches_requester_and_main_contact(make: Factory) -> None:
    at = await case(make)
    main = await _main_contact(at)
    quote = await at.quote()
    sent = {"quote_id": quote, "revision": 1}
    assert await at.happens(QuoteEvent.SENT, by=at.representative, **sent) == {
        at.buyer.name: "quote_ready",
        main.name: "quote_ready",
    }
    assert set(
        (
            await at.happens(QuoteEvent.SENT, by=at.representative, quote_id=quote, revision=2)
        ).values()
    ) == {"revision_ready"}


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (QuoteEvent.ACCEPTED, "quote_accepted"),
        (QuoteEvent.DECLINED, "quote_declined"),
        (QuoteEvent.REVISION_REQUESTED, "revision_wanted"),
    ],
)
async def test_the_customers_answer_reaches_owner_and_preparer(
    make: Factory, event: QuoteEvent, kind: str
) -> None:
    at = await case(make)
    quote = await at.quote(preparer=at.assistant)
    reached = await at.happens(
        event, by=at.buyer, quote_id=quote, revision=1, order_id=1, order_reference="SO-2026-00007"
    )
    assert reached == {at.representative.name: kind, at.assistant.name: kind}


async def test_an_acceptance_noted_by_staff_is_confirmed_to_the_customer(make: Factory) -> None:
    at = await case(make)
    quote = await at.quote(preparer=at.assistant)
    event = await at.announce(
        QuoteEvent.ACCEPTED,
        by=at.representative,
        quote_id=quote,
        revision=1,
        order_id=1,
        order_reference="SO-2026-00007",
    )
    await tell(event)
    noted = await notices(make, event)
    assert noted[at.buyer.name]["kind"] == "order_noted"
    assert noted[at.buyer.name]["path"] == "/orders/SO-2026-00007"
    assert noted[at.assistant.name]["path"] == "/staff/orders/SO-2026-00007"


async def test_what_we_cannot_quote_is_told_to_the_requester(make: Factory) -> None:
    """Rule Q4: declined with the reason."""
    at = await case(make)
    await make.owner.execute(
        """UPDATE quote_request SET status = 'declined_by_us', closing_reason = 'Not made any more',
               closed_at = now() WHERE id = $1""",
        at.request.id,
    )
    event = await at.announce(QuoteEvent.DECLINED_BY_US, by=at.representative)
    await tell(event)
    (notice,) = (await notices(make, event)).values()
    assert (notice["kind"], notice["words"]["said"]) == ("declined_by_us", "Not made any more")


async def test_expiry_is_told_to_both_sides_in_their_own_words(make: Factory) -> None:
    at = await case(make)
    quote = await at.quote(preparer=at.assistant)
    reached = await at.happens(QuoteEvent.EXPIRED, by=None, quote_id=quote, revision=1)
    assert reached == {
        at.buyer.name: "quote_expired",
        at.representative.name: "quote_lapsed",
        at.assistant.name: "quote_lapsed",
    }


async def test_a_withdrawal_reaches_the_owner(make: Factory) -> None:
    at = await case(make)
    assert await at.happens(QuoteEvent.WITHDRAWN, by=at.buyer) == {
        at.representative.name: "request_withdrawn"
    }


async def test_the_deputy_of_an_absent_owner_is_told_too_and_why(make: Factory) -> None:
    at = await case(make)
    deputy = await make.staff()
    await _away(make, at.representative, deputy)
    event = await at.announce(QuoteEvent.WITHDRAWN, by=at.buyer)
    await tell(event)
    noted = await notices(make, event)
    assert set(noted) == {at.representative.name, deputy.name}
    words = noted[deputy.name]["words"]
    assert (words["reason"], words["absent"]) == ("deputy", at.representative.name)


async def test_who_has_left_is_not_told_but_the_supervisor_is(make: Factory) -> None:
    at = await case(make)
    await make.owner.execute(
        "UPDATE person SET disabled_at = now() WHERE id = $1", at.representative.person_id
    )
    assert set(await at.happens(QuoteEvent.WITHDRAWN, by=at.buyer)) == {at.supervisor.name}


async def test_customers_without_access_to_the_account_are_not_told(make: Factory) -> None:
    at = await case(make)
    main = await _main_contact(at)
    for person in (at.buyer, main):
        await make.owner.execute(
            "UPDATE membership SET ended_at = now() WHERE person_id = $1", person.person_id
        )
    quote = await at.quote()
    sent = {"quote_id": quote, "revision": 1}
    assert await at.happens(QuoteEvent.SENT, by=at.representative, **sent) == {}


async def test_a_customer_of_another_account_is_never_told(make: Factory) -> None:
    at, other = await case(make), await case(make)
    await other.says(other.buyer, "Hello")
    message = await at.says(at.representative, "We are at it.")
    reached = await at.happens(
        QuoteEvent.MESSAGE, by=at.representative, message_id=message, side="staff"
    )
    assert set(reached) == {at.buyer.name}


async def test_each_is_told_in_their_language_else_in_the_accounts(make: Factory) -> None:
    at = await case(make)
    undecided = await make.buyer(at.account, CustomerRole.READER, locale="")
    traditional = await make.buyer(at.account, locale="zh_Hant")
    await at.says(traditional, "Noted.")
    await make.owner.execute(
        "UPDATE quote_request SET requested_by = $1 WHERE id = $2",
        undecided.person_id,
        at.request.id,
    )
    message = await at.says(at.representative, "We are at it.")
    event = await at.announce(
        QuoteEvent.MESSAGE, by=at.representative, message_id=message, side="staff"
    )
    await tell(event)
    languages = {mail["name"]: mail["locale"] for mail in await mails(make, event)}
    assert languages == {undecided.name: "zh_Hans", traditional.name: "zh_Hant"}


def _owners(at: Case) -> dict[str, int | None]:
    return {
        "owner_id": at.representative.staff_member_id,
        "assistant_id": at.assistant.staff_member_id,
    }


async def _owned_by_nobody(at: Case) -> None:
    await at.make.owner.execute(
        "UPDATE quote_request SET owner_id = NULL WHERE id = $1", at.request.id
    )


async def _main_contact(at: Case) -> Actor:
    main = await at.make.buyer(at.account)
    await at.make.owner.execute(
        "UPDATE contact SET is_main = true WHERE person_id = $1", main.person_id
    )
    return main


async def _away(make: Factory, absent: Actor, deputy: Actor) -> None:
    today = datetime.now(UTC).date()
    await make.deputy(absent, deputy, today - timedelta(days=2), today + timedelta(days=2))
