"""What is done with a request short of pricing it: taken, handed over, asked about, judged, ended.

Every form sends the version of the record that its page showed.
"""

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from litestar import Response, post
from litestar.params import FromPath
from pydantic import StringConstraints

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.quotes import handling
from portal.domain.quotes.calls import CallFacts, record_call
from portal.domain.quotes.requests import withdraw
from portal.domain.quotes.tables import QuoteRequest
from portal.domain.quotes.urgency import change_urgency
from portal.staff.quote_desk import AnyRequest, Desk, carry_out
from portal.staff.quote_page import Panel
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import FormModel, RecordId, Whole
from portal.web.guards import requires
from portal.web.viewer import Viewer

_WORKS = [requires(Permission.WORK_ON_QUOTES)]
_Text = Annotated[str, StringConstraints(max_length=10_000)]
_YesOrNo = Literal["yes", "no"]


class Version(FormModel):
    version: Whole


class HandOver(FormModel):
    to: RecordId
    reason: _Text = ""
    version: Whole


class Judged(FormModel):
    feasible: _YesOrNo
    resources_available: _YesOrNo
    time_sufficient: _YesOrNo
    note: _Text = ""
    version: Whole


class Urgency(FormModel):
    urgent: _YesOrNo
    reason: _Text = ""
    version: Whole


class Call(FormModel):
    caller: _Text = ""
    called_at: datetime | None = None
    note: _Text = ""


class Reason(FormModel):
    reason: _Text = ""
    version: Whole


@post("/staff/quotes/{reference:str}/owner", guards=_WORKS)
async def take_over(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Work on it oneself from now on (rule Q1); of two who press at once the first has it."""

    async def verb(record: QuoteRequest, given: Version) -> None:
        await handling.take_over(record, by=viewer.actor, expected_version=given.version)

    at = Desk(reference, viewer, answer)
    return await carry_out(at, request, verb, Version, N_("It is yours now."))


@post("/staff/quotes/{reference:str}/hand-over", guards=_WORKS)
async def hand_over(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Give it to a colleague; the reason becomes an internal note."""

    async def verb(record: QuoteRequest, given: HandOver) -> None:
        await handling.hand_over(
            record,
            to_staff_id=given.to,
            by=viewer.actor,
            reason=given.reason,
            expected_version=given.version,
        )

    at = Desk(reference, viewer, answer)
    said = N_("Handed over.")
    return await carry_out(at, request, verb, HandOver, said, panel=Panel.HAND_OVER)


@post("/staff/quotes/{reference:str}/judgement", guards=_WORKS)
async def judge(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Say whether it can be met: feasibility, resources, time (rule Q4)."""

    async def verb(record: QuoteRequest, given: Judged) -> None:
        judgement = handling.Judgement(
            feasible=given.feasible == "yes",
            resources_available=given.resources_available == "yes",
            time_sufficient=given.time_sufficient == "yes",
            note=given.note,
        )
        await handling.judge(record, judgement, by=viewer.actor, expected_version=given.version)

    at = Desk(reference, viewer, answer)
    said = N_("Judgement saved.")
    return await carry_out(at, request, verb, Judged, said, panel=Panel.JUDGE)


@post("/staff/quotes/{reference:str}/calls", guards=_WORKS)
async def call(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Record the call that goes with an urgent request (rule Q2)."""

    async def verb(record: QuoteRequest, given: Call) -> None:
        facts = CallFacts(given.caller, _at(given.called_at, viewer), given.note)
        await record_call(record, facts, by=viewer.actor)

    at = Desk(reference, viewer, answer)
    return await carry_out(at, request, verb, Call, N_("Call recorded."), panel=Panel.CALL)


@post("/staff/quotes/{reference:str}/urgency", guards=_WORKS)
async def urgency(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Make it urgent, or not urgent any more: the clock is counted anew (rule Q2)."""

    async def verb(record: QuoteRequest, given: Urgency) -> None:
        await change_urgency(
            record,
            urgent=given.urgent == "yes",
            reason=given.reason,
            by=viewer.actor,
            expected_version=given.version,
        )

    at = Desk(reference, viewer, answer)
    said = N_("Changed. The clock is counted anew from when the request came.")
    return await carry_out(at, request, verb, Urgency, said, panel=Panel.URGENCY)


@post("/staff/quotes/{reference:str}/decline", guards=_WORKS)
async def decline(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Tell the customer that and why it cannot be met (rule Q4)."""

    async def verb(record: QuoteRequest, given: Reason) -> None:
        await handling.decline(
            record, given.reason, by=viewer.actor, expected_version=given.version
        )

    at = Desk(reference, viewer, answer)
    said = N_("Declined. The customer has been told the reason.")
    return await carry_out(at, request, verb, Reason, said, panel=Panel.DECLINE)


@post("/staff/quotes/{reference:str}/withdrawal", guards=_WORKS)
async def withdraw_for_customer(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Note that the customer no longer wants a quote."""

    async def verb(record: QuoteRequest, given: Reason) -> None:
        await withdraw(record, by=viewer.actor, reason=given.reason, expected_version=given.version)

    at = Desk(reference, viewer, answer)
    return await carry_out(at, request, verb, Reason, N_("Withdrawn."), panel=Panel.WITHDRAW)


def _at(moment: datetime | None, viewer: Viewer) -> datetime | None:
    """What was typed without a zone is meant in the viewer's."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=ZoneInfo(viewer.reader.timezone))


ROUTES = [take_over, hand_over, judge, call, urgency, decline, withdraw_for_customer]
