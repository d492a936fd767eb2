"""Complaints as the customer sees them: said in a minute, followed, confirmed (C1, C2, C8)."""

from litestar.handlers import HTTPRouteHandler

from portal.customer.complaints import answers, lists, new, pages

ROUTES: list[HTTPRouteHandler] = [
    *lists.ROUTES,
    *new.ROUTES,
    *pages.ROUTES,
    *answers.ROUTES,
]
