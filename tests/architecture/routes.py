"""The route table as tests walk it: they learn of a new route by themselves."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from portal.app import create_litestar
from portal.domain.common.permissions import Permission
from portal.settings import Settings
from portal.web.guards import Requires

_PARAMETER = re.compile(r"\{(\w+):(\w+)\}")


@dataclass(frozen=True)
class Route:
    """One path and method. `permission` is None for public routes."""

    path: str
    method: str
    handler: HTTPRouteHandler
    permission: Permission | None
    is_public: bool

    @property
    def is_staff(self) -> bool:
        return self.path == "/staff" or self.path.startswith("/staff/")

    @property
    def parameters(self) -> list[str]:
        return [name for name, _ in _PARAMETER.findall(self.path)]

    def filled(self, values: dict[str, str]) -> str:
        """The path with its parameters filled from `values`; a missing one is a `KeyError`."""
        return _PARAMETER.sub(lambda match: values[match[1]], self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@cache
def all_routes() -> tuple[Route, ...]:
    """Every path and method of the application, which takes a while to put together."""
    return tuple(routes_of(create_litestar(Settings())))


def routes_of(app: Litestar) -> Iterator[Route]:
    """Every path and method that the application answers."""
    for route in app.routes:
        assert isinstance(route, HTTPRoute), route
        for handler in route.route_handlers:
            guards = [guard for guard in handler.resolve_guards() if isinstance(guard, Requires)]
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                yield Route(
                    route.path,
                    str(method),
                    handler,
                    guards[0].permission if guards else None,
                    bool(handler.opt.get("public")),
                )
