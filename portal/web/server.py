"""uvicorn as we run it: open streams end when it is asked to stop, so that a restart is quick."""

import asyncio
import gc
import os
import socket
from types import FrameType

import uvicorn

from portal.settings import Settings
from portal.web.live import HUB

SECONDS_TO_FINISH = 10
# libuv accepts one connection for each listening handle in a turn of the loop. While turns are
# long because there is much to do, people would wait unseen, where nobody can tell them to come
# back; so the one socket gets several handles.
DOORS = 8
# After how many more objects garbage is looked for: Python's own figure, which the command raises
# while the process starts. Compiling a template leaves a lot of it.
_USUAL = 700


class Server(uvicorn.Server):
    """Ends the streams with the first signal; uvicorn would wait for them to end by themselves."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # Modules, routes and templates stay until the end: no search for garbage looks at them.
        gc.freeze()
        gc.set_threshold(_USUAL)
        loop = asyncio.get_running_loop()

        def protocol() -> asyncio.Protocol:
            made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
                config=self.config, server_state=self.server_state, app_state=self.lifespan.state
            )
            return made

        for listening in [each for server in self.servers for each in server.sockets]:
            for _ in range(DOORS - 1):
                door = socket.socket(fileno=os.dup(listening.fileno()))
                self.servers.append(
                    await loop.create_server(protocol, sock=door, backlog=self.config.backlog)
                )

    async def serve(self, *arguments: object, **options: object) -> None:
        self._loop = asyncio.get_running_loop()
        await super().serve(*arguments, **options)  # type: ignore[arg-type]

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal arrives between any two lines of ours: the loop ends the streams."""
        self._loop.call_soon_threadsafe(HUB.end_streams)
        super().handle_exit(sig, frame)


def server_of(settings: Settings, *, host: str, port: int) -> Server:
    """The server of one web process; open requests get ten seconds to finish."""
    return Server(
        uvicorn.Config(
            "portal.app:create_app",
            factory=True,
            host=host,
            port=port,
            loop="uvloop",
            http="httptools",
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=",".join(sorted(settings.trusted_proxies)) or None,
            server_header=False,
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
        )
    )
