"""What account managers look back on: history, coverage, rounds, papers of visits, opinions."""

from portal.staff.visit_history import (
    coverage,
    export,
    history,
    opinion_forms,
    opinion_page,
    opinion_queue,
    papers,
    rounds,
)

ROUTES = [
    *coverage.ROUTES,
    *export.ROUTES,
    *history.ROUTES,
    *opinion_queue.ROUTES,
    *opinion_page.ROUTES,
    *opinion_forms.FORMS.routes,
    *papers.ROUTES,
    *rounds.ROUTES,
]
