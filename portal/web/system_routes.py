"""Static files, health, the stream of live updates, the language: what both portals share."""

from pathlib import Path
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import ServerSentEvent

from portal.database import Login, is_healthy
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.identity import settings as own_settings
from portal.rendering.assets import assets
from portal.rendering.i18n import LOCALES
from portal.rendering.links import own_path
from portal.web.arguments import AnAnswer, AViewer, AVisit
from portal.web.cookies import LANGUAGE, YEAR_SECONDS, cookie
from portal.web.exceptions import TooManyAttempts
from portal.web.forms import Form
from portal.web.guards import OWN_UNITS, PUBLIC, requires
from portal.web.live import CHECK_SECONDS, HUB, is_allowed

NO_DATABASE: dict[str, Any] = {"no_database": True}
_NEVER = {"Cache-Control": "no-store"}
_FOREVER = "public, max-age=31536000, immutable"


@get("/static/{name:path}", opt={**PUBLIC, **NO_DATABASE})
async def static_file(name: FromPath[Path], request: Request[Any, Any, Any]) -> Response[bytes]:
    """A file of the front end, for good under the hash in its name."""
    asset = assets().named(str(name).lstrip("/"))
    if asset is None:
        raise NotFound
    headers = {"Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
    content = asset.content
    if asset.gzipped and "gzip" in request.headers.get("Accept-Encoding", ""):
        content, headers["Content-Encoding"] = asset.gzipped, "gzip"
    return Response(content, media_type=asset.media_type, headers=headers)


@get("/favicon.ico", opt={**PUBLIC, **NO_DATABASE})
async def favicon() -> Response[bytes]:
    """Browsers ask for it by this name."""
    icon = assets().plain("icon.svg")
    if icon is None:
        raise NotFound
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(icon.content, media_type=icon.media_type, headers=headers)


@get("/healthz", opt={**PUBLIC, **NO_DATABASE})
async def alive() -> Response[str]:
    """The process answers."""
    return Response("ok", media_type="text/plain", headers=_NEVER)


@get("/readyz", opt={**PUBLIC, **NO_DATABASE})
async def ready() -> Response[str]:
    """The process can serve: the database answers both portals' logins."""
    is_ready = await is_healthy(Login.CUSTOMER) and await is_healthy(Login.STAFF)
    return Response(
        "ok" if is_ready else "database away",
        status_code=200 if is_ready else 503,
        media_type="text/plain",
        headers=_NEVER if is_ready else {**_NEVER, "Retry-After": "5"},
    )


@get(
    ["/live", "/staff/live"],
    opt=OWN_UNITS,
    guards=[requires(Permission.USE_OWN_SETTINGS)],
)
async def live(
    viewer: AViewer, topic: FromQuery[str] = "", signature: FromQuery[str] = ""
) -> ServerSentEvent:
    """The stream of a record; the page that showed the record was given the address."""
    if not is_allowed(viewer, topic, signature):
        raise NotFound
    if HUB.is_full_for(viewer):
        raise TooManyAttempts(CHECK_SECONDS)
    return ServerSentEvent(
        HUB.stream(viewer, topic),
        headers={"Cache-Control": "private, no-store", "X-Accel-Buffering": "no"},
    )


@post(["/language", "/staff/language"], opt=PUBLIC)
async def choose_language(
    request: Request[Any, Any, Any], visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """Read the portal in another language: kept with the person, for visitors in a cookie."""
    form = await Form.sent(request)
    locale = form.value("locale")
    back = answer.see_other(own_path(form.value("next"), visit.portal.home))
    if locale in LOCALES:
        if visit.viewer is not None:
            await own_settings.choose_locale(locale, by=visit.viewer.actor)
        back.cookies.append(cookie(LANGUAGE, locale, max_age=YEAR_SECONDS))
    return back


ROUTES = [static_file, favicon, alive, ready, live, choose_language]
