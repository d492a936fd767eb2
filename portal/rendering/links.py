"""Addresses: absolute ones for mails and paper, safe ones for "go back where you came from"."""

from urllib.parse import urlencode, urlsplit


def absolute(base_url: str, path: str) -> str:
    """`path` ("/quotes/RFQ-2026-00042") under the configured origin, never a request's host."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"not a path of ours: {path!r}")
    return base_url.rstrip("/") + path


def own_path(candidate: str | None, default: str = "/") -> str:
    """`candidate` when it is a path within this site, else `default`.

    Everything that a browser could read as another host (`//host`, `/\\host`, a scheme, control
    characters it strips) is refused, so a redirect cannot leave the portal.
    """
    if not candidate or not candidate.startswith("/") or candidate.startswith(("//", "/\\")):
        return default
    if "\\" in candidate or any(
        ord(character) <= 0x20 or ord(character) == 0x7F for character in candidate
    ):
        return default
    parts = urlsplit(candidate)
    return candidate if not parts.scheme and not parts.netloc else default


def with_query(path: str, **parameters: str | int | None) -> str:
    """`path` with those parameters that have a value, for filters and pagers."""
    query = urlencode(
        {name: value for name, value in parameters.items() if value not in (None, "")}
    )
    return f"{path}?{query}" if query else path
