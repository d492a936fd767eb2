"""What the customers of several complaints read together names none of them to the others.

Every customer whose complaint is linked reads what the disciplines say. As long as it is one
customer they may be named; from the second on neither names, codes nor references may appear.
"""

from collections.abc import Mapping

from portal.database import fetch
from portal.domain.common.errors import DomainError, FieldError
from portal.domain.common.words import N_
from portal.domain.corrective_actions.tables import CorrectiveAction, CorrectiveStep
from portal.domain.quotes.field_checks import FieldChecks

_NAMES_ONE = N_(
    "“%(name)s” stands in this text, and several customers read it. Say it without names."
)
# Short names of a letter or two stand in half of all words.
_SHORTEST = 3
# What customers read of an action and of its steps.
READ_BY_CUSTOMERS = (
    "title",
    "problem",
    "containment",
    "root_cause",
    "whys",
    "check_result",
    "prevention",
    "closing_note",
)
STEP_READ_BY_CUSTOMERS = ("what", "result")


class NamesACustomer(DomainError):
    """Something written before names a customer, and now another one would read it."""

    message = N_(
        "“%(name)s” stands in what was written so far, and the customer of this complaint would"
        " read it. Reword it first."
    )


async def check_names(checks: FieldChecks, action_id: int, texts: Mapping[str, str]) -> None:
    """Refuse at its field what names a customer although several of them read it."""
    names = await _secret_names(action_id, None)
    for field, text in texts.items():
        if name := _named(text, names):
            checks.refuse(field, _NAMES_ONE, name=name)


async def check_names_of(accounts: frozenset[int], texts: Mapping[str, str]) -> list[FieldError]:
    """What is wrong with `texts` of a new action that these accounts will read."""
    names = await _names(accounts) if len(accounts) > 1 else []
    return [
        FieldError(field, _NAMES_ONE, name=name)
        for field, text in texts.items()
        if (name := _named(text, names))
    ]


async def check_may_join(action: CorrectiveAction, account_id: int) -> None:
    """Raise `NamesACustomer` where what stands names one that this account must not read of."""
    steps = await CorrectiveStep.select().where(CorrectiveStep.corrective_action_id == action.id)
    said = [str(getattr(action, name)) for name in READ_BY_CUSTOMERS]
    said += [str(step[name]) for step in steps for name in STEP_READ_BY_CUSTOMERS]
    if name := _named("\n".join(said), await _secret_names(action.id, account_id)):
        raise NamesACustomer(name=name)


async def _secret_names(action_id: int, joining: int | None) -> list[str]:
    """The names that must not be read; none while one customer alone reads it."""
    rows = await fetch(
        "SELECT account_id FROM corrective_action_complaint WHERE corrective_action_id = $1",
        action_id,
    )
    accounts = {row["account_id"] for row in rows}
    if joining is not None:
        accounts.add(joining)
    return await _names(frozenset(accounts)) if len(accounts) > 1 else []


async def _names(accounts: frozenset[int]) -> list[str]:
    rows = await fetch(
        """SELECT name FROM (
               SELECT unnest(ARRAY[a.name, a.short_name, a.code]) AS name FROM account a
               WHERE a.id = ANY($1)
               UNION ALL
               SELECT c.reference FROM complaint c WHERE c.account_id = ANY($1)
               UNION ALL
               SELECT o.reference FROM complaint c JOIN sales_order o ON o.id = c.order_id
               WHERE c.account_id = ANY($1)) AS said
           WHERE length(name) >= $2 ORDER BY length(name) DESC, name""",
        list(accounts),
        _SHORTEST,
    )
    return [row["name"] for row in rows]


def _named(text: str, names: list[str]) -> str:
    folded = text.casefold()
    return next((name for name in names if name.casefold() in folded), "")
