"""The log of all contact with an account, and the quick entry for calls (rule M6)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.params import FromPath

from portal.domain.accounts.contacts import contacts_of
from portal.domain.accounts.tables import Account
from portal.domain.common.errors import DomainError
from portal.domain.common.files.delivery import content_disposition
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.meetings.communications import CommunicationFacts, record_communication
from portal.domain.meetings.log import (
    MOST_ROWS,
    LogChannel,
    LogEntry,
    LogFilter,
    LogKind,
    account_log,
)
from portal.domain.meetings.states import Channel, Direction
from portal.rendering.i18n import translations
from portal.rendering.links import with_query
from portal.rendering.spreadsheets import XLSX, Sheet, xlsx
from portal.staff.accounts.reading import file_to_change, path_of, read_file
from portal.staff.choices import choices
from portal.staff.meetings import report_page
from portal.staff.meetings.fields import Text, at_the_customers
from portal.staff.queue_page import given as said
from portal.staff.visits.page import zone_words
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, RecordId
from portal.web.guards import requires
from portal.web.once import led_to, remember
from portal.web.record_forms import refuse_by
from portal.web.viewer import Viewer

LOG = "/staff/accounts/{code:str}/log"
_READS, _WRITES = [requires(Permission.READ_VISITS)], [requires(Permission.WRITE_REPORTS)]
_FILTERS = ("kind", "channel", "direction", "since", "until", "q")
_ORDER = ("channel", "direction", "contact", "name", "at", "title", "note", "important")
_FIELDS = {"contact_id": "contact"}
AnyRequest = Request[Any, Any, Any]


class Entry(FormModel):
    channel: Text = ""
    direction: Text = ""
    contact: RecordId | None = None
    name: Text = ""
    at: datetime | None = None
    title: Text = ""
    note: Text = ""
    important: bool = False


@get(LOG, guards=_READS)
async def show(
    code: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The log, newest first, as its address narrows it down; the quick entry above it."""
    account = await read_file(code, viewer, "/log")
    form = Form.showing(channel=Channel.PHONE.value, direction=Direction.INCOMING.value)
    return await _page(form, account, request, viewer, answer)


@post(LOG, guards=_WRITES)
async def enter(
    code: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Enter a call or a letter; an important one leads to the report that it owes (rule M1)."""
    account = await file_to_change(code, viewer)
    form = await Form.sent(request)
    if path := await led_to(form, viewer):
        return answer.see_other(path)
    given = form.read(Entry)
    if given is not None:
        facts = CommunicationFacts(
            channel=given.channel,
            direction=given.direction,
            at=at_the_customers(given.at, account.timezone),
            contact_id=given.contact,
            name=given.name,
            title=given.title,
            note=given.note,
            is_important=given.important,
        )
        try:
            _, report = await record_communication(account, facts, by=viewer.actor)
        except DomainError as error:
            refuse_by(form, error, _FIELDS)
        else:
            path = f"{report_page.PATH}/{report.reference}" if report else path_of(code, "/log")
            await remember(form, viewer, path)
            told = N_("Entered. Its report is owed.") if report else N_("Entered.")
            return answer.see_other(path, toast=told)
    return await _page(form, account, request, viewer, answer)


@get(f"{LOG}.xlsx", guards=_READS)
async def export(code: FromPath[str], request: AnyRequest, viewer: AViewer) -> Response[bytes]:
    """The log as a workbook, as far as the filters of the address narrow it."""
    account = await read_file(code, viewer, "/log")
    query = dict(request.query_params)
    wanted = _wanted(query, account, size=MOST_ROWS)
    log = await account_log(account, wanted, by=viewer.actor)
    sheet = Sheet(
        N_("Communication log"),
        (
            N_("When"), N_("Entry"), N_("By which way"), N_("Direction"), N_("Customer's side"),
            N_("Our side"), N_("Subject"), N_("What was said"), N_("Reference"),
        ),
        [_cells(row, viewer) for row in log.rows],
        (18, 22, 16, 18, 24, 20, 36, 60, 18),
    )  # fmt: skip
    headers = {
        "Content-Disposition": content_disposition(f"{code}-log.xlsx"),
        "Cache-Control": "private, no-store",
    }
    return Response(xlsx([sheet], viewer.reader), media_type=XLSX, headers=headers)


async def _page(
    form: Form, account: Account, request: AnyRequest, viewer: Viewer, answer: Answer
) -> Response[str]:
    form.order_errors(_ORDER)
    query = dict(request.query_params)
    log = await account_log(account, _wanted(query, account), by=viewer.actor)
    kept = said({name: query.get(name) for name in _FILTERS})
    path = path_of(account.code, "/log")
    contacts = await contacts_of(account.id)
    return answer.page(
        "staff/meetings/log.html",
        title=N_("Communication log of %(account)s"),
        words={"account": account.name},
        section="accounts",
        form=form,
        account=account,
        log=log,
        path=path,
        kept=kept,
        filters=Form.showing(**{name: query.get(name) for name in _FILTERS}),
        kinds=choices(LogKind, answer),
        ways=choices(LogChannel, answer),
        channels=choices(Channel, answer),
        directions=choices(Direction, answer),
        contacts=[(each.id, each.name) for each in contacts],
        phones=[(each.name, each.phone) for each in contacts if each.phone],
        zone_words=zone_words(account.timezone, viewer),
        export_url=with_query(f"{path}.xlsx", **kept),
        next_url=with_query(path, **kept, after=log.after) if log.after else None,
        previous_url=with_query(path, **kept, before=log.before) if log.before else None,
    )


def _wanted(query: dict[str, Any], account: Account, *, size: int = 50) -> LogFilter:
    """The filters of an address; days are those on the customer's calendar."""
    until = _midnight(query.get("until"), account.timezone)
    return LogFilter(
        kind=str(query.get("kind") or ""),
        channel=str(query.get("channel") or ""),
        direction=str(query.get("direction") or ""),
        since=_midnight(query.get("since"), account.timezone),
        until=until + timedelta(days=1) if until else None,
        text=str(query.get("q") or "")[:200],
        after=str(query.get("after") or ""),
        before=str(query.get("before") or ""),
        size=size,
    )


def _midnight(day: Any, timezone: str) -> datetime | None:
    """When that day begins there; None for what is no day."""
    try:
        begins = date.fromisoformat(str(day or ""))
    except ValueError:
        return None
    if not 1900 < begins.year < 9000:
        return None
    return datetime.combine(begins, time(), ZoneInfo(timezone)).astimezone(UTC)


def _cells(row: LogEntry, viewer: Viewer) -> tuple[Any, ...]:
    say = translations(viewer.reader.locale).gettext
    return (
        row.at,
        say(row.kind.label),
        say(row.channel.label),
        say(row.direction.label) if row.direction else "",
        row.name,
        row.ours,
        row.title,
        row.excerpt,
        row.reference,
    )


ROUTES = [show, enter, export]
