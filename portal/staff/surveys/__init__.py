"""Surveys: what is asked, whom, and what was said (rules S1-S4)."""

from portal.staff.surveys import (
    campaign_form,
    campaign_lists,
    campaign_page,
    draft,
    draft_questions,
    draft_words,
    inquiry,
    lists,
    page,
    results,
)

ROUTES = [
    *lists.ROUTES,
    *page.ROUTES,
    *draft.ROUTES,
    *draft_words.ROUTES,
    *draft_questions.ROUTES,
    *campaign_lists.ROUTES,
    *campaign_form.ROUTES,
    *campaign_page.ROUTES,
    *results.ROUTES,
    *inquiry.ROUTES,
]
