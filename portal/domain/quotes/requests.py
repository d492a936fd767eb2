"""A request for quotation from draft to submission, by the customer or taken by phone (rule Q1)."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.database import database_now, fetch_value
from portal.domain.accounts.confidentiality import may_see
from portal.domain.accounts.team import Position, first_of, team_of
from portal.domain.common import form_keys
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import FieldError, NotFound, WrongState
from portal.domain.common.files.attachments import attach
from portal.domain.common.permissions import Permission
from portal.domain.common.references import next_reference
from portal.domain.common.search import search_terms
from portal.domain.common.words import N_
from portal.domain.quotes.access import find
from portal.domain.quotes.account_facts import owed_quote
from portal.domain.quotes.events import QuoteEvent
from portal.domain.quotes.filing import file_request, insert_lines, say_filed
from portal.domain.quotes.progress import move, note_that, require, tell
from portal.domain.quotes.request_check import check
from portal.domain.quotes.request_facts import RequestFacts
from portal.domain.quotes.states import RequestStatus
from portal.domain.quotes.story import Happening
from portal.domain.quotes.tables import QuoteRequest
from portal.domain.service_levels import clock, responses
from portal.domain.service_levels.promise import Promise, TargetKind

# A form as it was typed: field names to the values sent under them.
Typed = Mapping[str, Sequence[str]]

LONGEST_DRAFT = 400_000
_FOR_REQUESTS = (Position.SALES_REPRESENTATIVE, Position.BACKUP, Position.ACCOUNT_MANAGER)


@dataclass(frozen=True, slots=True)
class Submitted:
    """What the confirmation says: reference, who has it, by when it will be answered.

    The owner is empty where the account has nobody yet: then the queue shows it as unassigned.
    """

    request: QuoteRequest
    owner_name: str
    owner_phone: str
    promise: Promise

    @property
    def reference(self) -> str:
        return self.request.reference


async def save_draft(
    typed: Typed,
    *,
    by: Actor,
    account_id: int,
    draft: QuoteRequest | None = None,
    form_key: str = "",
) -> QuoteRequest:
    """Keep a form word for word, complete or not; makes the draft if there is none yet.

    Two posts of the form `form_key` make one draft. Raises `WrongState` when the draft was filed or
    thrown away meanwhile, `NotFound` for an account that `by` may not act for.
    """
    await _check_may_ask(by, account_id)
    draft = draft or await _made_with(form_key, by=by)
    if draft is None:
        draft = await _new_draft(typed, by=by, account_id=account_id)
        await _remember(form_key, draft, by=by)
        return draft
    await _lock_draft(draft, account_id)
    await draft.change(
        draft=_as_json(typed),
        title=_title_of(typed),
        search_terms=search_terms(draft.reference, _title_of(typed)),
        updated_at=await database_now(),
    )
    return draft


def typed_in(draft: QuoteRequest) -> Typed:
    """The form as it was typed, to fill it again."""
    typed: Typed = json.loads(draft.draft)
    return typed


async def submit(
    facts: RequestFacts,
    *,
    by: Actor,
    account_id: int,
    draft: QuoteRequest | None = None,
    form_key: str = "",
    shown_files: Collection[str] = (),
) -> Submitted:
    """File the request, start the clock of rule Q2, tell representative and assistant (rule Q1).

    Two posts of the form `form_key` file one request: the second gets what the first did. Files
    chosen in that form go with it; `shown_files` are the public ids it showed. Raises `FieldErrors`
    like `check`, `WrongState` when the draft was filed or thrown away meanwhile.
    """
    await _check_may_ask(by, account_id)
    made = await _made_with(form_key, by=by)
    if made is not None and made.state is not RequestStatus.DRAFT:
        return await _as_submitted(made)
    checked = await check(facts, by=by, account_id=account_id)
    request = draft or made or await _new_draft({}, by=by, account_id=account_id)
    await _lock_draft(request, account_id)
    if made is None:
        await _remember(form_key, request, by=by)
    team = await team_of(account_id)
    owner = first_of(team, _FOR_REQUESTS)
    await insert_lines(request, checked)
    await file_request(request, checked, owner, by=by)
    owed = await owed_quote(request, checked.account)
    promise = await clock.open_target(TargetKind.QUOTE, request.subject, owed)
    if form_key:
        await attach(
            form_key, to=request.subject, audience=Audience.CUSTOMER, by=by, expected=shown_files
        )
    await say_filed(request, checked, owner, team, by=by)
    return Submitted(request, owner.name if owner else "", owner.phone if owner else "", promise)


async def discard(draft: QuoteRequest, *, by: Actor) -> None:
    """Throw a draft away. Raises `WrongState` when it is none any more."""
    await _check_may_ask(by, draft.account_id)
    await _lock_draft(draft, draft.account_id)
    await move(draft, RequestStatus.WITHDRAWN, draft="{}")
    await note_that(draft, Happening.DISCARDED, by=by, visible_to=_own_side(draft))


async def withdraw(
    request: QuoteRequest, *, by: Actor, reason: str = "", expected_version: int | None = None
) -> None:
    """The customer no longer wants a quote; staff may note that for them.

    Raises `WrongState` once it was quoted: then it is declined instead.
    """
    require(by, Permission.REQUEST_QUOTE, Permission.WORK_ON_QUOTES)
    await request.lock(expected_version=expected_version)
    if request.state is RequestStatus.DRAFT:
        raise WrongState(state=request.state.label)
    reason = reason.strip()[:2000]
    await move(request, RequestStatus.WITHDRAWN, closing_reason=reason)
    await responses.record_ended(request.subject, by=by)
    await clock.cancel(request.subject)
    await note_that(request, Happening.WITHDRAWN, by=by, after={"reason": reason})
    await tell(request, QuoteEvent.WITHDRAWN, by=by)


async def _check_may_ask(by: Actor, account_id: int) -> None:
    if by.is_staff:
        require(by, Permission.WORK_ON_QUOTES)
        if not await may_see(account_id, by):  # rule A6
            raise NotFound
        return
    require(by, Permission.REQUEST_QUOTE)
    if account_id != by.account_id:
        raise NotFound


async def _made_with(form_key: str, *, by: Actor) -> QuoteRequest | None:
    if not form_key or by.person_id is None:
        return None
    reference = await form_keys.made_by(by.person_id, form_key)
    return await find(reference, by=by) if reference else None


async def _remember(form_key: str, request: QuoteRequest, *, by: Actor) -> None:
    if form_key and by.person_id is not None:
        await form_keys.remember(by.person_id, form_key, request.reference)


async def _new_draft(typed: Typed, *, by: Actor, account_id: int) -> QuoteRequest:
    reference = await next_reference("RFQ")
    # The customer's login may set these columns only, hence no `save`.
    columns: dict[str, Any] = {
        "account_id": account_id,
        "reference": reference,
        "status": RequestStatus.DRAFT.value,
        "title": _title_of(typed),
        "draft": _as_json(typed),
        "search_terms": search_terms(reference, _title_of(typed)),
        "created_at": await database_now(),
        "updated_at": await database_now(),
        "entered_by" if by.is_staff else "requested_by": (
            by.staff_member_id if by.is_staff else by.person_id
        ),
    }
    places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    request_id = await fetch_value(
        f"INSERT INTO quote_request ({', '.join(columns)}) VALUES ({places}) RETURNING id",  # noqa: S608
        *columns.values(),
    )
    draft = QuoteRequest(id=request_id, **columns)
    await note_that(draft, Happening.DRAFTED, by=by, visible_to=_own_side(draft))
    return draft


async def _lock_draft(draft: QuoteRequest, account_id: int) -> None:
    await draft.lock()
    if draft.account_id != account_id:
        raise NotFound
    if draft.state is not RequestStatus.DRAFT:
        raise WrongState(state=draft.state.label)


async def _as_submitted(request: QuoteRequest) -> Submitted:
    team = await team_of(request.account_id, active_only=False)
    owner = next((each for each in team if each.staff_member_id == request.owner_id), None)
    promises = await clock.targets_of(request.subject.kind, request.id)
    return Submitted(
        request, owner.name if owner else "", owner.phone if owner else "", promises[-1]
    )


def _own_side(draft: QuoteRequest) -> Audience:
    return Audience.CUSTOMER if draft.requested_by else Audience.INTERNAL


def _as_json(typed: Typed) -> str:
    text = json.dumps({name: list(values) for name, values in typed.items()}, ensure_ascii=False)
    if len(text) > LONGEST_DRAFT:
        raise FieldError("lines", N_("This is too much to be kept. Send it in several requests."))
    return text


def _title_of(typed: Typed) -> str:
    return next(iter(typed.get("title", ())), "").strip()[:200]
