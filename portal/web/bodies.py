"""The bodies of requests: bounded in size and time, read before a connection is taken.

Litestar's own parser of forms keeps the last thousand bodies in memory, passwords included; and a
body that trickles in must not hold a transaction open.
"""

import asyncio
import itertools
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.types import HTTPReceiveMessage, HTTPScope, Receive

from portal.web.exceptions import BodyTooSlow, UnreadableForm

URL_ENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"

# A request for quotation of 500 lines has six fields a line.
MOST_FIELDS = 4000
# What a form without files may weigh, and what anybody may send who is not signed in.
LARGEST_FORM = 2 * 1024 * 1024
# Signed in, with files.
LARGEST_BODY = 80 * 1024 * 1024
SECONDS_FOR_FORM = 30.0

Field = tuple[str, str | UploadFile]


class ClientGone(Exception):
    """The client left before its request was complete: there is nobody to answer."""


async def read_ahead(scope: HTTPScope, receive: Receive) -> Receive:
    """Read the whole body of an unsafe request and return a `receive` that hands it out.

    Raises `RequestEntityTooLarge`, `BodyTooSlow`, `ClientGone`.
    """
    if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
        return receive
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    if announced.isdigit() and (len(announced) > 18 or int(announced) > LARGEST_FORM):
        raise RequestEntityTooLarge
    try:
        async with asyncio.timeout(SECONDS_FOR_FORM):
            body = await _whole(receive)
    except TimeoutError as error:
        raise BodyTooSlow from error
    return _hand_out(body, receive)


async def _whole(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientGone
        chunks.append(message["body"])
        size += len(message["body"])
        if size > LARGEST_FORM:
            raise RequestEntityTooLarge
        if not message["more_body"]:
            return b"".join(chunks)


def _hand_out(body: bytes, receive: Receive) -> Receive:
    whole: HTTPReceiveMessage = {"type": "http.request", "body": body, "more_body": False}
    first = itertools.chain([whole], itertools.repeat(None))

    async def handed_out() -> Any:
        return next(first) or await receive()

    return handed_out


def form_type(request: Request[Any, Any, Any]) -> str:
    """The request's content type when it is one of a form, else empty."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind if kind in {URL_ENCODED, MULTIPART} else ""


async def sent_fields(request: Request[Any, Any, Any]) -> list[Field]:
    """The fields of a form in the order of the page; none when the body is no form.

    Read once for a request. Raises `UnreadableForm`, `RequestEntityTooLarge`.
    """
    state = request.scope["state"]
    if "sent_fields" not in state:
        kind = form_type(request)
        read = {URL_ENCODED: _url_encoded, MULTIPART: _multipart}.get(kind)
        state["sent_fields"] = await read(request) if read else []
    fields: list[Field] = state["sent_fields"]
    return fields


async def _url_encoded(request: Request[Any, Any, Any]) -> list[Field]:
    body = await request.body()
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError as error:
        raise UnreadableForm from error
    return list(pairs)


async def _multipart(request: Request[Any, Any, Any]) -> list[Field]:
    try:
        return list((await request.form()).multi_items())
    except RequestEntityTooLarge:
        raise
    # A charset that does not exist, or that the bytes are not in, comes up as it is.
    except (ClientException, ValueError, LookupError) as error:
        raise UnreadableForm from error
