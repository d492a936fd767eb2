"""Free TCP ports on the loopback address."""

import socket

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of the loopback address now."""
    return _bound_port(port) is not None


def free_port(wished: int = 0) -> int:
    """`wished` if it is free, else one that the system picks; 0 wishes for nothing.

    The port may be taken again before a server binds it: be ready to ask once more.
    """
    return _bound_port(wished) or _bound_port(0) or 0


def _bound_port(port: int) -> int | None:
    with socket.socket() as probe:
        # As servers do: a connection that lingers from the last run does not make a port busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError:
            return None
        return int(probe.getsockname()[1])
