"""Live pages: a stream tells that something changed, never what. The page then asks for it anew.

A page subscribes to a topic it was allowed to show: the address carries the topic with a signature
tied to the session. One listener a process serves all its streams. A person who loses access loses
the stream within `CHECK_SECONDS`.
"""

import asyncio
import contextlib
import hashlib
import hmac
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from litestar.response import ServerSentEventMessage
from redis.exceptions import RedisError

from portal.database import DatabaseAway, unit_of_work
from portal.domain.identity import sessions
from portal.rendering.links import with_query
from portal.wakeups import LIVE_CHANNEL
from portal.web.portals import portal_of
from portal.web.valkey import valkey
from portal.web.viewer import LOGIN_OF, Viewer

CHECK_SECONDS = 4.0
RECONNECT_MILLISECONDS = 3000
CHANGED, RESYNC = "changed", "resync"
logger = logging.getLogger("portal.web")


def live_url(viewer: Viewer, path: str, subject_kind: str, subject_id: int) -> str:
    """Address of the stream for a record this viewer is looking at."""
    actor = viewer.actor
    room = "staff" if actor.is_staff else f"account:{actor.account_id}"
    topic = f"{room}:{subject_kind}:{subject_id}"
    base = portal_of(path).path("/live")
    return with_query(base, topic=topic, signature=_signature(viewer, topic))


def is_allowed(viewer: Viewer, topic: str, signature: str) -> bool:
    """Whether a page of this session was given this topic."""
    return hmac.compare_digest(_signature(viewer, topic), signature)


def _signature(viewer: Viewer, topic: str) -> str:
    secret = viewer.session_token.encode()
    return hmac.new(secret, b"live " + topic.encode(), hashlib.sha256).hexdigest()[:32]


@dataclass
class Hub:
    """Listens to Valkey once for all streams of this process."""

    _streams: dict[str, set[asyncio.Queue[str]]] = field(default_factory=dict)
    _task: asyncio.Task[None] | None = None
    _closing: bool = False

    def start(self) -> None:
        self._closing = False
        self._task = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """End the listener and every stream."""
        self._closing = True
        self._tell_all(RESYNC)
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def stream(self, viewer: Viewer, topic: str) -> AsyncIterator[ServerSentEventMessage]:
        """Events of `topic` for as long as the session lives."""
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=8)
        self._streams.setdefault(topic, set()).add(queue)
        try:
            yield ServerSentEventMessage(comment="open", retry=RECONNECT_MILLISECONDS)
            while not self._closing and await _is_alive(viewer):
                try:
                    event = await asyncio.wait_for(queue.get(), CHECK_SECONDS)
                except TimeoutError:
                    yield ServerSentEventMessage(comment="here")
                    continue
                if not self._closing and await _is_alive(viewer):
                    yield ServerSentEventMessage(data=topic.partition(":")[0], event=event)
        finally:
            streams = self._streams.get(topic, set())
            streams.discard(queue)
            if not streams:
                self._streams.pop(topic, None)

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (RedisError, OSError) as error:
                logger.warning("live updates wait for Valkey: %s", type(error).__name__)
            await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        client = valkey()
        if client is None:
            return
        async with client.pubsub() as listener:
            await listener.psubscribe(LIVE_CHANNEL + "*")
            self._tell_all(RESYNC)  # what was said meanwhile is lost: pages ask anew
            while True:
                message = await listener.get_message(ignore_subscribe_messages=True, timeout=10)
                if message:
                    channel = message["channel"].decode()
                    self._tell(channel.removeprefix(LIVE_CHANNEL), CHANGED)

    def _tell(self, topic: str, event: str) -> None:
        for queue in self._streams.get(topic, ()):
            if not queue.full():
                queue.put_nowait(event)

    def _tell_all(self, event: str) -> None:
        for topic in list(self._streams):
            self._tell(topic, event)


async def _is_alive(viewer: Viewer) -> bool:
    try:
        async with unit_of_work(LOGIN_OF[viewer.actor.side]):
            return await sessions.is_alive(viewer.session_token)
    except DatabaseAway:
        return False


HUB = Hub()
