"""Pages and fragments for what went wrong: what happened, what to do. No database, no session."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from portal.domain.common.words import N_
from portal.rendering.environment import render
from portal.rendering.i18n import translations
from portal.rendering.reader import Reader


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """`title` in a few words, `what` happened, what `todo` next, and the way `onward` (a label)."""

    title: str
    what: str
    todo: str
    onward: str


_HOME = N_("Go to the start page")
_RELOAD = N_("Reload")
_SIGN_IN = N_("Sign in")

ERRORS = {
    401: ErrorWords(
        N_("Sign in to go on"),
        N_("Your session has ended, or you have not signed in yet."),
        N_("Sign in again. What you typed in a form is kept in this browser tab."),
        _SIGN_IN,
    ),
    403: ErrorWords(
        N_("Your role does not allow this"),
        N_("You are signed in, but this page or action is not part of your role."),
        N_("Ask the person who manages your access if you need it."),
        _HOME,
    ),
    404: ErrorWords(
        N_("There is no such page"),
        N_("The address is not right, or what was here is not yours to see."),
        N_("Check the address, or look for it from the start page."),
        _HOME,
    ),
    409: ErrorWords(
        N_("Somebody else was faster"),
        N_("This was changed by somebody else while you were working on it. Nothing was saved."),
        N_("Go back, compare with the current state and send yours again if it still holds."),
        _HOME,
    ),
    413: ErrorWords(
        N_("Too large to send"),
        N_("The files are larger than the portal accepts. Nothing was saved."),
        N_("Go back and choose smaller or fewer files."),
        _HOME,
    ),
    422: ErrorWords(
        N_("Something has to be corrected"),
        N_("The portal could not accept what was sent. Nothing was saved."),
        N_("Go back, correct it and send it again."),
        _HOME,
    ),
    429: ErrorWords(
        N_("Too many attempts"),
        N_("There were more attempts than the portal allows in a short time."),
        N_("Wait a minute, then try again."),
        _RELOAD,
    ),
    500: ErrorWords(
        N_("Something failed on our side"),
        N_("The portal made a mistake. Nothing was saved; we have a record of it."),
        N_("Try again. If it happens again, tell your contact and name the number below."),
        _HOME,
    ),
    503: ErrorWords(
        N_("The portal is not available at the moment"),
        N_("The database does not answer. Nothing was saved."),
        N_("Try again in a minute. For something urgent, call your sales representative."),
        _RELOAD,
    ),
}

FORGED = ErrorWords(
    N_("This form can no longer be sent"),
    N_("It was opened in another session, or did not come from the portal. Nothing was saved."),
    N_("Go back, copy what you typed, reload the page and send it again."),
    _HOME,
)


def error_words(status: int) -> ErrorWords:
    """The words for a status; others of the same hundred share those of 422 and 500."""
    return ERRORS.get(status) or ERRORS[500 if status >= 500 else 422]


def render_error(
    status: int,
    reader: Reader,
    *,
    portal: str = "customer",
    fragment: bool = False,
    onward_url: str | None = None,
    incident: str | None = None,
    words: ErrorWords | None = None,
    **context: Any,
) -> str:
    """The page (or, for htmx, the fragment) for `status` in the dress of "customer" or "staff".

    Everything else is optional: `viewer`, `supplier_name`, `csrf_token`, `path`. `incident` is the
    number under which a failure of ours is logged; `onward_url` replaces the start page, `words`
    those of the status.
    """
    words = words or error_words(status)
    title = translations(reader.locale).gettext(words.title)
    return render(
        "errors/_fragment.html" if fragment else "errors/page.html",
        reader,
        **{
            "viewer": None,
            "layout": f"layouts/{portal}.html",
            "page": SimpleNamespace(title=title, description=None, section=""),
            "status": status,
            "words": words,
            "incident": incident,
            "onward_url": onward_url or _onward(words, portal, context.get("path")),
            **context,
        },
    )


def _onward(words: ErrorWords, portal: str, path: str | None) -> str:
    start = "/staff" if portal == "staff" else "/"
    if words.onward == _SIGN_IN:
        return f"{start.rstrip('/')}/sign-in"
    return path or start if words.onward == _RELOAD else start
