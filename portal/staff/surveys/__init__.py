"""Surveys: what is asked, whom, and what was said (rules S1-S4)."""

from portal.staff.surveys import draft, draft_questions, draft_words, lists, page

ROUTES = [
    *lists.ROUTES,
    *page.ROUTES,
    *draft.ROUTES,
    *draft_words.ROUTES,
    *draft_questions.ROUTES,
]
