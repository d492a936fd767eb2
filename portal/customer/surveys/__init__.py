"""Surveys: answered by a link without sign-in, or in the portal."""

from portal.customer.surveys import by_link, pages

ROUTES = [*by_link.ROUTES, *pages.ROUTES]
