"""What a notice of a corrective action says under its headline, and whose words it quotes (C9)."""

from collections.abc import Mapping

from portal.domain.common.words import N_
from portal.domain.notices.fact_names import Fact
from portal.domain.notices.kinds import NoticeKind

_F, _K = Fact, NoticeKind
_ACTION = (_F.TITLE, _F.DEPARTMENT, _F.ACTION_LEADER)
_STEP = (_F.STEP, _F.TITLE, _F.ACTION_LEADER, _F.DUE)

FACTS_OF_CORRECTIVE_ACTIONS: Mapping[NoticeKind, tuple[Fact, ...]] = {
    _K.ACTION_OPENED: _ACTION,
    _K.ACTION_TO_LEAD: _ACTION,
    _K.STEP_GIVEN: _STEP,
    _K.STEP_MOVED: _STEP,
    _K.STEP_DROPPED: (_F.STEP, _F.TITLE),
    _K.STEP_DONE: (_F.STEP, _F.TITLE),
    _K.STEPS_ALL_DONE: (_F.TITLE, _F.CHECK_ON),
    _K.ACTION_INEFFECTIVE: _ACTION,
    _K.ACTION_TO_VERIFY: _ACTION,
    _K.ACTION_SENT_BACK: _ACTION,
    _K.ACTION_VERIFIED: _ACTION,
    _K.ACTION_CANCELLED: _ACTION,
}
_OPEN = N_("Open the corrective action")
ACTIONS_OF_CORRECTIVE_ACTIONS: Mapping[NoticeKind, str] = {
    **dict.fromkeys(FACTS_OF_CORRECTIVE_ACTIONS, _OPEN),
    _K.STEP_GIVEN: N_("Open the step"),
    _K.STEP_MOVED: N_("Open the step"),
    _K.ACTION_TO_VERIFY: N_("Verify it or send it back"),
}
QUOTING_OF_CORRECTIVE_ACTIONS = frozenset(
    {
        _K.STEP_DROPPED,
        _K.STEP_DONE,
        _K.ACTION_INEFFECTIVE,
        _K.ACTION_TO_VERIFY,
        _K.ACTION_SENT_BACK,
        _K.ACTION_VERIFIED,
        _K.ACTION_CANCELLED,
    }
)
