"""Live pages: a stream tells that something changed, never what. The page then asks for it anew.

A page subscribes to a topic it was allowed to show: the address carries the topic with a signature
tied to the session. One listener a process serves all its streams, and one question every
`CHECK_SECONDS` finds the streams of sessions that have ended; no stream holds a connection.
"""

import asyncio
import hashlib
import hmac
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from litestar.response import ServerSentEventMessage
from redis.exceptions import RedisError

from portal.database import DatabaseAway, Login, unit_of_work
from portal.domain.common.activity import ANY_OF_KIND
from portal.domain.identity import sessions
from portal.metrics import STREAMS
from portal.rendering.links import with_query
from portal.stopping import end
from portal.wakeups import LIVE_CHANNEL
from portal.web.csrf import is_same
from portal.web.portals import portal_of
from portal.web.valkey import valkey
from portal.web.viewer import LOGIN_OF, Viewer

CHECK_SECONDS = 3
HEARTBEAT_SECONDS = 15.0
RECONNECT_MILLISECONDS = 3000
MOST_STREAMS_OF_SESSION = 20
CHANGED, RESYNC, END = "changed", "resync", ""
BETWEEN_TOPICS = ","
logger = logging.getLogger("portal.web")


def live_url(viewer: Viewer, path: str, subject_kind: str, subject_id: int) -> str:
    """Address of the stream for a record this viewer is looking at."""
    return _address(viewer, path, f"{_room(viewer)}:{subject_kind}:{subject_id}")


def live_lists_url(viewer: Viewer, path: str, *subject_kinds: str) -> str:
    """Address of the stream for staff's lists of these kinds of records: told of any change."""
    room = _room(viewer)
    topics = (f"{room}:{kind}:{ANY_OF_KIND}" for kind in subject_kinds)
    return _address(viewer, path, BETWEEN_TOPICS.join(topics))


def _address(viewer: Viewer, path: str, topic: str) -> str:
    base = portal_of(path).path("/live")
    return with_query(base, topic=topic, signature=_signature(viewer, topic))


def is_allowed(viewer: Viewer, topic: str, signature: str) -> bool:
    """Whether a page of this session, for the account acted for now, was given this topic."""
    in_room = topic.startswith(f"{_room(viewer)}:")
    return in_room and is_same(signature, _signature(viewer, topic))


def _room(viewer: Viewer) -> str:
    return "staff" if viewer.actor.is_staff else f"account:{viewer.actor.account_id}"


def _signature(viewer: Viewer, topic: str) -> str:
    text = b"live " + topic.encode("utf-8", "replace")
    return hmac.new(viewer.session_token.encode(), text, hashlib.sha256).hexdigest()[:32]


@dataclass(eq=False)
class _Stream:
    """One open page. `events` is short: a page that has not caught up asks for everything anew."""

    viewer: Viewer
    topics: tuple[str, ...]
    events: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(maxsize=8))

    def tell(self, event: str) -> None:
        if event == END:
            while not self.events.empty():
                self.events.get_nowait()
        if not self.events.full():
            self.events.put_nowait(event)


class Hub:
    """Listens to Valkey and to the end of sessions, once for all streams of this process."""

    def __init__(self) -> None:
        self._streams: dict[str, set[_Stream]] = defaultdict(set)
        self._tasks: list[asyncio.Task[None]] = []
        self._closing = False

    def start(self) -> None:
        self._closing = False
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._check())]

    def end_streams(self) -> None:
        """Let every stream end, and new ones end at once; their pages connect again elsewhere."""
        self._closing = True
        for stream in self._all():
            stream.tell(END)

    async def stop(self) -> None:
        """End the listener and every stream."""
        self.end_streams()
        await end(self._tasks)
        self._tasks.clear()

    @property
    def stream_count(self) -> int:
        """Open streams of this process."""
        return len(self._all())

    def is_full_for(self, viewer: Viewer) -> bool:
        """Whether this session has as many streams open as one may have."""
        own = [each for each in self._all() if each.viewer.session_token == viewer.session_token]
        return len(own) >= MOST_STREAMS_OF_SESSION

    async def stream(self, viewer: Viewer, topic: str) -> AsyncIterator[ServerSentEventMessage]:
        """Events of `topic`, one or several, for as long as the session lives."""
        stream = _Stream(viewer, tuple(topic.split(BETWEEN_TOPICS)))
        for each in stream.topics:
            self._streams[each].add(stream)
        STREAMS.inc()
        try:
            yield ServerSentEventMessage(data=None, comment="open", retry=RECONNECT_MILLISECONDS)
            while not self._closing:
                try:
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        event = await stream.events.get()
                except TimeoutError:
                    yield ServerSentEventMessage(data=None, comment="here")
                    continue
                if event == END:
                    return
                yield ServerSentEventMessage(data=topic.partition(":")[0], event=event)
        finally:
            STREAMS.dec()
            for each in stream.topics:
                self._streams[each].discard(stream)
                if not self._streams[each]:
                    del self._streams[each]

    def _all(self) -> list[_Stream]:
        return list({stream for streams in self._streams.values() for stream in streams})

    async def _check(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                for side, login in LOGIN_OF.items():
                    of_side = [each for each in self._all() if each.viewer.actor.side is side]
                    await self._end_dead(login, of_side)
            except DatabaseAway:
                continue  # nobody can be shut out meanwhile; a stream carries no content
            except Exception as error:
                logger.error("streams could not be checked", exc_info=error)

    async def _end_dead(self, login: Login, streams: list[_Stream]) -> None:
        if not streams:
            return
        async with unit_of_work(login):
            alive = await sessions.alive_among({each.viewer.session_token for each in streams})
        for stream in streams:
            if stream.viewer.session_token not in alive:
                stream.tell(END)

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (RedisError, OSError) as error:
                logger.warning("live updates wait for Valkey: %s", type(error).__name__)
            except Exception as error:
                logger.error("live updates broke off", exc_info=error)
            await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        client = valkey()
        if client is None:
            return
        async with client.pubsub() as listener:
            await listener.psubscribe(LIVE_CHANNEL + "*")
            for stream in self._all():
                stream.tell(RESYNC)  # what was said meanwhile is lost: pages ask anew
            while True:
                message = await listener.get_message(ignore_subscribe_messages=True, timeout=10)
                if message:
                    channel = message["channel"].decode("utf-8", "replace")
                    for stream in self._streams.get(channel.removeprefix(LIVE_CHANNEL), ()):
                        stream.tell(CHANGED)


HUB = Hub()
