"""The company's policy: the figures of the rulebook, who they hold for, and from when.

`(await policy.figure(QUOTE_NORMAL, scope=Scope(account_id=7, tier="key"))).value`
"""

from portal.domain.policy import (
    complaint_figures,
    figures,
    fulfilment_figures,
    notice_figures,
    order_figures,
    promise_figures,
    registration_figures,
    survey_figures,
    visit_figures,
)
from portal.domain.policy.in_force import COMPANY, InForce, Rulebook, Scope, ScopeKind
from portal.domain.policy.lookup import STATE, all_figures, figure, rulebook, rulebook_of
from portal.domain.policy.registry import FIGURES, Figure, Topic
from portal.domain.policy.seeding import seed_defaults

__all__ = [
    "COMPANY",
    "FIGURES",
    "STATE",
    "Figure",
    "InForce",
    "Rulebook",
    "Scope",
    "ScopeKind",
    "Topic",
    "all_figures",
    "complaint_figures",
    "figure",
    "figures",
    "fulfilment_figures",
    "notice_figures",
    "order_figures",
    "promise_figures",
    "registration_figures",
    "rulebook",
    "rulebook_of",
    "seed_defaults",
    "survey_figures",
    "visit_figures",
]
