"""What has to hold of requests whoever did what at the same time, read from the rows themselves."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.domain.common.record import check_transition
from portal.domain.quotes.events import QuoteEvent
from portal.domain.quotes.states import (
    QUOTE_TRANSITIONS,
    REQUEST_TRANSITIONS,
    WORKABLE,
    QuoteStatus,
    RequestStatus,
)
from portal.domain.quotes.story import Happening
from portal.domain.service_levels.branch_calendar import calendar_from
from portal.domain.service_levels.reckoning import EXPLAINED_COLUMNS, pauses_of
from portal.domain.service_levels.terms import terms_of, that_count
from tests.factories import acting
from tests.faults.request_houses import Houses

_H, _R, _Q, _E = Happening, RequestStatus, QuoteStatus, QuoteEvent

# Where a happening leads, and by which name others hear of it.
REQUEST_STEPS: Mapping[str, RequestStatus] = {
    _H.SUBMITTED: _R.OPEN,
    _H.ASKED: _R.WAITING_FOR_CUSTOMER,
    _H.QUESTION_ANSWERED: _R.IN_WORK,
    _H.DECLINED_BY_US: _R.DECLINED_BY_US,
    _H.WITHDRAWN: _R.WITHDRAWN,
    _H.SENT: _R.QUOTED,
    _H.ACCEPTED: _R.ACCEPTED,
    _H.DECLINED: _R.DECLINED_BY_CUSTOMER,
    _H.REVISION_REQUESTED: _R.REVISION_REQUESTED,
    _H.EXPIRED: _R.EXPIRED,
}
BEGINS_WORK = {_H.TAKEN, _H.REVISION_PREPARED}
REVISION_STEPS: Mapping[str, QuoteStatus] = {
    _H.REVIEW_WANTED: _Q.IN_REVIEW,
    _H.APPROVED: _Q.APPROVED,
    _H.SENT_BACK: _Q.DRAFT,
    _H.SENT: _Q.SENT,
    _H.ACCEPTED: _Q.ACCEPTED,
    _H.DECLINED: _Q.DECLINED,
    _H.REVISION_REQUESTED: _Q.REVISION_REQUESTED,
    _H.EXPIRED: _Q.EXPIRED,
}
EFFECTS: Mapping[str, QuoteEvent] = {
    _H.SUBMITTED: _E.REQUESTED,
    _H.TAKEN: _E.TAKEN,
    _H.HANDED_OVER: _E.TAKEN,
    _H.ASKED: _E.QUESTION,
    _H.QUESTION_ANSWERED: _E.ANSWERED_QUESTION,
    _H.REVIEW_WANTED: _E.REVIEW_WANTED,
    _H.APPROVED: _E.REVIEWED,
    _H.SENT_BACK: _E.REVIEWED,
    _H.SENT: _E.SENT,
    _H.ACCEPTED: _E.ACCEPTED,
    _H.DECLINED: _E.DECLINED,
    _H.REVISION_REQUESTED: _E.REVISION_REQUESTED,
    _H.DECLINED_BY_US: _E.DECLINED_BY_US,
    _H.WITHDRAWN: _E.WITHDRAWN,
    _H.EXPIRED: _E.EXPIRED,
}

REQUESTS = "SELECT * FROM quote_request WHERE account_id = ANY($1) ORDER BY id"
QUOTES = """SELECT q.*, md5((to_jsonb(q) - ARRAY['status', 'version', 'answered_at', 'answered_by',
        'answered_name', 'answer_reason', 'purchase_order_number'])::text
        || (SELECT jsonb_agg(to_jsonb(l) ORDER BY position) FROM quote_line l
            WHERE l.quote_id = q.id)::text) AS terms,
    md5(concat_ws('|', answered_at, answered_by, answered_name, answer_reason)) AS answer
    FROM quote q WHERE account_id = ANY($1) ORDER BY id"""
STORY = """SELECT *, after ->> 'revision' AS revision FROM activity
    WHERE account_id = ANY($1) AND subject_kind IN ('quote_request', 'sales_order') ORDER BY id"""
ORDERS = """SELECT o.*, (SELECT array_agg((position, item_id, quantity, unit_price, net, tax)
        ORDER BY position) FROM sales_order_line WHERE order_id = o.id) AS lines,
    (SELECT array_agg((position, item_id, quantity, unit_price, net, tax) ORDER BY position)
     FROM quote_line WHERE quote_id = o.quote_id) AS quoted_lines
    FROM sales_order o WHERE account_id = ANY($1) ORDER BY id"""
TARGETS = f"""SELECT t.*, r.account_id AS subject_account_id,
    (SELECT count(*) FROM target_pause p WHERE p.target_id = t.id AND p.ended_at IS NULL)
        AS open_pauses,
    (SELECT bool_and(p.account_id = t.account_id) FROM target_pause p WHERE p.target_id = t.id)
        AS own_pauses,
    {EXPLAINED_COLUMNS}
    FROM target t JOIN branch b ON b.id = t.branch_id
    JOIN quote_request r ON t.subject_kind = 'quote_request' AND r.id = t.subject_id
    WHERE r.account_id = ANY($1) OR t.account_id = ANY($1) ORDER BY t.id"""
MESSAGES = "SELECT * FROM message WHERE account_id = ANY($1)"
STEPS = "SELECT * FROM target_step WHERE account_id = ANY($1)"
OUTBOX = """SELECT kind, account_id, dedupe_key, (payload ->> 'request_id')::bigint AS request_id,
    (payload ->> 'actor_id')::bigint AS actor_id, payload ->> 'message_id' AS message_id
    FROM outbox WHERE account_id = ANY($1)"""

Rows = Sequence[Mapping[str, Any]]


@dataclass
class Rules:
    """Checked after every wave; keeps what must not change from one wave to the next."""

    houses: Houses
    kept: dict[tuple[str, int], object] = field(default_factory=dict)

    async def rows(self, sql: str) -> Rows:
        accounts = [cast.account.id for cast in self.houses.casts]
        return [dict(row) for row in await self.houses.make.owner.fetch(sql, accounts)]

    async def check(self) -> None:
        rows = self.rows
        story, requests, quotes = await rows(STORY), await rows(REQUESTS), await rows(QUOTES)
        targets, outbox = await rows(TARGETS), await rows(OUTBOX)
        for request in requests:
            own = [each for each in quotes if each["request_id"] == request["id"]]
            check_steps(request, own, _of_request(story, request))
            check_owed(request, [each for each in targets if each["subject_id"] == request["id"]])
            check_effects(_of_request(story, request), _of(outbox, "request_id", request["id"]))
        self.check_sent(quotes)
        await self.check_promises(targets)
        check_orders(requests, quotes, await rows(ORDERS))
        check_names(outbox, await rows(STEPS))
        self.check_authors(story, await rows(MESSAGES), outbox, targets)

    def _keep(self, what: str, number: int, fact: object) -> None:
        assert self.kept.setdefault((what, number), fact) == fact, what

    def check_sent(self, quotes: Rows) -> None:
        """Rule Q5: what was sent stays what it was, and an answer is given once."""
        for quote in quotes:
            if quote["sent_at"]:
                self._keep("sent", quote["id"], quote["terms"])
            if quote["answered_at"]:
                self._keep("answered", quote["id"], quote["answer"])

    async def check_promises(self, targets: Rows) -> None:
        """Rule Q2: due when the pure functions say so; late for good."""
        async with acting(self.houses.casts[0].representative):
            for target in targets:
                terms, opened = terms_of(target), target["opened_at"]
                calendar = (await calendar_from(target, terms.calendar)).calendar
                pauses = that_count(pauses_of(target), terms, opened, calendar)
                reckoned = terms.reckon(opened, calendar, pauses)
                assert (target["warn_at"], target["due_at"]) == reckoned
        for target in targets:
            ended = target["met_at"] or target["cancelled_at"]
            assert not ended or ended <= target["due_at"] or target["breached_at"]
            if target["breached_at"]:
                assert target["breached_at"] == target["due_at"]
                self._keep("breached", target["id"], target["breached_at"])
            if ended:
                self._keep("ended", target["id"], (target["met_at"], target["cancelled_at"]))

    def check_authors(self, story: Rows, messages: Rows, outbox: Rows, targets: Rows) -> None:
        """Nothing of one account was written, is owed or announced by the other's people."""
        written = [(each["account_id"], each["actor_id"]) for each in (*story, *outbox)]
        written += [(each["account_id"], each["author_id"]) for each in messages]
        for account_id, person_id in written:
            assert person_id in self.houses.people_of(account_id)
        for target in targets:
            account_id = target["account_id"]
            staff = {each.staff_member_id for each in self.houses.staff_of(account_id)}
            assert target["subject_account_id"] == account_id
            assert target["account_name"] == self.houses.cast(account_id).account.name
            assert target["owner_id"] in staff
            assert target["own_pauses"] in (True, None)


