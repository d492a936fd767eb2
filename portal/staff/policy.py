"""The service policy as it holds: every figure, what it serves, since when, for whom otherwise."""

from litestar import Response, get

from portal.domain import policy
from portal.domain.accounts.names import AccountName, account_names
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.policy import ScopeKind, Topic
from portal.domain.policy.lookup import Listed, Listing
from portal.staff import policy_calendar, policy_figures, policy_import
from portal.web.arguments import AnAnswer, AViewer
from portal.web.guards import requires


@get("/staff/policy", guards=[requires(Permission.READ_POLICY)])
async def show(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The figures by topic; each leads to its history and, for who may, to its form."""
    listing = await policy.all_figures(at=viewer.now)
    return answer.page(
        "staff/policy/show.html",
        title=N_("Service policy"),
        section="policy",
        topics=_by_topic(listing),
        names=listing.names,
        accounts=await _account_names(listing),
    )


def _by_topic(listing: Listing) -> list[tuple[Topic, list[Listed]]]:
    topics = [
        (topic, [each for each in listing.figures if each.figure.topic is topic]) for topic in Topic
    ]
    return [(topic, figures) for topic, figures in topics if figures]


async def _account_names(listing: Listing) -> dict[str, AccountName]:
    """The accounts that have figures of their own, by what their scope says."""
    scopes = [
        (each.scope_kind, each.scope_value)
        for listed in listing.figures
        for each in listed.overrides
    ]
    scopes += [
        (each.scope_kind, each.scope_value)
        for listed in listing.figures
        for each in listed.upcoming
    ]
    named = await account_names(
        {int(value) for kind, value in scopes if kind is ScopeKind.ACCOUNT and value}
    )
    return {str(account_id): name for account_id, name in named.items()}


ROUTES = [show, *policy_figures.ROUTES, *policy_calendar.ROUTES, *policy_import.ROUTES]
