"""A request as one viewer sees it, and what that viewer can do next.

Templates ask `can_…`; the verbs check again under a lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.domain.accounts.team import Member
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission
from portal.domain.quotes.customer_card import CustomerCard
from portal.domain.quotes.handling import Judgement
from portal.domain.quotes.states import (
    CLOSED,
    MAY_BE_QUOTED,
    REQUEST_TRANSITIONS,
    WORKABLE,
    Channel,
    QuoteStatus,
    RequestStatus,
    Transport,
)
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
    """The newest judgement, and whose (rule Q4)."""

    judgement: Judgement
    judged_by: str
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Everything but thread, timeline and files. `record` is what verbs take.

    `team` are those of us who serve the account now. `judgement`, `card` and revisions that were
    not sent are there for staff only.
    """

    record: QuoteRequest
    actor: Actor
    account_name: str
    account_code: str
    account_timezone: str
    account_locale: str
    ship_to_label: str
    ship_to_address: str
    requested_by: str
    contact_name: str
    entered_by: Colleague | None
    owner: Colleague | None
    lines: Sequence[Line]
    revisions: Sequence[Revision]
    promises: Sequence[Promise]
    team: Sequence[Member]
    calls: Sequence[Call]
    judgement: JudgementView | None = None
    card: CustomerCard | None = None

    @property
    def id(self) -> int:
        return self.record.id

    @property
    def reference(self) -> str:
        return self.record.reference

    @property
    def version(self) -> int:
        """What forms send back, so that a colleague's change in between is noticed."""
        return self.record.version

    @property
    def title(self) -> str:
        return self.record.title

    @property
    def status(self) -> RequestStatus:
        return self.record.state

    @property
    def channel(self) -> Channel:
        return Channel(self.record.channel)

    @property
    def transport(self) -> Transport | None:
        return Transport(self.record.transport) if self.record.transport else None

    @property
    def promise(self) -> Promise | None:
        """What is due first, else what was owed last."""
        return self.promises[0] if self.promises else None

    @property
    def owed(self) -> Sequence[Promise]:
        """Everything that is owed now, due first; where nothing is, what was owed last."""
        return [promise for promise in self.promises if promise.is_open] or self.promises[:1]

    @property
    def offer(self) -> Revision | None:
        """The newest revision that was sent."""
        return next((each for each in reversed(self.revisions) if each.sent_at), None)

    @property
    def in_preparation(self) -> Revision | None:
        """The revision that staff are working out, while the request can still be quoted."""
        if self.status not in MAY_BE_QUOTED:
            return None
        return next((each for each in self.revisions if each.sent_at is None), None)

    def revision(self, number: int) -> Revision | None:
        """The revision of this number, None where the viewer sees none."""
        return next((each for each in self.revisions if each.revision == number), None)

    def revision_before(self, revision: Revision) -> Revision | None:
        """The one sent before it, to show what has changed."""
        earlier = (each for each in self.revisions if each.revision < revision.revision)
        return max(
            (each for each in earlier if each.sent_at), key=lambda each: each.revision, default=None
        )

    # What a customer can do

    @property
    def can_edit_draft(self) -> bool:
        return self.status is RequestStatus.DRAFT and self._may(
            Permission.REQUEST_QUOTE, Permission.WORK_ON_QUOTES
        )

    @property
    def can_withdraw(self) -> bool:
        return self.status in WORKABLE and self._may(Permission.REQUEST_QUOTE)

    @property
    def can_answer_question(self) -> bool:
        return self.status is RequestStatus.WAITING_FOR_CUSTOMER and self.can_write

    @property
    def can_accept(self) -> bool:
        """Whether the newest revision can be accepted or declined; staff record it for them."""
        offer = self.offer
        return offer is not None and offer.acceptable and self._may_answer

    @property
    def can_ask_for_revision(self) -> bool:
        return self._leads_to(RequestStatus.REVISION_REQUESTED) and self._may_answer

    @property
    def can_write(self) -> bool:
        """Whether a message to the other side can be written."""
        return self.status is not RequestStatus.DRAFT and self._may(
            Permission.WRITE_MESSAGE, Permission.WORK_ON_QUOTES
        )

    # What staff can do

    @property
    def can_note(self) -> bool:
        """Whether an internal note can be written."""
        return self.actor.is_staff and self.status is not RequestStatus.DRAFT

    @property
    def can_take_over(self) -> bool:
        mine = self.record.owner_id == self.actor.staff_member_id
        waits = self.status in (RequestStatus.OPEN, RequestStatus.REVISION_REQUESTED)
        return self.can_handle and (waits or not mine)

    @property
    def can_handle(self) -> bool:
        """Whether it can be handed over or judged, or a call recorded."""
        alive = self.status not in CLOSED and self.status is not RequestStatus.DRAFT
        return alive and self._may(Permission.WORK_ON_QUOTES)

    @property
    def can_ask(self) -> bool:
        return self._leads_to(RequestStatus.WAITING_FOR_CUSTOMER) and self._may(
            Permission.WORK_ON_QUOTES
        )

    @property
    def can_decline(self) -> bool:
        """Whether we can decline it with a reason."""
        return self._leads_to(RequestStatus.DECLINED_BY_US) and self._may(Permission.WORK_ON_QUOTES)

    @property
    def can_price(self) -> bool:
        return self.status in MAY_BE_QUOTED and self._may(Permission.WORK_ON_QUOTES)

    @property
    def can_review(self) -> bool:
        """Whether the viewer may review the revision that waits for it (rule Q5)."""
        revision = self.in_preparation
        return revision is not None and revision.can_be_reviewed_by(self.actor)

    @property
    def can_send(self) -> bool:
        revision = self.in_preparation
        approved = revision is not None and revision.status is QuoteStatus.APPROVED
        return approved and self.can_price

    @property
    def _may_answer(self) -> bool:
        return self._may(Permission.ANSWER_QUOTE, Permission.WORK_ON_QUOTES)

    def _leads_to(self, status: RequestStatus) -> bool:
        return status in REQUEST_TRANSITIONS[self.status]

    def _may(self, *permissions: Permission) -> bool:
        return any(self.actor.may(permission) for permission in permissions)