def _of(rows: Rows, column: str, value: object) -> Rows:
    return [row for row in rows if row[column] == value]


def _of_request(story: Rows, request: Mapping[str, Any]) -> Rows:
    return _of(_of(story, "subject_kind", "quote_request"), "subject_id", request["id"])


def check_steps(request: Mapping[str, Any], quotes: Rows, story: Rows) -> None:
    """What was recorded leads by legal steps alone to where request and revisions are (rule A5)."""
    status, revisions = RequestStatus.DRAFT, dict[int, QuoteStatus]()
    for entry in story:
        verb = entry["verb"]
        if verb in REQUEST_STEPS:
            check_transition(status, REQUEST_STEPS[verb], REQUEST_TRANSITIONS)
            status = REQUEST_STEPS[verb]
        elif verb in BEGINS_WORK and status in (_R.OPEN, _R.REVISION_REQUESTED):
            status = _R.IN_WORK
        if entry["revision"]:
            _take_step(revisions, int(entry["revision"]), verb)
    assert request["status"] == status
    assert {each["revision"]: each["status"] for each in quotes} == revisions
    assert sorted(revisions) == list(range(1, len(revisions) + 1))


def _take_step(revisions: dict[int, QuoteStatus], revision: int, verb: str) -> None:
    if verb == _H.REVISION_PREPARED:
        assert revision not in revisions
        revisions[revision] = _Q.DRAFT
        return
    before = revisions[revision]
    if verb == _H.REVISION_SAVED:
        assert before is _Q.DRAFT or _Q.DRAFT in QUOTE_TRANSITIONS[before]
        revisions[revision] = _Q.DRAFT
        return
    if verb == _H.SENT:
        for other, status in revisions.items():
            if _Q.SUPERSEDED in QUOTE_TRANSITIONS[status]:
                revisions[other] = _Q.SUPERSEDED
    check_transition(before, REVISION_STEPS[verb], QUOTE_TRANSITIONS)
    revisions[revision] = REVISION_STEPS[verb]


