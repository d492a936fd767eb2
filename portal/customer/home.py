"""The customer's home page: what waits for you, what we owe you by when, what is new."""

from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.quotes.home import News, customer_home
from portal.domain.quotes.story import entry_words
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.guards import requires

_MOST = 6


@dataclass(frozen=True, slots=True)
class Told:
    """A line of news in the reader's language."""

    reference: str
    title: str
    text: str
    actor_name: str
    at: datetime


@get("/", guards=[requires(Permission.READ_OWN_QUOTES)])
async def show(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Three answers on one page."""
    home = await customer_home(by=viewer.actor, limit=_MOST)
    return answer.page(
        "customer/home.html",
        title=N_("Home"),
        section="home",
        home=home,
        most=_MOST,
        news=[_told(each, answer) for each in home.news],
    )


def _told(news: News, answer: Answer) -> Told:
    label, words = entry_words(news.entry)
    text = answer.translated(label, **words)
    return Told(news.reference, news.title, text, news.entry.actor_name, news.entry.at)


ROUTES = [show]
