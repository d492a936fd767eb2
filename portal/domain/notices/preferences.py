"""What a person is told outside the portal: a way for each channel and topic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.database import execute, fetch
from portal.domain.common.actor import Actor
from portal.domain.common.errors import FieldError
from portal.domain.common.words import N_, Worded
from portal.domain.notices import channels
from portal.domain.notices.channel import Channel
from portal.domain.notices.choices import TOPICS_OF, NoticeTopic


@dataclass(frozen=True, slots=True)
class Choice:
    """A topic on a channel with the way that is chosen and those that can be."""

    channel: Channel
    topic: NoticeTopic
    way: Worded
    offered: Sequence[Worded]

    @property
    def name(self) -> str:
        """What a form calls it."""
        return name_of(self.channel, self.topic)


def name_of(channel: Channel, topic: NoticeTopic) -> str:
    """What a form calls the choice of a topic on a channel."""
    return f"{channel.name}-{topic.value}"


async def own_choices(by: Actor) -> list[Choice]:
    """One's choices by channel, in the order of the topics; the usual way where none was chosen."""
    rows = await fetch(
        "SELECT channel, topic, way FROM notice_choice WHERE person_id = $1", by.person_id
    )
    chosen = {(row["channel"], row["topic"]): row["way"] for row in rows}
    return [
        Choice(
            channel,
            topic,
            next((way for way in offered if way == chosen.get((channel.name, topic))), offered[0]),
            offered,
        )
        for channel, topic, offered in _offers(by)
    ]


async def choose(wanted: Mapping[str, str], *, by: Actor) -> None:
    """Keep the ways that one wants, by `name_of`; what is left out stays as it is.

    Raises `FieldError` at a choice that is not offered. What is urgent ignores choices.
    """
    for channel, topic, offered in _offers(by):
        name = name_of(channel, topic)
        way = wanted.get(name)
        if way is None:
            continue
        if way not in set(offered):
            raise FieldError(name, N_("Choose one of the options."))
        await execute(
            """INSERT INTO notice_choice (person_id, channel, topic, way) VALUES ($1, $2, $3, $4)
               ON CONFLICT (person_id, channel, topic) DO UPDATE SET way = excluded.way""",
            by.person_id,
            channel.name,
            topic.value,
            way,
        )


def _offers(by: Actor) -> list[tuple[Channel, NoticeTopic, Sequence[Worded]]]:
    return [
        (channel, topic, offered)
        for channel in channels.CHANNELS
        for topic in TOPICS_OF[by.side]
        if (offered := channel.ways_of(topic))
    ]
