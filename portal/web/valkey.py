"""The process' connection to Valkey: throttles and wake-up calls. Nothing that must not be lost."""

import logging
from collections.abc import Iterable

from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = logging.getLogger("portal.web")
_client: list[Redis] = []


def open_valkey(url: str) -> None:
    """Prepare the client; it connects when first used and heals by itself."""
    _client[:] = [
        Redis.from_url(
            url, socket_timeout=1.0, socket_connect_timeout=1.0, health_check_interval=15
        )
    ]


async def close_valkey() -> None:
    while _client:
        await _client.pop().aclose()


def valkey() -> Redis | None:
    """The client, or None when no URL is configured."""
    return _client[0] if _client else None


async def publish(channels: Iterable[str]) -> None:
    """Send an empty message to each channel; what cannot be sent is dropped."""
    client = valkey()
    if client is None:
        return
    try:
        async with client.pipeline(transaction=False) as pipe:
            for channel in channels:
                pipe.publish(channel, "1")
            await pipe.execute()
    except (RedisError, OSError) as error:
        logger.warning("wake-up call not sent: %s", type(error).__name__)
