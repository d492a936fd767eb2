"""Orders as the customer sees them: where they are, what is owed, what can still be changed."""

from litestar.handlers import HTTPRouteHandler

from portal.customer.orders import actions, lists, pages, papers, reorder

ROUTES: list[HTTPRouteHandler] = [
    *lists.ROUTES,
    *reorder.ROUTES,
    *pages.ROUTES,
    *actions.ROUTES,
    *papers.ROUTES,
]
