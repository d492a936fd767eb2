"""What a quote needs to know of its account: money, days and clocks at the customer's place."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.database import database_now, fetch_row
from portal.domain import policy
from portal.domain.common.errors import NotFound
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.policy.figures import QUOTE_NORMAL, QUOTE_URGENT
from portal.domain.quotes.tables import QuoteRequest
from portal.domain.service_levels.clock import Owed, OwedUntil


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """`timezone` is the account's; clocks run in that of `branch_id`, the serving branch."""

    id: int
    name: str
    code: str
    branch_id: int
    tier: str
    currency: str
    locale: str
    timezone: str
    payment_terms: PaymentTerms

    @property
    def scope(self) -> policy.Scope:
        """Whom figures of the policy are asked for."""
        return policy.Scope(account_id=self.id, tier=self.tier)

    def day_of(self, moment: datetime) -> date:
        """The date at the customer's place."""
        return moment.astimezone(ZoneInfo(self.timezone)).date()


async def account_facts(account_id: int) -> AccountFacts:
    """The facts of an account that is not archived. Raises `NotFound`."""
    row = await fetch_row(
        """SELECT id, name, code, branch_id, tier, currency, locale, timezone, payment_terms
           FROM account WHERE id = $1 AND archived_at IS NULL""",
        account_id,
    )
    if row is None:
        raise NotFound
    return AccountFacts(**{**dict(row), "payment_terms": PaymentTerms(row["payment_terms"])})


def end_of_day(day: date, timezone: str) -> datetime:
    """The moment at which `day` is over in `timezone`, an IANA name."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(timezone))


async def owed_quote(request: QuoteRequest, account: AccountFacts) -> Owed:
    """What is owed for `request` by the policy that holds for the account now (rule Q2)."""
    figure = QUOTE_URGENT if request.urgent else QUOTE_NORMAL
    in_force = await policy.figure(figure, at=await database_now(), scope=account.scope)
    return Owed(
        account_id=account.id,
        account_name=account.name,
        branch_id=account.branch_id,
        title=request.title,
        owner_id=request.owner_id,
        figures=in_force.value,
        policy_version=in_force.version,
        figure_key=figure.key,
    )


async def owed_response(request: QuoteRequest) -> OwedUntil:
    """Who is owed an answer to a message on `request`, and by whom."""
    account = await account_facts(request.account_id)
    return OwedUntil(
        account_id=account.id,
        account_name=account.name,
        branch_id=account.branch_id,
        title=request.title,
        owner_id=request.owner_id,
    )
