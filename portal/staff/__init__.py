"""The staff portal: one module per resource."""

from litestar.handlers import HTTPRouteHandler

from portal.staff import (
    accounts,
    catalogue,
    demo_clock,
    demo_mails,
    files,
    home,
    operations,
    orders,
    people,
    policy,
    quote_answers,
    quote_entry,
    quote_handling,
    quote_messages,
    quote_record,
    quote_revisions,
    quote_sending,
    quotes,
    search,
)

ROUTES: list[HTTPRouteHandler] = [
    *accounts.ROUTES,
    *catalogue.ROUTES,
    *demo_clock.ROUTES,
    *demo_mails.ROUTES,
    *files.ROUTES,
    *home.ROUTES,
    *operations.ROUTES,
    *orders.ROUTES,
    *people.ROUTES,
    *policy.ROUTES,
    *quote_answers.ROUTES,
    *quote_entry.ROUTES,
    *quote_handling.ROUTES,
    *quote_messages.ROUTES,
    *quote_record.ROUTES,
    *quote_revisions.ROUTES,
    *quote_sending.ROUTES,
    *quotes.ROUTES,
    *search.ROUTES,
]
