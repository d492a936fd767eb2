"""Credit limits: for large, stable accounts, asked for by sales, decided by others (rule A16)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from portal.database import database_now, fetch, fetch_row
from portal.domain import policy
from portal.domain.accounts.classification import PaymentStanding
from portal.domain.accounts.confidentiality import may_see
from portal.domain.accounts.tables import Account
from portal.domain.common.activity import record
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.errors import Conflict, DomainError, NotAllowed, NotFound
from portal.domain.common.money import Money, round_to_currency
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders import promises
from portal.domain.orders.credit_use import ON_ACCOUNT, UNPAID, USING
from portal.domain.orders.events import CreditEvent
from portal.domain.orders.tables import CreditLimit
from portal.domain.orders.telling import tell_of_credit
from portal.domain.policy.order_figures import CREDIT_ALLOWED
from portal.domain.quotes.field_checks import TOO_LARGE, FieldChecks
from portal.domain.quotes.progress import require

REQUESTED = "credit.requested"
APPROVED = "credit.approved"
REFUSED = "credit.refused"

_LARGEST = Decimal(10) ** 12


class RequestOpen(Conflict):
    """One request at a time is decided for an account."""

    message = N_("A limit for this account waits for a decision already.")


class AlreadyDecided(Conflict):
    """Somebody else has decided in the meantime."""

    message = N_("This request was decided already.")


class OwnRequest(NotAllowed):
    """Four eyes: who asked does not decide (rule A16)."""

    message = N_("You asked for this limit yourself: somebody else decides.")


class NoCreditForAccount(DomainError):
    """Credit is for large, stable accounts (rule A16)."""

    message = N_("Credit limits are for large accounts whose payments are stable.")


@dataclass(frozen=True, slots=True)
class Credit:
    """The credit of an account in its currency; no `limit` on file means a limit of zero.

    `used` is unpaid of its orders on account, from their confirmation until they are settled.
    `open_request` waits for a decision; staff see it, the customer does not.
    """

    limit: Money | None
    used: Money
    decided_at: datetime | None = None
    open_request: CreditLimit | None = None

    @property
    def left(self) -> Money:
        """What can still be used; negative beyond the limit."""
        limit = self.limit.amount if self.limit else Decimal(0)
        return Money(limit - self.used.amount, self.used.currency)

    @property
    def is_exceeded(self) -> bool:
        return self.left.amount < 0


async def credit_of(account_id: int) -> Credit:
    """The credit of an account, for staff. Raises `NotFound`."""
    row = await fetch_row(
        f"""SELECT a.currency, l.amount, l.decided_at,
                (SELECT coalesce(sum({UNPAID.format(order="o")}), 0) FROM sales_order o
                 WHERE o.account_id = a.id AND o.currency = a.currency
                   AND {ON_ACCOUNT.format(order="o")} AND {USING.format(order="o")}) AS used
            FROM account a LEFT JOIN LATERAL (
                SELECT amount, decided_at FROM credit_limit
                WHERE account_id = a.id AND approved AND currency = a.currency
                ORDER BY decided_at DESC, id DESC LIMIT 1) l ON true
            WHERE a.id = $1""",  # noqa: S608 - constants
        account_id,
    )
    if row is None:
        raise NotFound
    return Credit(
        limit=None if row["amount"] is None else Money(row["amount"], row["currency"]),
        used=Money(row["used"], row["currency"]),
        decided_at=row["decided_at"],
        open_request=await CreditLimit.objects().get(
            (CreditLimit.account_id == account_id) & CreditLimit.decided_at.is_null()
        ),
    )


async def limits_of(account_id: int) -> list[CreditLimit]:
    """Every limit that was asked for, newest first, for staff (rules A5, A16)."""
    rows = await fetch(
        "SELECT * FROM credit_limit WHERE account_id = $1 ORDER BY id DESC", account_id
    )
    return [CreditLimit(**dict(row)) for row in rows]


async def limit_by_id(limit_id: int, *, by: Actor) -> CreditLimit:
    """A limit of an account whose file `by` may see. Raises `NotFound` (rule A6)."""
    limit = await CreditLimit.objects().get(CreditLimit.id == limit_id)
    if limit is None or not await may_see(limit.account_id, by):
        raise NotFound
    return limit


async def request_limit(account_id: int, amount: Decimal, reason: str, *, by: Actor) -> CreditLimit:
    """Ask for a limit in the account's currency; the one in force holds until it is decided.

    Raises `NotFound` for an account that `by` may not see, `NoCreditForAccount`, `RequestOpen`,
    `NotAllowed`, and `FieldErrors` for `amount` and `reason`. Less than now, also nothing, can be
    asked for any account.
    """
    require(by, Permission.REQUEST_CREDIT)
    if not await may_see(account_id, by):
        raise NotFound
    account = await _locked(account_id)
    checks = FieldChecks()
    reason = checks.text("reason", reason, 1000, needed=True)
    _check_amount(checks, amount, account.currency)
    checks.done()
    credit = await credit_of(account_id)
    if credit.open_request is not None:
        raise RequestOpen
    if amount > (credit.limit.amount if credit.limit else 0) and not await _is_eligible(account):
        raise NoCreditForAccount
    limit = CreditLimit(
        account_id=account_id,
        amount=amount,
        currency=account.currency,
        reason=reason,
        requested_by=by.person_id,
        requested_at=await database_now(),
    )
    await limit.save()
    await _note(account, limit, REQUESTED, reason, by=by)
    await tell_of_credit(limit, CreditEvent.REQUESTED, by=by)
    return limit


async def decide_limit(limit: CreditLimit, approve: bool, note: str, *, by: Actor) -> None:
    """Approve or refuse a limit that somebody else has asked for (rule A16).

    Approved, it holds from now on, and orders that waited for it may ship. Raises `NotAllowed`,
    `OwnRequest` – also for who stands in for the approver –, `AlreadyDecided`,
    `NoCreditForAccount` when the account has become unstable since, and `FieldErrors` for `note`,
    which a refusal needs.
    """
    require(by, Permission.APPROVE_CREDIT)
    account = await _locked(limit.account_id)
    await limit.lock()
    if limit.decided_at:
        raise AlreadyDecided
    if limit.requested_by == by.person_id:
        raise OwnRequest
    checks = FieldChecks()
    note = checks.text("note", note, 1000, needed=not approve)
    checks.done()
    current = (await credit_of(account.id)).limit
    raised = limit.amount > (current.amount if current else 0)
    if approve and raised and not await _is_eligible(account):
        raise NoCreditForAccount
    await limit.change(
        decided_by=by.person_id,
        decided_at=await database_now(),
        approved=approve,
        decision_note=note,
    )
    await _note(account, limit, APPROVED if approve else REFUSED, note, by=by)
    await tell_of_credit(limit, CreditEvent.DECIDED, by=by)
    if approve:
        await promises.reconsider_account(account.id, by=by)


async def _locked(account_id: int) -> Account:
    """The account, so that two do not ask or decide at once. Raises `NotFound`."""
    account = await Account.objects().get(Account.id == account_id)
    if account is None:
        raise NotFound
    return await account.lock()


async def _is_eligible(account: Account) -> bool:
    """Whether it is large and pays reliably (rule A16)."""
    scope = policy.Scope(account_id=account.id, tier=account.tier)
    allowed = (await policy.figure(CREDIT_ALLOWED, scope=scope)).value
    return allowed and account.payment_standing == PaymentStanding.STABLE


def _check_amount(checks: FieldChecks, amount: Decimal, currency: str) -> None:
    if not amount.is_finite() or amount < 0:
        checks.refuse("amount", N_("Enter the limit, zero for none."))
    elif amount >= _LARGEST:
        checks.refuse("amount", TOO_LARGE)
    elif amount != round_to_currency(amount, currency):
        checks.refuse(
            "amount", N_("Amounts in %(currency)s have fewer decimals."), currency=currency
        )


async def _note(account: Account, limit: CreditLimit, verb: str, why: str, *, by: Actor) -> None:
    await record(
        account.subject,
        verb,
        by=by,
        visible_to=Audience.INTERNAL,
        after={"amount": str(limit.amount), "currency": limit.currency, "reason": why},
    )
