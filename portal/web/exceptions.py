"""What the web layer itself refuses; domain errors have their own names."""


class WebError(Exception):
    """Refused before a verb was called. `status` is the HTTP status."""

    status = 400


class NotSignedIn(WebError):
    """The route needs a session and there is none (any more)."""

    status = 401


class NotPermitted(WebError):
    """Signed in, but the role does not carry the route's permission."""

    status = 403


class ForgedRequest(WebError):
    """The unsafe request did not come from a form of ours."""

    status = 403


class AccountSwitched(WebError):
    """The form was opened while acting for another account; it must not be filed under this one."""

    status = 409


class TooManyAttempts(WebError):
    """Throttled; `retry_after` in seconds."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class Overloaded(WebError):
    """Shed: the server has more to do than it can; answer 503."""

    status = 503
