"""Argon2id, off the event loop and one at a time."""

import asyncio
import base64
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

Result = TypeVar("Result")

# RFC 9106's choice for limited memory (64 MiB, 3 passes) on one lane instead of four: the work an
# attacker has is the same, and a sign-in takes 0.1-0.2 s of one core instead of a burst on all.
MEMORY_KIB = 64 * 1024
PASSES = 3
LANES = 1

# One thread: with two cores the other one goes on serving pages, and a storm of sign-ins needs
# 64 MiB, not 64 MiB each.
_one_at_a_time = ThreadPoolExecutor(max_workers=1, thread_name_prefix="passwords")


async def off_the_loop(work: Callable[[], Result]) -> Result:
    """Run slow work on passwords in their one thread."""
    return await asyncio.get_running_loop().run_in_executor(_one_at_a_time, work)


class Hasher:
    """Makes and verifies password hashes. Tests inject one with cheaper figures."""

    def __init__(
        self, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES, lanes: int = LANES
    ) -> None:
        self._argon2 = PasswordHasher(
            time_cost=passes, memory_cost=memory_kib, parallelism=lanes, type=Type.ID
        )
        # Nobody's hash, at the price of a real one: it verifies nothing and takes as long.
        self._nobody = (
            f"$argon2id$v=19$m={memory_kib},t={passes},p={lanes}"
            f"${_base64(self._argon2.salt_len)}${_base64(self._argon2.hash_len)}"
        )

    async def hash(self, password: str) -> str:
        """The encoded hash of `password` under today's figures."""
        return await off_the_loop(lambda: self._argon2.hash(normalised(password)))

    async def verifies(self, password: str, known: str | None) -> bool:
        """Whether `password` made the hash `known`.

        Without a hash, because nobody has that name, the answer is False after the same time.
        """
        matches = await off_the_loop(lambda: self._matches(password, known or self._nobody))
        return matches and known is not None

    def is_outdated(self, known: str) -> bool:
        """Whether `known` was made under other figures than today's."""
        return self._argon2.check_needs_rehash(known)

    def _matches(self, password: str, known: str) -> bool:
        try:
            return self._argon2.verify(known, normalised(password))
        except (VerificationError, InvalidHashError):
            return False


def normalised(password: str) -> str:
    """The same characters however a keyboard or input method writes them (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)


def _base64(length: int) -> str:
    return base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")


HASHER = Hasher()
