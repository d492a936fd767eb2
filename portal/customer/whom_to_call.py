"""Whom a customer calls about an urgent request (rule Q2)."""

from collections.abc import Sequence

from portal.domain.accounts.team import Member, Position

_FOR_URGENT = (Position.SALES_REPRESENTATIVE, Position.SALES_ASSISTANT)
_INSTEAD = (Position.BACKUP, Position.ACCOUNT_MANAGER)


def people_for_urgent(team: Sequence[Member]) -> list[Member]:
    """The account's representative and assistant; who stands in where neither is there."""
    return [each for each in team if each.position in _FOR_URGENT] or [
        each for position in _INSTEAD for each in team if each.position is position
    ][:1]
