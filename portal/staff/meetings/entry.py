"""A meeting that somebody of us plans (rule M2)."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.params import FromQuery

from portal.domain.accounts.queries import FileFilter, by_code, files_visible_to
from portal.domain.accounts.tables import Account
from portal.domain.common.errors import DomainError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.meetings.planning import MeetingFacts, plan_meeting
from portal.domain.visits.states import VisitWay
from portal.staff.choices import choices
from portal.staff.meetings.fields import (
    FIELDS,
    People,
    Text,
    at_the_customers,
    party_sent,
    people_to_choose,
)
from portal.staff.meetings.meeting_page import PATH
from portal.staff.visits.page import zone_words
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, RecordId, Whole
from portal.web.guards import requires
from portal.web.once import led_to, remember
from portal.web.record_forms import refuse_by
from portal.web.viewer import Viewer

NEW = f"{PATH}/new"
_WRITES = [requires(Permission.WRITE_REPORTS)]
_MOST_FOUND = 12
_BEGINS, _LASTS = time(10), 60
ORDER = (
    "title", "starts_at", "minutes", "leaves_at", "way", "place", "contacts", "guests",
    "colleagues", "another", "organiser", "agenda", "to_confirm", "how", "reason",
)  # fmt: skip
AnyRequest = Request[Any, Any, Any]


class Planned(People):
    """A meeting as its form sends it; `minutes` is how long it lasts."""

    title: Text = ""
    starts_at: datetime | None = None
    minutes: Whole | None = None
    leaves_at: datetime | None = None
    way: Text = ""
    place: Text = ""
    agenda: Text = ""
    to_confirm: Text = ""
    how: Text = ""
    organiser: RecordId | None = None


@get(NEW, guards=_WRITES)
async def new(
    viewer: AViewer,
    answer: AnAnswer,
    account: FromQuery[str] = "",
    q: FromQuery[str] = "",
) -> Response[str]:
    """The form for one customer; without one, the choice of the customer."""
    if not account:
        return await _choice(q[:200], viewer, answer)
    met = await by_code(account, viewer.actor)
    morrow = (viewer.now + timedelta(days=2)).astimezone(ZoneInfo(met.timezone)).date()
    form = Form.showing(
        way=VisitWay.ON_SITE.value,
        starts_at=datetime.combine(morrow, _BEGINS).strftime("%Y-%m-%dT%H:%M"),
        minutes=_LASTS,
        organiser=viewer.actor.staff_member_id,
        colleagues=[viewer.actor.staff_member_id],
    )
    return await _page(form, met, viewer, answer)


@post(NEW, guards=_WRITES)
async def plan(
    request: AnyRequest, viewer: AViewer, answer: AnAnswer, account: FromQuery[str] = ""
) -> Response[str]:
    """Put it down; from now on its notice is owed."""
    met = await by_code(account, viewer.actor)
    form = await Form.sent(request)
    if path := await led_to(form, viewer):
        return answer.see_other(path)
    given = form.read(Planned)
    if given is not None:
        try:
            facts = facts_sent(form, given, met.timezone)
            meeting = await plan_meeting(met, facts, by=viewer.actor)
        except DomainError as error:
            refuse_by(form, error, FIELDS)
        else:
            path = f"{PATH}/{meeting.reference}"
            await remember(form, viewer, path)
            return answer.see_other(path, toast=N_("Planned. Now the notice."))
    return await _page(form, met, viewer, answer)


def facts_sent(form: Form, given: Planned, timezone: str) -> MeetingFacts:
    """What the form says, by the clock at the customer. Raises `FieldErrors`."""
    starts = at_the_customers(given.starts_at, timezone)
    lasts = given.minutes
    return MeetingFacts(
        title=given.title,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=lasts) if starts and lasts is not None else None,
        leaves_at=at_the_customers(given.leaves_at, timezone),
        way=given.way,
        place=given.place,
        agenda=given.agenda,
        to_confirm=given.to_confirm,
        how=given.how,
        organiser_id=given.organiser,
        party=party_sent(form, given),
    )


async def _choice(text: str, viewer: Viewer, answer: Answer) -> Response[str]:
    wanted = FileFilter(text=text) if text.strip() else FileFilter(mine=True)
    return answer.page(
        "staff/meetings/new_for.html",
        title=N_("Plan a meeting"),
        section="visits",
        path=NEW,
        text=text,
        accounts=(await files_visible_to(viewer.actor, wanted, limit=_MOST_FOUND)).rows,
    )


async def _page(form: Form, account: Account, viewer: Viewer, answer: Answer) -> Response[str]:
    form.order_errors(ORDER)
    return answer.page(
        "staff/meetings/new.html",
        title=N_("Plan a meeting"),
        section="visits",
        form=form,
        account=account,
        ways=choices(VisitWay, answer),
        people=await people_to_choose(account.id, form),
        zone_words=zone_words(account.timezone, viewer),
    )


ROUTES = [new, plan]
