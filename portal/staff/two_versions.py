"""Two people saved the same record: what the other one saved, beside what was typed here."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.words import N_, Worded
from portal.web.forms import Form

# The title of a page that shows both.
TWO_VERSIONS = N_("Two versions")

Labels = Mapping[str, str]
Choices = Mapping[str, Iterable[Worded]]
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that says something else now. `labels` are message ids, where it is a choice."""

    field: str
    label: str
    value: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Theirs:
    """What somebody else saved meanwhile, and who it was."""

    saved_by: str
    differences: Collection[Difference]


async def theirs(
    subject_kind: str,
    subject_id: int,
    *,
    typed: Form,
    now: Form,
    labels: Labels,
    choices: Choices | None = None,
    names: Names | None = None,
) -> Theirs:
    """Compare what was `typed` with what the record says `now`, field by field of `labels`.

    `choices` are the states a field chooses from, `names` what other values are called.
    The form is given the version of now: saving it again is a decision with open eyes.
    """
    newest = await timeline(subject_kind, subject_id, visible_to=Audience.INTERNAL, limit=1)
    typed.put("version", now.value("version"))
    return Theirs(
        newest[-1].actor_name if newest else "",
        [
            _difference(name, label, now, choices or {}, names or {})
            for name, label in labels.items()
            if sorted(_plain(typed, name)) != sorted(_plain(now, name))
        ],
    )


def _plain(form: Form, name: str) -> list[str]:
    """The values of a field without what a browser adds: line ends, blanks around them."""
    given = (value.replace("\r\n", "\n").strip() for value in form.values(name))
    return [value for value in given if value]


def _difference(name: str, label: str, now: Form, choices: Choices, names: Names) -> Difference:
    known = {str(choice.value): choice.label for choice in choices.get(name, ())}
    called = names.get(name, {})
    values = now.values(name)
    return Difference(
        name,
        label,
        ", ".join(called.get(value, value) for value in values),
        tuple(known[value] for value in values if value in known),
    )
