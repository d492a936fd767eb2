"""What a first view weighs on the wire: the page and all that it names, cold, compressed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from bench.load import Connection

_NAMED = re.compile(r'<(?:script|img)[^>]*\ssrc="([^"]+)"|<link[^>]*\shref="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Weight:
    """Requests, and bytes over the wire, of the page and of everything."""

    requests: int
    page_bytes: int
    all_bytes: int


async def weight(
    url: str, cookies: Mapping[str, str], path: str, besides: Sequence[str] = ()
) -> Weight:
    """Ask for a page as a browser with an empty cache, and for what its scripts ask `besides`."""
    connection = Connection(url, dict(cookies))
    try:
        first = await connection.get(path)
        names = {unescape(script or link) for script, link in _NAMED.findall(first.text)}
        own = sorted(name for name in names if name.startswith("/") and not name.startswith("//"))
        others = [await connection.get(name) for name in (*own, *besides)]
    finally:
        connection.close()
    return Weight(1 + len(others), first.size, first.size + sum(each.size for each in others))
