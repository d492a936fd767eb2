"""What holds of a complaint after every step, said anew and not by asking the code (C1-C15)."""

from typing import Any

from portal.domain.common.permissions import StaffRole
from portal.domain.complaints.states import TRANSITIONS, ComplaintStatus
from tests.domain.complaints.complaint_deeds import House

_S = StaffRole
INVESTIGATE = {_S.AFTER_SALES, _S.QUALITY_INSPECTION, _S.SERVICE_SUPERVISOR}
CHOOSE = {_S.SALES_SUPERVISOR, _S.SERVICE_SUPERVISOR, _S.DUTY_MANAGER, _S.GENERAL_MANAGER}
SUPERVISE = CHOOSE | {_S.MANAGEMENT_REPRESENTATIVE}
SALES = {_S.SALES_REPRESENTATIVE, _S.SALES_ASSISTANT, _S.ACCOUNT_MANAGER}
WORK = INVESTIGATE | CHOOSE | SALES
BUYER = "buyer"

# Who may do what changes a complaint, by the rulebook; approvals are looked at one by one.
MAY: dict[str, set[Any]] = {
    "look": INVESTIGATE,
    "sample bad": INVESTIGATE,
    "sample good": INVESTIGATE,
    "preliminary": INVESTIGATE,
    "find ours": INVESTIGATE,
    "find theirs": INVESTIGATE,
    "call back": INVESTIGATE | SUPERVISE,
    "choose": CHOOSE | {_S.AFTER_SALES},  # a deputy of the absent sales supervisor, see below
    "close": SUPERVISE,
    "take over": SUPERVISE,
    "review": SUPERVISE,
    "demand capa": SUPERVISE | INVESTIGATE | {_S.WAREHOUSE},
    "waive capa": {_S.MANAGEMENT_REPRESENTATIVE},
    "verify capa": {_S.MANAGEMENT_REPRESENTATIVE},
    "sum up": WORK | SUPERVISE,
    "follow up": WORK | SUPERVISE,
    "approve": set(StaffRole),
    "refuse": set(StaffRole),
}
OF_THE_CUSTOMER = {"confirm", "object", "settle", "ask again", "withdraw", "reopen", "write"}

_FACTS = """SELECT c.*,
    (SELECT count(*) FROM activity y WHERE y.subject_kind = 'complaint' AND y.subject_id = c.id)
        AS recorded,
    (SELECT count(*) FROM message m WHERE m.subject_kind = 'complaint' AND m.subject_id = c.id)
        AS messages,
    (SELECT count(*) FROM outbox o WHERE o.payload ->> 'reference' = c.reference) AS told_of,
    (SELECT count(*) FROM complaint_batch_check b WHERE b.complaint_id = c.id) AS look_ups,
    (SELECT count(*) FROM complaint_finding f WHERE f.complaint_id = c.id) AS findings,
    (SELECT count(*) FROM complaint_answer w WHERE w.complaint_id = c.id) AS answers,
    (SELECT count(*) FROM complaint_follow_up f WHERE f.complaint_id = c.id
        AND f.contacted_at >= c.closed_at) AS follow_ups,
    (SELECT count(*) FROM dealer_task t WHERE t.complaint_id = c.id AND t.done_at IS NULL
        AND t.failed_at IS NULL) AS dealers_at_work,
    (SELECT coalesce(array_agg(t.kind ORDER BY t.kind), '{}') FROM target t
        WHERE t.subject_kind = 'complaint' AND t.subject_id = c.id
        AND t.met_at IS NULL AND t.cancelled_at IS NULL) AS owed,
    (SELECT count(*) FROM target t WHERE t.subject_kind = 'complaint' AND t.subject_id = c.id
        AND t.paused_since IS NOT NULL) AS waiting
    FROM complaint c WHERE c.reference = $1"""
_PROPOSALS = """SELECT q.*, chooser.role AS chooser_role, away.role AS chooser_absent_role,
    away.person_id AS chooser_absent,
    (SELECT coalesce(array_agg(p.role) FILTER (WHERE p.approved), '{}')
        FROM complaint_approval p WHERE p.proposal_id = q.id) AS approved_by,
    (SELECT count(*) FROM complaint_approval p WHERE p.proposal_id = q.id
        AND p.approved IS NOT TRUE) AS not_approved,
    (SELECT count(*) FROM complaint_approval p WHERE p.proposal_id = q.id
        AND p.reason = 'major') AS was_major
    FROM complaint_proposal q
    LEFT JOIN staff_member chooser ON chooser.person_id = q.chosen_by
    LEFT JOIN staff_member away ON away.id = q.chosen_for_id
    WHERE q.complaint_id = $1 ORDER BY q.id"""
_DECISIONS = """SELECT p.role, p.proposal_id, p.decided_by, q.proposed_by, s.role AS own_role,
        away.role AS absent_role, away.person_id AS absent
    FROM complaint_approval p JOIN complaint_proposal q ON q.id = p.proposal_id
    JOIN staff_member s ON s.person_id = p.decided_by
    LEFT JOIN staff_member away ON away.id = p.decided_for_id
    WHERE q.complaint_id = $1"""


