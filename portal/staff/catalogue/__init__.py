"""The catalogue: items listed, searched, opened, changed."""

from portal.staff.catalogue import items, lists

ROUTES = [*lists.ROUTES, *items.ROUTES]
