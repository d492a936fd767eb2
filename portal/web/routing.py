"""The routes of both portals, put into Litestar all at once.

Litestar registers handler by handler. For each it goes through all routes there are, it makes the
route of a path anew for every further method, and each path gets a handler of OPTIONS, which none
of ours is asked for: with five hundred paths a fifth of the start and a tenth of the memory.
"""

from collections.abc import Iterable
from copy import copy
from typing import Any

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute


class Application(Litestar):
    """Litestar with `handlers`; the other options are Litestar's own."""

    def __init__(self, handlers: Iterable[HTTPRouteHandler], **options: Any) -> None:
        super().__init__(**options)
        self._add(handlers)

    @staticmethod
    def _get_default_plugins(plugins: list[Any]) -> list[Any]:
        # They let handlers take models of pydantic and attrs, which ours do not: forms are read by
        # `portal.web.forms`. Loading them takes three megabytes.
        return plugins

    def _add(self, handlers: Iterable[HTTPRouteHandler]) -> None:
        of_path: dict[str, list[HTTPRouteHandler]] = {}
        for handler in handlers:
            # Another application made of the same handlers, as in tests, has copies of its own.
            own = copy(handler)
            own.owner = self
            own.on_registration(self)
            for path in own.paths:
                of_path.setdefault(path, []).append(own)
        for path, of_methods in of_path.items():
            route = _Route(path, of_methods)
            route.create_handler_map()
            self.routes.append(route)
        self.asgi_router.construct_routing_trie()


class _Route(HTTPRoute):
    """A path with the methods of its handlers and no others."""

    def __init__(self, path: str, handlers: list[HTTPRouteHandler]) -> None:
        self.route_handlers = handlers
        self.route_handler_map = {}
        # Past the constructor of HTTPRoute, which is the one that adds OPTIONS.
        super(HTTPRoute, self).__init__(
            path=path,
            methods=[method for handler in handlers for method in handler.http_methods],
            scope_type=ScopeType.HTTP,
            handler_names=[handler.handler_name for handler in handlers],
        )
