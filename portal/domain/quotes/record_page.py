"""Everything a request's page shows, for each side, in two statements.

What was said and happened, with the files, is a third one (`common.story`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.database import database_now, fetch_row
from portal.domain.accounts.team import TEAM_MEMBERS, members_of
from portal.domain.common.actor import Actor, Side
from portal.domain.common.errors import NotFound
from portal.domain.quotes.access import visible_requests
from portal.domain.quotes.customer_card import CARD, card_of
from portal.domain.quotes.handling import Judgement
from portal.domain.quotes.page_view import Call, JudgementView, RequestPage
from portal.domain.quotes.revision_rows import (
    colleague_json,
    day_in,
    exact_json,
    revision_of,
    revisions_json,
)
from portal.domain.quotes.tables import SUBJECT_KIND, QuoteRequest
from portal.domain.quotes.views import Colleague, Line
from portal.domain.service_levels import clock

_LINES = """(SELECT coalesce(json_agg(line ORDER BY line.position), '[]') FROM (
    SELECT l.position, l.item_id, coalesce(i.sku, '') AS sku, l.description, l.quantity, l.unit,
        l.wanted_on
    FROM quote_request_line l LEFT JOIN item i ON i.id = l.item_id
    WHERE l.request_id = r.id) AS line)"""
_CALL = "c.caller, c.called_at, p.name AS recorded_by"
_CALLS = """(SELECT coalesce(json_agg(call ORDER BY call.called_at), '[]') FROM (
    SELECT {call} FROM recorded_call c JOIN staff_member s ON s.id = c.recorded_by
    JOIN person p ON p.id = s.person_id WHERE c.request_id = r.id) AS call)"""
_JUDGEMENT = """(SELECT row_to_json(judgement) FROM (
    SELECT j.feasible, j.resources_available, j.time_sufficient, j.note, j.judged_at,
        p.name AS judged_by
    FROM quote_judgement j JOIN staff_member s ON s.id = j.judged_by
    JOIN person p ON p.id = s.person_id
    WHERE j.request_id = r.id ORDER BY j.id DESC LIMIT 1) AS judgement)"""
_TEAM = f"""(SELECT coalesce(json_agg(member), '[]') FROM (
    {TEAM_MEMBERS} WHERE t.account_id = r.account_id AND p.disabled_at IS NULL) AS member)"""  # noqa: S608 - constants
_PERSON = "(SELECT p.name FROM person p WHERE p.id = {id})"


async def request_page(reference: str, *, by: Actor) -> RequestPage:
    """The page of `reference`.

    Raises `NotFound` for unknown, foreign and confidential ones alike (rule A6).
    """
    internal = by.side is not Side.CUSTOMER
    condition, values = visible_requests(by, place=2)
    row = await fetch_row(
        f"""SELECT r.*, a.name AS account_name, a.code AS account_code,
                a.timezone AS account_timezone, a.locale AS account_locale,
                st.label AS ship_to_label, st.address AS ship_to_address,
                {_PERSON.format(id="r.requested_by")} AS requested_by_name,
                (SELECT c.name FROM contact c WHERE c.id = r.contact_id) AS contact_name,
                {colleague_json("r.entered_by")} AS entered_by_json,
                {colleague_json("r.owner_id")} AS owner_json,
                {_LINES} AS lines_json,
                {_TEAM} AS team_json,
                {revisions_json(internal=internal)} AS revisions_json,
                {_CALLS.format(call=_CALL + (", c.note" if internal else ""))} AS calls_json,
                {_JUDGEMENT if internal else "NULL::json"} AS judgement_json,
                {CARD if internal else "NULL::json AS card_json"}
            FROM quote_request r JOIN account a ON a.id = r.account_id
            LEFT JOIN ship_to st ON st.id = r.ship_to_id
            WHERE r.reference = $1 AND {condition}""",  # noqa: S608 - constants
        reference,
        *values,
    )
    if row is None:
        raise NotFound
    return await _page(row, by)


_COLUMNS = tuple(column._meta.name for column in QuoteRequest._meta.columns)


async def _page(row: Mapping[str, Any], by: Actor) -> RequestPage:
    now, timezone = await database_now(), row["account_timezone"]
    promises = await clock.targets_of(SUBJECT_KIND, row["id"]) if row["submitted_at"] else []
    return RequestPage(
        record=QuoteRequest(**{name: row[name] for name in _COLUMNS}),
        actor=by,
        account_name=row["account_name"],
        account_code=row["account_code"],
        account_timezone=timezone,
        account_locale=row["account_locale"],
        ship_to_label=row["ship_to_label"] or "",
        ship_to_address=row["ship_to_address"] or "",
        requested_by=row["requested_by_name"] or "",
        contact_name=row["contact_name"] or "",
        entered_by=_colleague(row["entered_by_json"]),
        owner=_colleague(row["owner_json"]),
        lines=[
            Line(**{**line, "wanted_on": day_in(line["wanted_on"])})
            for line in exact_json(row["lines_json"])
        ],
        revisions=[
            revision_of(revision, timezone=timezone, now=now)
            for revision in exact_json(row["revisions_json"])
        ],
        promises=promises,
        team=members_of(exact_json(row["team_json"])),
        calls=[
            Call(**{**call, "called_at": datetime.fromisoformat(call["called_at"])})
            for call in exact_json(row["calls_json"])
        ],
        judgement=_judgement(row["judgement_json"]),
        card=card_of(row["card_json"]) if row["card_json"] else None,
    )


def _colleague(text: str | None) -> Colleague | None:
    return Colleague(**exact_json(text)) if text else None


def _judgement(text: str | None) -> JudgementView | None:
    if not text:
        return None
    row = exact_json(text)
    judged_by, judged_at = row.pop("judged_by"), datetime.fromisoformat(row.pop("judged_at"))
    return JudgementView(Judgement(**row), judged_by, judged_at)
