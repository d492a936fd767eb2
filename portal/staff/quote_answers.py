"""What the customer answers to a quote by phone, e-mail or on paper, recorded by staff (rule Q5).

Who of the customer said it is written down, beside who of us recorded it and when.
"""

from typing import Annotated

from litestar import Response, post
from litestar.params import FromPath
from pydantic import StringConstraints

from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.orders.acceptance import accept_quote
from portal.domain.quotes import answers
from portal.domain.quotes.tables import QuoteRequest
from portal.staff.quote_desk import AnyRequest, Desk, carry_out
from portal.staff.quote_page import Panel
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import FormModel, Whole
from portal.web.guards import requires

_WORKS = [requires(Permission.WORK_ON_QUOTES)]
_Text = Annotated[str, StringConstraints(max_length=10_000)]


class Accepted(FormModel):
    revision: Whole
    name: _Text = ""
    purchase_order_number: _Text = ""


class Declined(FormModel):
    revision: Whole
    name: _Text = ""
    reason: _Text = ""


class Wished(FormModel):
    revision: Whole
    name: _Text = ""
    wish: _Text = ""


@post("/staff/quotes/{reference:str}/answer/acceptance", guards=_WORKS)
async def accepted(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The customer takes the quote: it becomes an order (rules Q5, O1)."""

    async def verb(record: QuoteRequest, given: Accepted) -> None:
        await accept_quote(
            record,
            given.revision,
            by=viewer.actor,
            name=given.name,
            purchase_order_number=given.purchase_order_number,
        )

    said = N_("Acceptance recorded. The order is placed.")
    at = Desk(reference, viewer, answer)
    return await carry_out(at, request, verb, Accepted, said, panel=Panel.ACCEPTED)


@post("/staff/quotes/{reference:str}/answer/refusal", guards=_WORKS)
async def declined(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The customer does not take it, and says why."""

    async def verb(record: QuoteRequest, given: Declined) -> None:
        await answers.decline(
            record, given.revision, given.reason, by=viewer.actor, name=given.name
        )

    said = N_("Recorded: the customer declines the quote.")
    at = Desk(reference, viewer, answer)
    return await carry_out(at, request, verb, Declined, said, panel=Panel.DECLINED)


@post("/staff/quotes/{reference:str}/answer/wish", guards=_WORKS)
async def wished(
    reference: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """The customer wants it otherwise; a new clock starts (rule Q2)."""

    async def verb(record: QuoteRequest, given: Wished) -> None:
        await answers.ask_for_revision(
            record, given.revision, given.wish, by=viewer.actor, name=given.name
        )

    said = N_("Recorded: another revision is wanted. The clock runs.")
    at = Desk(reference, viewer, answer)
    return await carry_out(at, request, verb, Wished, said, panel=Panel.WISHED)


ROUTES = [accepted, declined, wished]