async def facts_of(house: House) -> dict[str, Any]:
    """All that a verb may change of the complaint."""
    row = dict(await house.make.owner.fetchrow(_FACTS, house.complained.reference))
    row["proposals"] = [dict(each) for each in await house.make.owner.fetch(_PROPOSALS, row["id"])]
    row["decisions"] = [dict(each) for each in await house.make.owner.fetch(_DECISIONS, row["id"])]
    return row


def check_step(before: dict[str, Any], now: dict[str, Any], what: str, role: object) -> None:
    """What holds between two moments."""
    was, status = ComplaintStatus(before["status"]), ComplaintStatus(now["status"])
    assert status is was or status in TRANSITIONS[was]
    if now["version"] != before["version"]:  # no change that the story does not tell
        assert now["recorded"] > before["recorded"]
    if now != before and what != "remind":
        assert role in MAY.get(what, WORK) or (role == BUYER and what in OF_THE_CUSTOMER)
    released = {each["id"] for each in before["proposals"] if each["released_at"]}
    for proposal in now["proposals"]:
        if proposal["released_at"] and proposal["id"] not in released:
            _check_authority(now, proposal)


def _check_authority(now: dict[str, Any], proposal: dict[str, Any]) -> None:
    """Rule C7: everybody has approved whom the rule names for what is released."""
    by, units = set(proposal["approved_by"]), proposal["compensated_units"]
    assert not proposal["not_approved"]
    if not units:
        assert not by
    elif now["severity"] == "major" or proposal["was_major"]:
        assert "general_manager" in by
    else:
        assert ({"after_sales"} if units <= 3 else {"sales_supervisor", "duty_manager"}) <= by
        assert proposal["advance_percent"] <= 50 or "general_manager" in by
    if now["severity"] == "major":
        assert now["enters_review"]


def check_state(now: dict[str, Any]) -> None:
    """What holds at every moment."""
    status = ComplaintStatus(now["status"])
    _check_four_eyes(now)
    standing = [each for each in now["proposals"] if each["chosen_at"] and not each["refused_at"]]
    assert len(standing) <= 1
    if status in {ComplaintStatus.CHOSEN, ComplaintStatus.CARRIED_OUT}:
        assert standing
    if status is ComplaintStatus.CARRIED_OUT:
        assert standing[0]["released_at"]
    if status in {ComplaintStatus.PROPOSED, ComplaintStatus.INVESTIGATED}:
        assert not standing
    held = now["capa_state"] in {"demanded", "open"}
    if status is ComplaintStatus.CLOSED:  # rules C8, C9
        assert now["confirmed_at"] or (now["closing_reason"] and now["reminders"] >= 2)
        assert not held
    if status is ComplaintStatus.CONFIRMED:
        assert held
    _check_clocks(now, status, released=bool(standing and standing[0]["released_at"]))


def _check_four_eyes(now: dict[str, Any]) -> None:
    for proposal in now["proposals"]:
        assert proposal["chosen_by"] != proposal["proposed_by"]  # rule C8
        assert proposal["chooser_absent"] != proposal["proposed_by"]
        if proposal["chosen_by"]:
            assert (proposal["chooser_absent_role"] or proposal["chooser_role"]) in CHOOSE
    deciders = [(each["proposal_id"], each["decided_by"]) for each in now["decisions"]]
    assert len(deciders) == len(set(deciders))
    for each in now["decisions"]:  # rule C7
        assert each["decided_by"] != each["proposed_by"]
        assert each["absent"] != each["proposed_by"]
        assert each["role"] == (each["absent_role"] or each["own_role"])


def _check_clocks(now: dict[str, Any], status: ComplaintStatus, *, released: bool) -> None:
    owed, is_complaint = set(now["owed"]), now["kind"] == "complaint"
    unsolved = status in {
        ComplaintStatus.RECEIVED,
        ComplaintStatus.JUDGED,
        ComplaintStatus.INVESTIGATED,
        ComplaintStatus.PROPOSED,
    } or (status is ComplaintStatus.CHOSEN and not released)
    assert ("solution" in owed) == (unsolved and is_complaint)  # rule C2
    if not unsolved:
        assert "first_response" not in owed or status is ComplaintStatus.CHOSEN
    to_ask = status is ComplaintStatus.CLOSED and is_complaint and not now["follow_ups"]
    assert ("follow_up" in owed) == to_ask  # rule C11
    assert ("dealer_task" in owed) == bool(now["dealers_at_work"])  # rule C4
    may_wait = "solution" if is_complaint else "first_response"
    assert bool(now["waiting"]) == bool(now["question"] and may_wait in owed)
    if status is ComplaintStatus.WITHDRAWN:
        assert owed <= {"dealer_task", "next_response"}
