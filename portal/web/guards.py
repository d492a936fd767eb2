"""Every route carries a permission, or says that it is public or for anybody signed in."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from portal.domain.common.permissions import Permission
from portal.web.exceptions import NotPermitted, NotSignedIn
from portal.web.visit import visit_of

PUBLIC: dict[str, Any] = {"public": True}
# The handler opens its own units of work: streams, file bodies, sign-in, forms with files.
OWN_UNITS: dict[str, Any] = {"own_units": True}


class Requires:
    """A guard: the viewer's role carries `permission`. The crawl of the tests reads it."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(
        self, connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
    ) -> None:
        viewer = visit_of(connection.scope).viewer
        if viewer is None:
            raise NotSignedIn
        if not viewer.actor.may(self.permission):
            raise NotPermitted


def requires(permission: Permission) -> Guard:
    """The guard of a route: 401 without a session, 403 where the role lacks `permission`."""
    return Requires(permission)
