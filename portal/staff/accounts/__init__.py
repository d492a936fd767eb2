"""Account files with their contacts, addresses, teams, prices and history."""

from portal.staff.accounts import (
    access,
    addresses,
    contacts,
    files,
    first_contact,
    history,
    lists,
    prices,
    safety_stock,
    team,
)

ROUTES = [
    *lists.ROUTES,
    *files.ROUTES,
    *first_contact.ROUTES,
    *contacts.ROUTES,
    *access.ROUTES,
    *addresses.ROUTES,
    *team.ROUTES,
    *prices.ROUTES,
    *safety_stock.ROUTES,
    *history.ROUTES,
]
