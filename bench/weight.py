"""What a first view weighs on the wire: the page and all that it names, cold, compressed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

from bench.load import Connection
from bench.running import Running

NAMED = re.compile(r'<(?:script|img)[^>]*\ssrc="([^"]+)"|<link[^>]*\shref="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Weight:
    """Requests, and bytes over the wire, of the page and of everything."""

    requests: int
    page_bytes: int
    all_bytes: int


async def weight(portal: Running, cookies: Mapping[str, str], path: str) -> Weight:
    """Ask for a page as a browser with an empty cache."""
    connection = Connection(portal.url, dict(cookies))
    try:
        first = await connection.get(path)
        body = first.body if "content-encoding" not in first.headers else _plain(first.body)
        names = {unescape(script or link) for script, link in NAMED.findall(body.decode())}
        others = [await connection.get(name) for name in sorted(names) if name.startswith("/")]
    finally:
        connection.close()
    return Weight(1 + len(others), first.size, first.size + sum(each.size for each in others))


def _plain(body: bytes) -> bytes:
    import gzip

    return gzip.decompress(body)
