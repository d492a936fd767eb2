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
    """Throttled; `retry_after` in seconds. `is_first` tells the first refusal of a row of them."""

    status = 429

    def __init__(self, retry_after: int, *, is_first: bool = False) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after
        self.is_first = is_first


class UnreadableForm(WebError):
    """The body cannot be read as the form it says it is, or has more fields than any of ours."""

    status = 400


class BodyTooSlow(WebError):
    """The body did not arrive in time."""

    status = 408
