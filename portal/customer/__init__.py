"""The customer portal: one module per resource."""

from litestar.handlers import HTTPRouteHandler

from portal.customer import (
    catalogue,
    complaint_paper,
    complaints,
    corrective_actions,
    files,
    home,
    meetings,
    orders,
    quote_answers,
    quotes,
    request_form,
    search,
    surveys,
    visits,
)

ROUTES: list[HTTPRouteHandler] = [
    *home.ROUTES,
    *meetings.ROUTES,
    *request_form.ROUTES,
    *quotes.ROUTES,
    *quote_answers.ROUTES,
    *orders.ROUTES,
    *complaints.ROUTES,
    *complaint_paper.ROUTES,
    *corrective_actions.ROUTES,
    *catalogue.ROUTES,
    *search.ROUTES,
    *visits.ROUTES,
    *surveys.ROUTES,
    *files.ROUTES,
]
