"""What happens to complaints that others are told of; `notices` decides whom, in which words."""

from enum import StrEnum


class ComplaintEvent(StrEnum):
    """Outbox kinds. `telling.tell` adds `complaint_id`, `reference`, `actor_id` (None: the portal).

    What a verb adds is named behind each kind. Who is told reads the rest from the database, so
    that the outbox carries ids, dates and amounts only.
    """

    FILED = "complaint.filed"  # by the customer; owner_id
    TAKEN = "complaint.taken"  # entered by us; owner_id (rules C1, C14)
    OFFERED = "complaint.offered"  # to_id: is asked to take it on (rule C14); ours
    ACCEPTED_OFFER = "complaint.accepted_offer"  # from_owner_id, owner_id; ours
    DECLINED_OFFER = "complaint.declined_offer"  # to_id: who declined; ours
    MESSAGE = "complaint.message"  # message_id, side; never for internal notes
    QUESTION = "complaint.question"  # message_id: the customer is asked, the clock waits
    QUESTION_ANSWERED = "complaint.question_answered"  # message_id
    JUDGED = "complaint.judged"  # founded: looked into until the complaint's day (rule C3)
    SEVERITY = "complaint.severity"  # before, severity (rule C2)
    EXPLAINED = "complaint.explained"  # unfounded or not our doing (rules C3, C6)
    ANSWERED = "complaint.answered"  # a lighter kind (rule C15)
    TURNED = "complaint.turned"  # a lighter kind became a complaint
    FINDING = "complaint.finding"  # finding_id, stage (rule C5)
    CALL_BACK = "complaint.call_back"  # call_back_id (rule C5)
    CHOSEN = "complaint.chosen"  # proposal_id (rule C8); ours
    APPROVAL_WANTED = "complaint.approval_wanted"  # proposal_id, approval_id, role (rule C7); ours
    APPROVED = "complaint.approved"  # proposal_id, approval_id (rule C7); ours
    REFUSED = "complaint.refused"  # proposal_id, approval_id (rule C7); ours
    RELEASED = "complaint.released"  # proposal_id: the customer hears of the measure
    CARRIED_OUT = "complaint.carried_out"  # the customer is asked to confirm (rule C8)
    CONFIRMED = "complaint.confirmed"
    OBJECTED = "complaint.objected"  # round
    REMINDER = "complaint.reminder"  # number: how many there were
    CLOSED = "complaint.closed"
    REOPENED = "complaint.reopened"  # message_id: why
    WITHDRAWN = "complaint.withdrawn"
    ESCALATED = "complaint.escalated"  # note_id: why, for us alone (rule C10); ours
    DEALER_GIVEN = "complaint.dealer_given"  # task_id (rule C4); ours
    DEALER_FAILED = "complaint.dealer_failed"  # task_id (rule C4); ours
    CAPA_DEMANDED = "complaint.capa_demanded"  # rule C9; ours
