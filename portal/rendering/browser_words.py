"""The words that the browser says by itself: failures, countdowns, what came back."""

import json
from functools import cache

from markupsafe import Markup

from portal.domain.common.words import N_
from portal.rendering.i18n import translations
from portal.rendering.promises import countdown_words

# The keys of failures are the statuses as htmx reports them; see static/js/10-requests.js.
_WORDS = {
    "close": N_("Close"),
    "401": N_("Your session has ended. Sign in again: what you typed is kept in this tab."),
    "403": N_("Your role does not allow this."),
    "404": N_("This is no longer here. Reload the page to see what there is."),
    "409": N_(
        "Somebody else changed this in the meantime. Reload the page to see both versions;"
        " what you typed is kept in this tab."
    ),
    "413": N_("This is too large to send. Choose smaller or fewer files."),
    "429": N_("Too many attempts. Wait a minute, then try again."),
    "4xx": N_("This could not be done. Reload the page and try again."),
    "5xx": N_(
        "The portal cannot answer at the moment. Nothing was changed. Try again in a minute."
    ),
    "timeout": N_("No answer within 15 seconds. Check whether it was done before you try again."),
    "offline": N_("No connection. What you typed stays here; try again when you are online."),
    "restored": N_("What you typed before is back."),
}


@cache
def browser_words(locale: str) -> Markup:
    """The element `#words` that carries them on every page, as data attributes."""
    say = translations(locale).gettext
    attributes = [Markup(' data-{}="{}"').format(name, say(text)) for name, text in _WORDS.items()]
    countdown = json.dumps(countdown_words(locale), ensure_ascii=False)
    attributes.append(Markup(' data-countdown="{}"').format(countdown))
    return Markup('<template id="words"{}></template>').format(Markup("").join(attributes))
