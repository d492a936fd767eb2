"""What is done with a request short of pricing it: taken, handed over, asked about, judged, ended.

Every form sends the version of the record that its page showed. When a colleague was faster the
answer is the page as it stands now, a 409, with the form open and everything typed still in it.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from litestar import Request, Response, post
from litestar.params import FromPath
from pydantic import StringConstraints

from portal.domain.common.errors import Conflict, FieldError, FieldErrors
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.quotes import handling
from portal.domain.quotes.access import find
from portal.domain.quotes.calls import CallFacts, record_call
from portal.domain.quotes.requests import withdraw
from portal.staff.quote_page import Panel, show_request
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, Whole
from portal.web.guards import requires
from portal.web.viewer import Viewer

_WORKS = [requires(Permission.WORK_ON_QUOTES)]
_Text = Annotated[str, StringConstraints(max_length=10_000)]
_YesOrNo = Literal["yes", "no"]
AnyRequest = Request[Any, Any, Any]


class Version(FormModel):
    version: Whole


class HandOver(FormModel):
    to: Whole
    reason: _Text = ""
    version: Whole


class Judged(FormModel):
    feasible: _YesOrNo
    resources_available: _YesOrNo
    time_sufficient: _YesOrNo
    note: _Text = ""
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
    form, record = await Form.sent(request), await find(reference, by=viewer.actor)
    given = form.read(Version)
    doing = (
        handling.take_over(record, by=viewer.actor, expected_version=given.version)
        if given
        else None
    )
    return await finish(Desk(reference, viewer, answer), None, form, doing, N_("It is yours now."))


@post("/staff/quotes/{reference:str}/hand-over", guards=_WORKS)
async def hand_over(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Give it to a colleague; the reason becomes an internal note."""
    form, record = await Form.sent(request), await find(reference, by=viewer.actor)
    given = form.read(HandOver)
    doing = (
        handling.hand_over(
            record,
            to_staff_id=given.to,
            by=viewer.actor,
            reason=given.reason,
            expected_version=given.version,
        )
        if given
        else None
    )
    said = N_("Handed over.")
    return await finish(Desk(reference, viewer, answer), Panel.HAND_OVER, form, doing, said)


@post("/staff/quotes/{reference:str}/judgement", guards=_WORKS)
async def judge(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Say whether it can be met: feasibility, resources, time (rule Q4)."""
    form, record = await Form.sent(request), await find(reference, by=viewer.actor)
    given = form.read(Judged)
    doing = (
        handling.judge(
            record,
            handling.Judgement(
                feasible=given.feasible == "yes",
                resources_available=given.resources_available == "yes",
                time_sufficient=given.time_sufficient == "yes",
                note=given.note,
            ),
            by=viewer.actor,
            expected_version=given.version,
        )
        if given
        else None
    )
    said = N_("Judgement saved.")
    return await finish(Desk(reference, viewer, answer), Panel.JUDGE, form, doing, said)


@post("/staff/quotes/{reference:str}/calls", guards=_WORKS)
async def call(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Record the call that goes with an urgent request (rule Q2)."""
    form, record = await Form.sent(request), await find(reference, by=viewer.actor)
    given = form.read(Call)
    doing = (
        record_call(
            record,
            CallFacts(given.caller, _at(given.called_at, viewer), given.note),
            by=viewer.actor,
        )
        if given
        else None
    )
    said = N_("Call recorded.")
    return await finish(Desk(reference, viewer, answer), Panel.CALL, form, doing, said)


@post("/staff/quotes/{reference:str}/decline", guards=_WORKS)
async def decline(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Tell the customer that and why it cannot be met (rule Q4)."""
    form, record = await Form.sent(request), await find(reference, by=viewer.actor)
    given = form.read(Reason)
    doing = (
        handling.decline(record, given.reason, by=viewer.actor, expected_version=given.version)
        if given
        else None
    )
    said = N_("Declined. The customer has been told the reason.")
    return await finish(Desk(reference, viewer, answer), Panel.DECLINE, form, doing, said)


@post("/staff/quotes/{reference:str}/withdrawal", guards=_WORKS)
async def withdraw_for_customer(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Note that the customer no longer wants a quote."""
    form, record = await Form.sent(request), await find(reference, by=viewer.actor)
    given = form.read(Reason)
    doing = (
        withdraw(record, by=viewer.actor, reason=given.reason, expected_version=given.version)
        if given
        else None
    )
    said = N_("Withdrawn.")
    return await finish(Desk(reference, viewer, answer), Panel.WITHDRAW, form, doing, said)


@dataclass(frozen=True, slots=True)
class Desk:
    """Which request is worked on, by whom, and how they are answered."""

    reference: str
    viewer: Viewer
    answer: Answer

    @property
    def path(self) -> str:
        return f"/staff/quotes/{self.reference}"


async def finish(
    at: Desk,
    panel: Panel | None,
    form: Form,
    doing: Awaitable[Any] | None,
    said: str,
) -> Response[str]:
    """Await the verb and go back to the request; what is refused comes back with its form open.

    `doing` is None where the form could not be read: then it has its errors already.
    """
    conflict = None
    if doing is not None:
        try:
            await doing
        except (FieldError, FieldErrors) as error:
            form.refuse_by(error)
        except Conflict as error:
            conflict = error
        else:
            return at.answer.see_other(at.path, toast=said)
    return await show_request(
        at.reference, at.viewer, at.answer, panel=panel or "", form=form, conflict=conflict
    )


def _at(moment: datetime | None, viewer: Viewer) -> datetime | None:
    """What was typed without a zone is meant in the viewer's."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=ZoneInfo(viewer.reader.timezone))


ROUTES = [take_over, hand_over, judge, call, decline, withdraw_for_customer]
