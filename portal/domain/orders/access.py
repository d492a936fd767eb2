"""Who may see an order: its account, and of us those to whom the account's file is open (A6)."""

from typing import Any

from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import Permission


def visible_orders_condition(
    actor: Actor, column: str = "o.account_id", *, place: int = 1
) -> tuple[str, list[Any]]:
    """SQL that is true for orders that `actor` may see, and its parameters (rule A6).

    `column` is the account id in your query, `place` the number of the first parameter that is
    yours to give away. Team and line see an account's orders. Warehouse and finance, whose stated
    role it is to ship and to settle, see all; they get `TRUE` and no parameter.
    """
    if actor.may(Permission.READ_ALL_ORDERS):
        return "TRUE", []
    return visible_accounts_condition(actor, column, place=place)
