"""Which terms of payment a quote can state (rule Q3)."""

from collections.abc import Sequence

from portal.domain import policy
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.policy.figures import QUOTE_PAYMENT_TERMS
from portal.domain.quotes.account_facts import AccountFacts


async def offered_terms(account: AccountFacts, standing: PaymentTerms) -> Sequence[PaymentTerms]:
    """What the policy lets us offer to the account, its own terms, and those that stand already."""
    offered = (await policy.figure(QUOTE_PAYMENT_TERMS, scope=account.scope)).value
    return [
        terms
        for terms in PaymentTerms
        if terms in offered or terms in {account.payment_terms, standing}
    ]
