"""Visits and callbacks: what happened, who is told, in which words (rules V2, V4, V5, V7).

The customer hears of the appointment and of the part that was written for them; why we come, what
we found and how content they seemed stays in the house.
"""

from collections.abc import Mapping

from portal.domain.common.actor import Side
from portal.domain.notices import visit_parts as parts
from portal.domain.notices.about_visits import about_visit
from portal.domain.notices.kinds import NoticeKind
from portal.domain.notices.tellings import Telling, Told, by, when
from portal.domain.visits.events import VisitEvent


def _visit(*tellings: Telling) -> Told:
    return Told(about_visit, tellings)


_E, _K = VisitEvent, NoticeKind
_TO_OWNER = (parts.visit_owner,)
_TO_OURS = (parts.visit_owner, parts.colleagues_of_visit)
_TO_THEM = (parts.visited,)
_by_customer, _by_us = by(Side.CUSTOMER), by(Side.STAFF)

TOLD_OF_VISITS: Mapping[str, Told] = {
    _E.PLANNED: _visit(
        Telling(_K.VISIT_PLANNED, _TO_OWNER, _by_us),
        Telling(_K.VISIT_PLANNED, _TO_OWNER, by(Side.SYSTEM), by_mail=False),  # rules V1-V4
    ),
    _E.GIVEN: _visit(
        Telling(_K.VISIT_GIVEN, _TO_OWNER),
        Telling(_K.VISIT_TAKEN, (parts.former_visit_owner,), by_mail=False),
    ),
    _E.PROPOSED: _visit(Telling(_K.VISIT_PROPOSED, _TO_THEM)),  # rule V5
    _E.CONFIRMED: _visit(
        Telling(_K.VISIT_CONFIRMED, _TO_OURS, _by_customer),
        Telling(_K.VISIT_AGREED, _TO_THEM, _by_us),  # agreed by phone: they read it, too
    ),
    _E.COUNTERED: _visit(Telling(_K.VISIT_COUNTERED, _TO_OWNER)),
    _E.AGREED_TO_OTHER: _visit(
        Telling(_K.VISIT_AGREED, _TO_THEM),
        Telling(_K.VISIT_AGREED, _TO_OURS, by_mail=False),
    ),
    _E.MOVED: _visit(  # rule V5: told, apologised, rebooked
        Telling(_K.VISIT_MOVED, _TO_THEM, when("is_shown")),
        Telling(_K.VISIT_RESCHEDULED, _TO_OURS),
    ),
    _E.CANCELLED: _visit(
        Telling(_K.VISIT_CALLED_OFF, _TO_THEM, when("is_shown")),
        Telling(_K.VISIT_CANCELLED, _TO_OURS),
    ),
    _E.REMINDER: _visit(
        Telling(_K.VISIT_NEAR, _TO_THEM, when("is_shown")),
        Telling(_K.VISIT_TO_PREPARE, _TO_OURS),
    ),
    _E.MADE: _visit(
        Telling(_K.VISIT_SUMMED_UP, _TO_THEM, when("has_summary")),
        Telling(  # rule V7
            _K.VISIT_DISSATISFIED, (parts.looks_after, parts.supervisor), when("is_dissatisfied")
        ),
    ),
    _E.INQUIRY_RETURNED: _visit(Telling(_K.INQUIRY_RETURNED, _TO_OWNER)),  # rule V4
}
