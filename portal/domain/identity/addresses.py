"""E-mail addresses: names to sign in with, written one way."""

import unicodedata

from portal.domain.common.errors import FieldError
from portal.domain.common.words import N_


def valid_address(text: str, *, field: str = "email") -> str:
    """`text` as we store an address: checked and in lower case.

    Raises `FieldError` at `field`. Whether mail arrives there is found out by sending one.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        checked = validate_email(
            unicodedata.normalize("NFKC", text).strip(), check_deliverability=False
        )
    except EmailNotValidError as error:
        raise FieldError(field, N_("Enter an e-mail address like name@company.com.")) from error
    return checked.normalized.lower()


def address_to_look_up(text: str) -> str:
    """What somebody typed as an address, made comparable; nobody has the empty one.

    Never fails: sign-in answers the same to a strange address and to an unknown one.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    return plain if plain.isprintable() else ""
