"""Layouts and error pages, in both portals' dress, with nobody signed in as well."""

import json
import re

import pytest

from portal.rendering.environment import environment, render
from portal.rendering.error_pages import ERRORS, error_words, render_error
from portal.rendering.i18n import LOCALES, lang_attribute, translations
from tests.rendering.samples import Membership, Onlooker, Page, Typed, reader

CONFIG = {
    "includeIndicatorCSS": False,
    "extensions": "sse",
    "defaultTimeout": 15000,
    "defaultFocusScroll": True,
    "noSwap": [
        204,
        304,
        "40x",
        "41x",
        421,
        423,
        424,
        425,
        426,
        428,
        429,
        "43x",
        "44x",
        "45x",
        "5xx",
    ],
}


def page(layout: str, viewer: Onlooker | None, locale: str = "en", **context: object) -> str:
    return render(
        f"layouts/{layout}.html",
        reader(locale),
        **{
            "page": Page(),
            "viewer": viewer,
            "csrf_token": "token-1",
            "path": "/quotes",
            "supplier_name": "Hengda <Precision>",
            **context,
        },
    )


@pytest.mark.parametrize("layout", ["customer", "staff", "sign_in", "print"])
@pytest.mark.parametrize("locale", LOCALES)
def test_a_page_says_its_language_title_and_token(layout: str, locale: str) -> None:
    html = page(layout, Onlooker("staff" if layout == "staff" else "customer"), locale)
    assert html.lstrip().startswith("<!doctype html>")
    assert f'<html lang="{lang_attribute(locale)}"' in html
    assert "<title>Requests · Hengda &lt;Precision&gt;</title>" in html
    assert '<meta name="csrf-token" content="token-1">' in html
    assert '<main id="content" tabindex="-1">' in html
    assert 'id="announcer"' in html
    assert 'id="toasts"' in html


def test_htmx_is_told_what_it_may_swap() -> None:
    content = re.search(r"<meta name=\"htmx-config\" content='([^']*)'", page("customer", None))
    assert content is not None
    assert json.loads(content[1]) == CONFIG


def test_the_title_of_a_failed_form_starts_with_error() -> None:
    failed = Typed(errors=[("subject", "Write more.")])
    assert "<title>Error: Requests" in page("customer", Onlooker(), form=failed)
    assert "<title>错误：Requests" in page("customer", Onlooker(), "zh_Hans", form=failed)
    assert "<title>Requests" in page("customer", Onlooker(), form=Typed())


def test_destinations_are_those_of_the_role() -> None:
    html = page("customer", Onlooker(denied=frozenset({"read_own_orders"})))
    assert 'href="/quotes" aria-current="page"' in html
    assert 'href="/orders"' not in html
    html = page("staff", Onlooker("staff", denied=frozenset({"read_policy"})))
    assert 'href="/staff/quotes" aria-current="page"' in html
    assert 'href="/staff/policy"' not in html


def test_somebody_with_several_accounts_sees_for_whom_they_act() -> None:
    several = (Membership("SH-1", "Huadong Valve"), Membership("SH-2", "Huadong Group"))
    html = page("customer", Onlooker(memberships=several))
    assert "You act for" in html
    assert 'value="SH-1" aria-current="true">Huadong Valve' in html
    assert 'value="SH-2">Huadong Group' in html
    assert "You act for" not in page("customer", Onlooker(memberships=several[:1]))


def test_unread_notices_are_counted_and_queues_shown() -> None:
    queue = {"label": "Overdue", "url": "/staff/quotes?due=over", "count": 7, "current": True}
    html = page("staff", Onlooker("staff", unread_count=3), queues=[queue])
    assert 'aria-label="3 unread">3</span>' in html
    assert 'href="/staff/quotes?due=over" aria-current="page"><span>Overdue</span>' in html


def test_keys_can_be_turned_off_in_the_settings() -> None:
    assert "data-keys" in page("staff", Onlooker("staff"))
    assert "data-keys" not in page("staff", Onlooker("staff", keyboard_shortcuts=False))


def test_facts_make_a_record_page() -> None:
    source = '{% extends "layouts/customer.html" %}{% block content %}body{% endblock %}'
    template = environment().from_string(source + "{% block aside %}facts{% endblock %}")
    from portal.rendering.reader import Rendering, enter, leave

    token = enter(Rendering(reader()))
    try:
        context = {"page": Page(), "viewer": None, "csrf_token": "", "path": "/"}
        html = template.render(context)
        plain = environment().from_string(source).render(context)
    finally:
        leave(token)
    assert html.count("facts</aside>") == 1
    assert 'class="record"' in html
    assert "<aside" not in plain
    assert "body" in plain


@pytest.mark.parametrize("status", sorted(ERRORS))
@pytest.mark.parametrize("portal", ["customer", "staff"])
@pytest.mark.parametrize("locale", LOCALES)
def test_an_error_page_needs_neither_database_nor_viewer(
    status: int, portal: str, locale: str
) -> None:
    words, say = error_words(status), translations(locale).gettext
    html = render_error(status, reader(locale), portal=portal)
    for text in (words.title, words.what, words.todo, words.onward):
        assert say(text) in html
    assert f'class="{portal}' in html
    assert "data-signed-out" in html
    assert f"<title>{say(words.title)}" in html


def test_an_error_page_leads_on() -> None:
    assert 'href="/staff" class="button primary"' in render_error(404, reader(), portal="staff")
    assert 'href="/sign-in" class="button primary"' in render_error(401, reader())
    assert 'href="/staff/sign-in"' in render_error(401, reader(), portal="staff")
    assert 'href="/quotes/7" class="button primary"' in render_error(
        503, reader(), path="/quotes/7"
    )
    assert "Number: A1B2" in render_error(500, reader(), incident="A1B2")


def test_htmx_gets_a_fragment_that_takes_the_focus() -> None:
    html = render_error(409, reader(), fragment=True)
    assert "<html" not in html
    assert 'role="alert" tabindex="-1" autofocus' in html
    assert "Somebody else was faster" in html


def test_other_statuses_borrow_their_words() -> None:
    assert error_words(405) is ERRORS[422]
    assert error_words(502) is ERRORS[500]
