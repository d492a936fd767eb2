"""Papers made while somebody waits for them: never stored, never cached, a few at a time."""

import asyncio
from collections.abc import Callable

from litestar import Response

from portal.domain.common.files.delivery import content_disposition
from portal.web.places import Places, a_place

PDF = "application/pdf"
# Setting one takes 0.2 s of a processor: the last in the row waits a few seconds.
_PAPERS = Places(16)


async def paper(name: str, render: Callable[[], bytes]) -> Response[bytes]:
    """The PDF of `render` as a download called `name`.

    Hold no connection meanwhile: the route takes `OWN_UNITS`, loads the facts in a unit of its own
    and hands in what renders them. Raises `Overloaded` when too many wait.
    """
    async with a_place(_PAPERS):
        pdf = await asyncio.to_thread(render)
    headers = {
        "Content-Disposition": content_disposition(name),
        "Cache-Control": "private, no-store",
    }
    return Response(pdf, media_type=PDF, headers=headers)
