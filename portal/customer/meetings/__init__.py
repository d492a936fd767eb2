"""Meetings and contact reports as the customer reads them (rules M1, M2)."""

from litestar.handlers import HTTPRouteHandler

from portal.customer.meetings import meetings, reports

ROUTES: list[HTTPRouteHandler] = [*meetings.ROUTES, *reports.ROUTES]
