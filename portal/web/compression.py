"""Pages are compressed on their way out, unless a proxy in front of us is to do it.

Litestar's own compression would work inside the unit of work, while a connection is held, pass the
pages of errors by, and compress once more what is stored compressed. So the answer is taken here,
whole, when everything else is done. Streams go through as they come, files as they are.

What a page keeps secret must not be told by its size (BREACH): whoever can make a browser ask for
pages with guesses in their address sees which one compresses best. Our cookies are not sent with
what another site embeds, a token won that way is worth nothing from another site, whose posts are
refused by their origin, and the sizes are blurred by a name of random length in the head of gzip.
"""

import gzip
import io
import secrets

from litestar.types import Message, Scope, Send
from litestar.types.asgi_types import HTTPResponseBodyEvent, HTTPResponseStartEvent

# Most of what is to be gained, in a third of the time of the best: 0.3 ms for a list of fifty.
_LEVEL = 1
# Below this the heads of TCP and gzip weigh as much as what is saved.
_WORTH_IT = 1000
_MOST_BLUR = 100


def accepts_gzip(scope: Scope) -> bool:
    """Whether the client takes gzip, by its Accept-Encoding."""
    asked = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding")
    for each in asked.lower().split(b","):
        coding, _, quality = each.partition(b";")
        if coding.strip() == b"gzip":
            return quality.replace(b" ", b"") not in {b"q=0", b"q=0.0", b"q=0.00", b"q=0.000"}
    return False


def compressing(scope: Scope, send: Send) -> Send:
    """A `send` that compresses whole pages for those who take it, and says that it depends."""
    is_wanted = accepts_gzip(scope)
    begun: HTTPResponseStartEvent | None = None

    async def send_compressed(message: Message) -> None:
        nonlocal begun
        if message["type"] == "http.response.start" and _is_page(message):
            begun = message
            return
        if begun is not None:
            start, begun = begun, None
            headers = [pair for pair in start["headers"] if pair[0].lower() != b"vary"]
            varies = [value for name, value in start["headers"] if name.lower() == b"vary"]
            headers.append((b"vary", b", ".join([*varies, b"Accept-Encoding"])))
            if is_wanted and message["type"] == "http.response.body" and _is_whole(message):
                message["body"] = _gzipped(message["body"])
                headers = [pair for pair in headers if pair[0].lower() != b"content-length"]
                headers.append((b"content-encoding", b"gzip"))
                headers.append((b"content-length", b"%d" % len(message["body"])))
            start["headers"] = headers
            await send(start)
        await send(message)

    return send_compressed


def _is_page(start: HTTPResponseStartEvent) -> bool:
    headers = {name.lower(): value for name, value in start["headers"]}
    is_html = headers.get(b"content-type", b"").startswith(b"text/html")
    return is_html and b"content-encoding" not in headers


def _is_whole(body: HTTPResponseBodyEvent) -> bool:
    return not body["more_body"] and len(body["body"]) >= _WORTH_IT


def _gzipped(body: bytes) -> bytes:
    made = io.BytesIO()
    name = "x" * secrets.randbelow(_MOST_BLUR)
    with gzip.GzipFile(name, "wb", compresslevel=_LEVEL, fileobj=made, mtime=0) as file:
        file.write(body)
    return made.getvalue()
