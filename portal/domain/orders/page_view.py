"""An order as one viewer sees it, and what that viewer can do next (rules O21, O22).

Templates ask `can_…`; the verbs check again under a lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portal.domain.accounts.team import Member
from portal.domain.common.actor import Actor
from portal.domain.common.money import Money
from portal.domain.common.permissions import Permission
from portal.domain.orders.shipments_view import ShipmentView
from portal.domain.orders.states import (
    CANCELLABLE_BY_CUSTOMER,
    OrderStatus,
    Origin,
)
from portal.domain.orders.steps import Progress
from portal.domain.orders.tables import SalesOrder
from portal.domain.policy import Rulebook
from portal.domain.quotes.customer_card import CustomerCard
from portal.domain.quotes.states import Transport
from portal.domain.quotes.views import PricedLine
from portal.domain.service_levels.promise import Promise, TargetKind

_MAY_GO_IN_PARTS = frozenset({OrderStatus.CONFIRMED, OrderStatus.SCHEDULED})
_CLOSED = frozenset({OrderStatus.SETTLED, OrderStatus.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine(PricedLine):
    """A line with what became of it. `reserved` is of stock on hand and not shipped yet.

    `quantity` is what holds of it, `cancelled` was ordered besides (rule O11).
    `available_on` is when a short line is expected in stock (rule O15), `production_on` when a
    made-to-order one is produced at the earliest (rule O7).
    """

    id: int
    reserved: Decimal
    shipped: Decimal
    cancelled: Decimal
    production_on: date | None
    available_on: date | None

    @property
    def ordered(self) -> Decimal:
        """What was ordered, whatever became of it."""
        return self.quantity + self.cancelled

    @property
    def to_follow(self) -> Decimal:
        """What has not left the house."""
        return self.quantity - self.shipped

    @property
    def missing(self) -> Decimal:
        """What has not left the house and is not reserved either."""
        return self.to_follow - self.reserved


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """Money that came in, a refund (negative), or what reverses one of them.

    `reason` is empty for customers.
    """

    id: int
    amount: Money
    received_on: date
    refund: bool
    reference: str
    reverses_id: int | None
    recorded_by: str
    recorded_at: datetime
    reason: str

    @property
    def is_reversal(self) -> bool:
        return self.reverses_id is not None


@dataclass(frozen=True, slots=True)
class ShipToMoved:
    """A registered change of the delivery place (rule O13); `reason` is empty for customers."""

    from_label: str
    to_label: str
    registered_by: str
    registered_at: datetime
    seen_by: str
    seen_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Everything but thread, timeline, files and the release checklist. Verbs take `record`.

    `request_reference` and `revision` are missing where no quote was accepted, `reordered_from`
    where it repeats no order. `ordered_by` is the customer's person, `confirmed_by` ours (O1),
    `team` those of us who serve the account now. `promises` are open first, then newest first.
    `shipments` are those that were not withdrawn, oldest first; `card` is for staff only. `policy`
    is the rulebook as it was at `read_at`.
    """

    record: SalesOrder
    actor: Actor
    account_name: str
    account_code: str
    account_locale: str
    account_timezone: str
    branch_id: int
    branch_timezone: str
    request_reference: str
    revision: int | None
    reordered_from: str
    combined_with: str
    ship_to_label: str
    ship_to_address: str
    ship_to_contact: str
    ship_to_phone: str
    placed_by: str
    ordered_by: str
    confirmed_by: str
    lines: Sequence[OrderLine]
    payments: Sequence[PaymentLine]
    ship_to_changes: Sequence[ShipToMoved]
    promises: Sequence[Promise]
    team: Sequence[Member]
    progress: Progress
    policy: Rulebook
    read_at: datetime
    shipments: Sequence[ShipmentView] = ()
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
        return self.record.title or self.record.reference

    @property
    def status(self) -> OrderStatus:
        return self.record.state

    @property
    def origin(self) -> Origin:
        return self.record.came_by

    @property
    def transport(self) -> Transport | None:
        return Transport(self.record.transport) if self.record.transport else None

    @property
    def promise(self) -> Promise | None:
        """What is owed now, else what was owed last.

        A shipment that was kept says nothing of goods that are to be sent again (rule O14).
        """
        last = self.promises[0] if self.promises else None
        is_over = last is not None and not last.is_open and last.kind is TargetKind.SHIPMENT
        return None if is_over and self.status.is_open else last

    # Money (rule O22)

    @property
    def net(self) -> Money:
        return self._money(self.record.net_total)

    @property
    def tax(self) -> Money:
        return self._money(self.record.tax_total)

    @property
    def gross(self) -> Money:
        return self._money(self.record.gross_total)

    @property
    def paid(self) -> Money:
        """What came in and was neither reversed nor given back."""
        return Money.total((each.amount for each in self.payments), self.record.currency)

    @property
    def owed(self) -> Money:
        """What is to be paid for it in all: for a cancelled order nothing."""
        return self._money(Decimal(0)) if self.status is OrderStatus.CANCELLED else self.gross

    @property
    def balance(self) -> Money:
        """What is still to be paid; negative where too much came."""
        return self.owed - self.paid

    @property
    def to_give_back(self) -> Money | None:
        """What came in beyond what is owed; none if nothing."""
        return self.paid - self.owed if self.balance.amount < 0 else None

    # What a customer can do

    @property
    def can_cancel(self) -> bool:
        """Whether the customer may cancel by themselves (rule O11)."""
        return self.status in CANCELLABLE_BY_CUSTOMER and self._may(Permission.CANCEL_OWN_ORDER)

    @property
    def can_agree_to_parts(self) -> bool:
        """Whether something could go ahead if the customer agreed (rule O15)."""
        return (
            self.status in _MAY_GO_IN_PARTS
            and not self.record.partial_agreed_at
            and self.is_short
            and self._may(Permission.PLACE_ORDER)
        )

    @property
    def can_reorder(self) -> bool:
        """Whether the same goods may be ordered again by whoever looks."""
        return self._may(Permission.PLACE_ORDER)

    @property
    def can_write(self) -> bool:
        """Whether a message to the other side can be written."""
        return self._may(Permission.WRITE_MESSAGE, Permission.WORK_ON_ORDERS)

    @property
    def can_change_ship_to(self) -> bool:
        """Whether another delivery place can still be asked for (rule O13)."""
        return self.status in CANCELLABLE_BY_CUSTOMER and self.can_write

    # Where it stands

    @property
    def is_short(self) -> bool:
        """Whether a line waits for stock or production; nothing is reserved before confirmation."""
        confirmed = self.status not in _CLOSED and self.record.confirmed_at is not None
        return confirmed and any(line.missing > 0 for line in self.lines)

    @property
    def awaits_release(self) -> bool:
        """Whether the cut-off of the day still decides when it ships (rule O2).

        Not once it was released, nor where something else was promised: the date of a quote (O4),
        an urgent delivery (O6), goods that are short or made to order (O7).
        """
        return (
            self.status in CANCELLABLE_BY_CUSTOMER
            and self.origin is not Origin.QUOTE
            and not self.record.released_at
            and not (self.record.urgent or self.record.is_held or self.is_short)
        )

    @property
    def is_closed(self) -> bool:
        """Whether it is settled or cancelled."""
        return self.status in _CLOSED

    def _money(self, amount: Decimal) -> Money:
        return Money(amount, self.record.currency)

    def _may(self, *permissions: Permission) -> bool:
        return any(self.actor.may(permission) for permission in permissions)
