"""Throttles, per person and per client, in the shared store; stricter in here while it is away."""

import hashlib
import time
from dataclasses import dataclass

from redis.exceptions import RedisError

from portal.web.exceptions import TooManyAttempts
from portal.web.valkey import valkey


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `attempts` in `seconds`."""

    name: str
    attempts: int
    seconds: int


SIGN_IN_PER_PERSON = Limit("sign-in-person", 10, 600)
SIGN_IN_PER_CLIENT = Limit("sign-in-client", 60, 600)
RESET_PER_PERSON = Limit("reset-person", 3, 3600)
RESET_PER_CLIENT = Limit("reset-client", 20, 3600)
TOKEN_PER_CLIENT = Limit("token-client", 30, 600)
PASSWORD_PER_PERSON = Limit("password-person", 10, 600)

_STRICTER = 2
_local: dict[str, tuple[int, float]] = {}
_MOST_LOCAL = 10_000


async def count_attempt(limit: Limit, who: str) -> None:
    """Count one attempt of `who` (an e-mail address or client address; stored hashed).

    Raises `TooManyAttempts` beyond the limit.
    """
    key = f"portal:throttle:{limit.name}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
    client = valkey()
    if client is not None:
        try:
            async with client.pipeline(transaction=True) as pipe:
                pipe.set(key, 0, ex=limit.seconds, nx=True)
                pipe.incr(key)
                pipe.ttl(key)
                _, attempts, left = await pipe.execute()
        except (RedisError, OSError):
            pass
        else:
            if attempts > limit.attempts:
                raise TooManyAttempts(max(left, 1), is_first=attempts == limit.attempts + 1)
            return
    _count_here(limit, key)


def _count_here(limit: Limit, key: str) -> None:
    now = time.monotonic()
    if len(_local) > _MOST_LOCAL:
        _local.clear()
    attempts, ends = _local.get(key, (0, 0.0))
    if ends <= now:
        attempts, ends = 0, now + limit.seconds
    _local[key] = (attempts + 1, ends)
    allowed = max(limit.attempts // _STRICTER, 1)
    if attempts + 1 > allowed:
        raise TooManyAttempts(int(ends - now) + 1, is_first=attempts == allowed)
