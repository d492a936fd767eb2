"""The catalogue: items listed, searched, opened, changed, and their stock."""

from portal.staff.catalogue import items, lists, stock, stock_forms

ROUTES = [*lists.ROUTES, *items.ROUTES, *stock.ROUTES, *stock_forms.ROUTES]
