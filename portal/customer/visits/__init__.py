"""Appointments as the customer sees them: agreed, moved, summed up, answered (rules V5, V6)."""

from litestar.handlers import HTTPRouteHandler

from portal.customer.visits import answers, lists, pages

ROUTES: list[HTTPRouteHandler] = [*lists.ROUTES, *pages.ROUTES, *answers.ROUTES]
