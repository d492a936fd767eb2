"""Where a complaint stands as its customer reads it: in the words of the five-step bar (rule C2).

Pages, lists, mails and papers for customers take the word from here. What we weigh among ourselves
shows as that a measure is being decided: proposals, the choice, and the approvals of it.
"""

from typing import Self

from portal.database import Login, current_unit, fetch_value
from portal.domain.common.words import N_, Worded
from portal.domain.complaints.states import ComplaintStatus
from portal.domain.complaints.tables import Complaint


class ShownStatus(Worded):
    """A status in the customer's words. `PROPOSED` stands for `CHOSEN` until they are told of it.

    The values are those of `ComplaintStatus`.
    """

    RECEIVED = "received", N_("Received")
    JUDGED = "judged", N_("Under investigation")
    INVESTIGATED = "investigated", N_("Looked into")
    PROPOSED = "proposed", N_("Measure being decided")
    CHOSEN = "chosen", N_("Measure decided")
    CARRIED_OUT = "carried_out", N_("Carried out")
    EXPLAINED = "explained", N_("Explained")
    ANSWERED = "answered", N_("Answered")
    CONFIRMED = "confirmed", N_("Confirmed")
    CLOSED = "closed", N_("Closed")
    WITHDRAWN = "withdrawn", N_("Withdrawn")

    @classmethod
    def of(cls, status: ComplaintStatus, *, is_decided: bool) -> Self:
        """The word for a status; `is_decided`: they were told of the measure that stands."""
        if status is ComplaintStatus.CHOSEN and not is_decided:
            return cls("proposed")
        return cls(status.value)

    @property
    def tone(self) -> str:
        """The colour that goes with the word."""
        return ComplaintStatus(self.value).tone


def shown_status_sql(of: str) -> str:
    """SQL for the value of `ShownStatus`; `of` is what your query calls the table."""
    return f"""CASE WHEN {of}.status = 'chosen' AND NOT EXISTS (
        SELECT FROM complaint_proposal told WHERE told.complaint_id = {of}.id
            AND told.released_at IS NOT NULL AND told.refused_at IS NULL)
        THEN 'proposed' ELSE {of}.status END"""


async def state_word(complaint: Complaint) -> str:
    """The message id of its state for whom the open unit of work is of: theirs or ours."""
    if current_unit().login is not Login.CUSTOMER:
        return complaint.state.label
    status = await fetch_value(
        f"SELECT {shown_status_sql('c')} FROM complaint c WHERE c.id = $1",  # noqa: S608
        complaint.id,
    )
    return ShownStatus(status).label
