"""What the next page says about the form before it: a short-lived cookie.

It is signed with the session's secret; before somebody has signed in, with the visitor's.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from litestar.datastructures import Cookie

from portal.web.cookies import cookie, expired
from portal.web.csrf import is_same

NAME = "__Host-portal_flash"
SECONDS = 60
_SIGNATURE_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Toast:
    """A message id with its parameters; translated when it is shown."""

    message: str
    words: Mapping[str, str] = field(default_factory=dict)
    tone: str = "done"


def written(toast: Toast, secret: str) -> Cookie:
    """The cookie that carries `toast` to the next page of this session."""
    text = json.dumps([toast.message, dict(toast.words), toast.tone]).encode()
    packed = base64.urlsafe_b64encode(text).decode().rstrip("=")
    return cookie(NAME, _signature(packed, secret) + packed, max_age=SECONDS)


def read(cookies: Mapping[str, str], secret: str) -> list[Toast]:
    """The message the page before left; nothing when it is not of this session."""
    value = cookies.get(NAME, "")
    signature, packed = value[:_SIGNATURE_LENGTH], value[_SIGNATURE_LENGTH:]
    if not packed or not is_same(signature, _signature(packed, secret)):
        return []
    try:
        text = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        message, words, tone = json.loads(text)
    except (binascii.Error, ValueError):
        return []
    return [Toast(message, words, tone)]


def cleared() -> Cookie:
    return expired(NAME)


def _signature(packed: str, secret: str) -> str:
    text = b"flash " + packed.encode("utf-8", "replace")
    digest = hmac.new(secret.encode("utf-8", "replace"), text, hashlib.sha256)
    return digest.hexdigest()[:_SIGNATURE_LENGTH]