def check_owed(request: Mapping[str, Any], targets: Rows) -> None:
    """Rule Q2: what is open is owed once, and waits exactly while the customer is asked."""
    status = RequestStatus(request["status"])
    running = [each for each in targets if not each["met_at"] and not each["cancelled_at"]]
    assert max(Counter(each["kind"] for each in running).values(), default=0) <= 1
    quotes = [each for each in running if each["kind"] in ("quote", "quote_revision")]
    assert len(quotes) == (1 if status in WORKABLE else 0)
    if quotes:
        assert quotes[0]["owner_id"] == request["owner_id"]
        assert bool(quotes[0]["paused_since"]) == (status is _R.WAITING_FOR_CUSTOMER)
    for target in targets:
        assert target["open_pauses"] == (1 if target["paused_since"] else 0)


def check_effects(story: Rows, outbox: Rows) -> None:
    """Whatever happened was announced once; a message as often as there are messages."""
    happened = Counter(EFFECTS[each["verb"]] for each in story if each["verb"] in EFFECTS)
    announced = Counter(each["kind"] for each in outbox)
    messages = [each["message_id"] for each in outbox if each["message_id"]]
    assert len(messages) == len(set(messages))
    del announced[_E.MESSAGE]
    assert announced == happened


def check_names(outbox: Rows, steps: Rows) -> None:
    """Rule C10: each effect has a name, and none was announced twice."""
    named = Counter(each["dedupe_key"] for each in outbox if each["dedupe_key"])
    taken: Iterable[str] = (f"target:{each['target_id']}:{each['step']}" for each in steps)
    assert named == Counter(taken)


def check_orders(requests: Rows, quotes: Rows, orders: Rows) -> None:
    """Rules Q5, O1: one order for each acceptance, of what was quoted."""
    accepted = {each["id"]: each for each in quotes if each["status"] == _Q.ACCEPTED}
    assert sorted(order["quote_id"] for order in orders) == sorted(accepted)
    became = {r["id"]: r["order_reference"] for r in requests if r["status"] == _R.ACCEPTED}
    assert {order["request_id"]: order["reference"] for order in orders} == became
    for order in orders:
        quote = accepted[order["quote_id"]]
        for column in ("account_id", "request_id", "currency", "payment_terms", "promised_ship_on",
                       "net_total", "tax_total", "gross_total"):  # fmt: skip
            assert order[column] == quote[column], column
        assert order["lines"] == order["quoted_lines"]
