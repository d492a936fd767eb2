"""Corrective actions: what happened, who is told, in which words (rule C9). No customer is."""

from collections.abc import Mapping, Sequence

from portal.domain.corrective_actions.events import CorrectiveActionEvent
from portal.domain.notices.about import About
from portal.domain.notices.about_corrective_actions import about_corrective_action
from portal.domain.notices.complaint_parts import management_representatives
from portal.domain.notices.kinds import NoticeKind, Reason
from portal.domain.notices.parts import Named, staff_named
from portal.domain.notices.tellings import Telling, Told


async def _leader(about: About) -> Sequence[Named]:
    return staff_named(Reason.LEADS, about.staff["leader"])


async def _step_owner(about: About) -> Sequence[Named]:
    return staff_named(Reason.STEP_OWNER, about.staff["step_owner"])


async def _step_owners(about: About) -> Sequence[Named]:
    """Who has or had a step that was not dropped."""
    return [Named(Reason.STEP_OWNER, staff) for staff in about.payload["owner_ids"]]


def _action(*tellings: Telling) -> Told:
    return Told(about_corrective_action, tellings)


_E, _K = CorrectiveActionEvent, NoticeKind

TOLD_OF_CORRECTIVE_ACTIONS: Mapping[str, Told] = {
    _E.OPENED: _action(
        Telling(_K.ACTION_TO_LEAD, (_leader,)),
        Telling(_K.ACTION_OPENED, (management_representatives,), by_mail=False),
    ),
    _E.LEADER: _action(Telling(_K.ACTION_TO_LEAD, (_leader,))),
    _E.STEP_GIVEN: _action(Telling(_K.STEP_GIVEN, (_step_owner,))),
    _E.STEP_MOVED: _action(Telling(_K.STEP_MOVED, (_step_owner,))),
    _E.STEP_DROPPED: _action(Telling(_K.STEP_DROPPED, (_step_owner,))),
    _E.STEP_DONE: _action(Telling(_K.STEP_DONE, (_leader,), by_mail=False)),
    _E.CARRIED_OUT: _action(Telling(_K.STEPS_ALL_DONE, (_leader,))),
    _E.INEFFECTIVE: _action(
        Telling(_K.ACTION_INEFFECTIVE, (_leader, management_representatives)),
    ),
    _E.VERIFICATION_WANTED: _action(Telling(_K.ACTION_TO_VERIFY, (management_representatives,))),
    _E.SENT_BACK: _action(Telling(_K.ACTION_SENT_BACK, (_leader,))),
    _E.VERIFIED: _action(
        Telling(_K.ACTION_VERIFIED, (_leader,)),
        Telling(_K.ACTION_VERIFIED, (_step_owners,), by_mail=False),
    ),
    _E.CANCELLED: _action(Telling(_K.ACTION_CANCELLED, (_leader, _step_owners))),
}
