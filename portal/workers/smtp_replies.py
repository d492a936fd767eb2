"""What a mail server's refusal means for the mail, told without personal data."""

import re

import aiosmtplib

# Replies name addresses; the codes do not (RFC 3463).
_ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")


class DeliveryError(Exception):
    """The mail is still ours. `reason` is a code or the kind of failure, no personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotNow(DeliveryError):
    """Try again later: the server is away, slow, busy, or does not take mail from us."""


class Refused(DeliveryError):
    """This mail to this recipient is refused for good."""


def meaning_of(error: Exception) -> DeliveryError:
    """`Refused` for a final word on the recipient or the message, `NotNow` for all else.

    A 5xx to the connection, the sign-in or the sender is about us, not about the recipient: it is
    put right by whoever runs the portal, and the mail waits.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError):
        kind = Refused if 500 <= error.code < 600 else NotNow
        return kind(_code(error))
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return NotNow(f"{type(error).__name__} {_code(error)}")
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return Refused("SMTPUTF8 is not supported by the mail server")
    return NotNow(type(error).__name__)


def _code(error: aiosmtplib.SMTPResponseException) -> str:
    enhanced = _ENHANCED.match(error.message or "")
    return f"{error.code} {enhanced[1]}" if enhanced else str(error.code)
