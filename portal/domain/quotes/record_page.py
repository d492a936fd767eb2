"""Everything a request's page shows, for each side, in a handful of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.common.actor import Actor
from portal.domain.quotes.states import RequestStatus
from portal.domain.quotes.tables import QuoteRequest
from portal.domain.quotes.views import Colleague, Line, Revision
from portal.domain.service_levels.promise import Promise


@dataclass(frozen=True, slots=True)
class Call:
    """A recorded call (rule Q2); `note` is empty for customers."""

    caller: str
    called_at: datetime
    recorded_by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class JudgementView:
    """The newest judgement (rule Q4)."""

    feasible: bool
    resources_available: bool
    time_sufficient: bool
    note: str
    judged_by: str
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class RequestPage:
    """A request as one viewer sees it. `record` is what verbs take.

    Templates ask `can_…`; verbs check again. `judgement` and drafts of revisions are staff's.
    """

    record: QuoteRequest
    actor: Actor
    reference: str
    title: str
    status: RequestStatus
    version: int
    urgent: bool
    urgent_reason: str
    wanted_on: date | None
    transport_label: str
    ship_to: str
    remarks: str
    customer_reference: str
    channel_label: str
    account_id: int
    account_name: str
    account_code: str
    account_timezone: str
    account_locale: str
    requested_by: str
    contact_name: str
    entered_by: str
    owner: Colleague | None
    question: str
    closing_reason: str
    created_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    order_reference: str
    lines: Sequence[Line]
    revisions: Sequence[Revision]
    promises: Sequence[Promise]
    calls: Sequence[Call]
    judgement: JudgementView | None = None

    @property
    def promise(self) -> Promise | None:
        """What is owed now, else what was owed last."""
        return self.promises[0] if self.promises else None

    @property
    def offer(self) -> Revision | None:
        """The newest revision that was sent."""
        return next((each for each in reversed(self.revisions) if each.sent_at), None)

    @property
    def in_preparation(self) -> Revision | None:
        """The revision staff are working out."""
        return next((each for each in self.revisions if each.sent_at is None), None)


async def request_page(reference: str, *, by: Actor) -> RequestPage:
    """The page of `reference`. Raises `NotFound` for unknown, foreign and confidential ones."""
    raise NotImplementedError
