"""The token that a form of a page carries."""

import re
from collections.abc import Mapping
from html import unescape

from bench.load import Connection, NotServed

_TOKEN = re.compile(r'name="_csrf_token"[^>]*value="([^"]+)"')


async def form_token(url: str, cookies: Mapping[str, str], path: str) -> str:
    """The token on a page of these cookies' owner. Raises `NotServed` where no form stands."""
    connection = Connection(url, dict(cookies))
    try:
        return token_in((await connection.get(path)).text, path)
    finally:
        connection.close()


def token_in(page: str, path: str) -> str:
    """The token of the first form in `page`."""
    found = _TOKEN.search(page)
    if found is None:
        raise NotServed(f"{path}: no form")
    return unescape(found[1])
