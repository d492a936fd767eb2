"""A link leads to a record of another of one's accounts: the way there is offered.

Somebody who acts for several accounts opens mails of all of them. Who is no member of the record's
account gets the same page as for an address that leads nowhere.
"""

import re
from typing import Any

from litestar import Request, Response

from portal.domain.common.words import N_
from portal.domain.identity.sessions import own_account_with
from portal.rendering.error_pages import ErrorWords
from portal.web.error_responses import error_response
from portal.web.errors import say
from portal.web.visit import visit_of

_RECORD = re.compile(r"/(?:quotes|orders)/([A-Z]{2,3}-\d{4}-\d{5,9})(?:/.*)?")
_TITLE = N_("This belongs to another of your accounts")
_WHAT = N_("%(reference)s is a record of %(account)s. At the moment you act for %(present)s.")
_HOW = N_("Switch to that account, and it opens.")
_ONWARD = N_("Switch and open %(reference)s")


async def offer_switch(request: Request[Any, Any, Any]) -> Response[str] | None:
    """The page that offers to switch, where an address was not found and that would help."""
    visit = visit_of(request.scope)
    found = _RECORD.fullmatch(visit.path)
    if request.method != "GET" or visit.is_htmx or found is None or visit.viewer is None:
        return None
    if len(visit.viewer.memberships) < 2:
        return None
    reference = found[1]
    account = await own_account_with(reference)
    if account is None or account.account_id == visit.viewer.actor.account_id:
        return None
    facts = {
        "reference": reference,
        "account": account.account_name,
        "present": visit.viewer.account_name,
    }
    title, what, todo, onward = (
        say(visit.reader.locale, message, facts) for message in (_TITLE, _WHAT, _HOW, _ONWARD)
    )
    return error_response(
        visit, 404, words=ErrorWords(title, what, todo, onward), switch_to=account.account_code
    )
