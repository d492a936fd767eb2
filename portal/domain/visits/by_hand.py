"""A visit or callback that somebody of us plans (rules V5, V7)."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from portal.database import database_now
from portal.domain.accounts.confidentiality import may_see
from portal.domain.common import form_keys
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.words import N_
from portal.domain.complaints.tables import Dealer
from portal.domain.quotes.field_checks import FieldChecks
from portal.domain.visits.access import require_hand, visit_by_reference
from portal.domain.visits.accounts import VisitedAccount, visited_account
from portal.domain.visits.owners import manager_of, may_own
from portal.domain.visits.rest_hours import FURTHEST, refusal_of_day
from portal.domain.visits.states import VisitKind, VisitRule, VisitWay
from portal.domain.visits.tables import Visit
from portal.domain.visits.writing import PlannedVisit, write_visit

_NO_KIND = N_("Choose a visit or a callback.")
_NO_WAY = N_("Choose how you meet.")
_NO_DAY = N_("Say by which day it is due.")
_PAST_DAY = N_("This day is over already.")
_TOO_FAR = N_("Choose a time within the next %(days)s days.")
_NO_OWNER = N_("Choose a colleague who makes visits.")
_NO_DEALER = N_("Choose one of the dealers.")
NO_GOAL = N_("A visit has a goal: write it first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """A visit as its form has it; errors name the fields as here.

    `due_on` is a date at the customer's. `owner_id` is a staff member; None for the account's own
    manager. With `dealer_id` a dealer makes it on a visit order (rule V2).
    """

    kind: str = VisitKind.VISIT
    due_on: date | None = None
    goal: str = ""
    way: str = ""
    owner_id: int | None = None
    dealer_id: int | None = None


async def plan_visit(facts: VisitFacts, *, account_id: int, by: Actor, form_key: str = "") -> Visit:
    """Plan one. A form sent twice makes one visit.

    Raises `FieldErrors`, `NotAllowed`, `NotFound` for an account that `by` may not see (rule A6).
    """
    require_hand(by)
    if form_key and by.person_id is not None:
        reference = await form_keys.made_by(by.person_id, form_key)
        if reference:
            return await visit_by_reference(reference, by=by)
    account = await visited_account(account_id)
    if not await may_see(account.id, by):
        raise NotFound
    planned = await _checked(facts, account)
    visit = await write_visit(account, planned, by=by)
    assert visit is not None  # noqa: S101 - the occasion is a random one
    if form_key and by.person_id is not None:
        await form_keys.remember(by.person_id, form_key, visit.reference)
    return visit


async def _checked(facts: VisitFacts, account: VisitedAccount) -> PlannedVisit:
    checks = FieldChecks()
    if facts.kind not in set(VisitKind):
        checks.refuse("kind", _NO_KIND)
    is_callback = facts.kind == VisitKind.CALLBACK
    way = facts.way or (VisitWay.PHONE if is_callback else VisitWay.ON_SITE)
    if way not in set(VisitWay):
        checks.refuse("way", _NO_WAY)
    await _check_day(checks, account, facts.due_on)
    goal = checks.text("goal", facts.goal, 2000, needed=True, missing=NO_GOAL)
    owner_id = facts.owner_id or await manager_of(account)
    if owner_id is None or not await may_own(owner_id):
        checks.refuse("owner_id", _NO_OWNER)
    if facts.dealer_id is not None:
        await check_dealer(checks, facts.dealer_id)
    checks.done()
    assert facts.due_on is not None  # noqa: S101 - checked above
    assert owner_id is not None  # noqa: S101 - checked above
    return PlannedVisit(
        kind=VisitKind(facts.kind),
        rule=VisitRule.BY_HAND,
        occasion=secrets.token_hex(16),
        owner_id=owner_id,
        due_on=facts.due_on,
        way=VisitWay(way),
        goal=goal,
        dealer_id=facts.dealer_id,
    )


async def check_dealer(checks: FieldChecks, dealer_id: int) -> None:
    """Refuse at `dealer_id` who is no dealer of ours any more."""
    known = await Dealer.exists().where((Dealer.id == dealer_id) & Dealer.retired_at.is_null())
    if not known:
        checks.refuse("dealer_id", _NO_DEALER)


async def _check_day(checks: FieldChecks, account: VisitedAccount, day: date | None) -> None:
    if day is None:
        checks.refuse("due_on", _NO_DAY)
        return
    today = account.day_of(await database_now())
    if day < today:
        checks.refuse("due_on", _PAST_DAY)
    elif day > today + timedelta(days=FURTHEST.days):
        checks.refuse("due_on", _TOO_FAR, days=FURTHEST.days)
    elif refusal := await refusal_of_day(account, day):
        checks.refuse("due_on", refusal.msgid, **refusal.params)
