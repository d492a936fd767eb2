"""States as the options of a field, in the reader's words."""

from collections.abc import Iterable

from portal.domain.common.words import Worded
from portal.web.answers import Answer


def choices(states: Iterable[Worded], answer: Answer) -> list[tuple[str, str]]:
    """Value and translated label of each state, in their order."""
    return [(state.value, answer.translated(state.label)) for state in states]
