"""The mails that a demo puts into its folder, to be read where no mail server is."""

import asyncio
import re

from litestar import Response, get
from litestar.params import FromPath
from markupsafe import Markup, escape

from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.rendering.mail_folder import MailFolder
from portal.rendering.mail_reading import plain_html
from portal.settings import Settings
from portal.web.arguments import AnAnswer, TheSettings
from portal.web.guards import requires

_STAFF = [requires(Permission.USE_OWN_SETTINGS)]
_LINK = re.compile(r"https?://[^\s<>]+")


@get("/staff/demo/mails", guards=_STAFF)
async def list_mails(answer: AnAnswer, settings: TheSettings) -> Response[str]:
    """The newest mails of the folder. There is no such page outside a demo."""
    mails = await asyncio.to_thread(_folder(settings).newest)
    return answer.page(
        "staff/demo/mails.html", title=N_("Mails of the demo"), section="demo", mails=mails
    )


@get("/staff/demo/mails/{mail_id:str}", guards=_STAFF)
async def show_mail(
    mail_id: FromPath[str], answer: AnAnswer, settings: TheSettings
) -> Response[str]:
    """One mail: its HTML part without its style, and its plain text."""
    mail = await asyncio.to_thread(_folder(settings).read, mail_id)
    if mail is None:
        raise NotFound
    return answer.page(
        "staff/demo/mail.html",
        title=N_("Mails of the demo"),
        section="demo",
        mail=mail,
        html=plain_html(mail.html),
        text=_with_links(mail.text),
    )


def _folder(settings: Settings) -> MailFolder:
    if not settings.demo:
        raise NotFound
    return MailFolder(settings.mail_folder)


def _with_links(text: str) -> Markup:
    """A plain text whose addresses can be followed."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        parts.append(escape(text[end : found.start()]))
        parts.append(Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(found[0]))
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


ROUTES = [list_mails, show_mail]
