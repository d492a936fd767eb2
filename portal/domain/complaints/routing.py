"""Who handles a complaint, by what it is about and whose doing it was (rules C2-C6). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.common.permissions import StaffRole
from portal.domain.common.words import N_, Phrase
from portal.domain.complaints.states import CaseKind, Category, Responsibility


@dataclass(frozen=True, slots=True)
class Route:
    """Where a case goes. Without a `role` it is the account's own sales representative's.

    `dealer`: the work may be given to a dealer. `site_visit`: somebody goes and looks. `words` say
    to our people what is to be done.
    """

    role: StaffRole | None
    dealer: bool
    site_visit: bool
    words: Phrase


_AFTER_SALES = Route(
    StaffRole.AFTER_SALES,
    dealer=True,
    site_visit=False,
    words=Phrase(N_("After-sales settles it, or gives it to a dealer.")),
)
_BY_CATEGORY: Mapping[Category, Route] = {
    Category.QUANTITY: _AFTER_SALES,
    Category.DELIVERY: _AFTER_SALES,
    Category.TRANSPORT_DAMAGE: _AFTER_SALES,
    Category.WORKMANSHIP: Route(
        StaffRole.AFTER_SALES,
        dealer=True,
        site_visit=False,
        words=Phrase(
            N_("The dealer does it and we supervise; if the dealer fails, we do it at their cost.")
        ),
    ),
    Category.IN_USE: Route(
        StaffRole.AFTER_SALES,
        dealer=False,
        site_visit=True,
        words=Phrase(N_("Visit the site, then agree a plan with the factory.")),
    ),
    Category.QUALITY: Route(
        StaffRole.QUALITY_INSPECTION,
        dealer=False,
        site_visit=False,
        words=Phrase(N_("Look at once for stock of the same batch and test a sample.")),
    ),
    Category.SERVICE: Route(
        StaffRole.SERVICE_SUPERVISOR,
        dealer=False,
        site_visit=False,
        words=Phrase(N_("The service supervisor looks into it.")),
    ),
    Category.OTHER: Route(
        StaffRole.AFTER_SALES,
        dealer=False,
        site_visit=False,
        words=Phrase(N_("After-sales finds out what it is about.")),
    ),
}
_NOT_OURS = Phrase(N_("It was not our doing: explain it to the customer with tact."))
_ANSWER = Phrase(N_("Answer it."))
_BY_KIND: Mapping[CaseKind, Route] = {
    CaseKind.SUGGESTION: Route(None, dealer=False, site_visit=False, words=_ANSWER),
    CaseKind.ENQUIRY: Route(None, dealer=False, site_visit=False, words=_ANSWER),
    CaseKind.FAULT_REPORT: Route(
        StaffRole.AFTER_SALES,
        dealer=False,
        site_visit=False,
        words=Phrase(N_("Answer it and note the fault.")),
    ),
}


def route_of(category: Category, responsibility: Responsibility | None = None) -> Route:
    """Who handles a complaint about `category` (rule C4).

    `responsibility` is what the investigation found, None before it did. What was not our doing is
    explained and needs neither dealer nor visit (rule C6); what cannot be determined is handled as
    ours is.
    """
    route = _BY_CATEGORY[category]
    if responsibility is Responsibility.NOT_OURS:
        return Route(route.role, dealer=False, site_visit=False, words=_NOT_OURS)
    return route


def route_of_case(
    kind: CaseKind, category: str, responsibility: Responsibility | None = None
) -> Route:
    """The route of a complaint or of a lighter kind (rules C4, C15). `category` may be empty."""
    if kind.is_complaint:
        return route_of(Category(category), responsibility)
    return _BY_KIND[kind]
