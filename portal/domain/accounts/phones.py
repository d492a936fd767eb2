"""A phone number that is already on another account is flagged at once (rule A5)."""

from portal.database import fetch
from portal.domain.common.errors import FieldError
from portal.domain.common.words import N_

REASON_FIELD = "doubled_phone_reason"


class PhoneDoubled(FieldError):
    """The number is on other accounts; with a recorded reason it can be saved (rule A5).

    `codes` are those accounts. A form that catches this shows the field `REASON_FIELD`.
    """

    def __init__(self, field: str, codes: list[str]) -> None:
        super().__init__(
            field,
            N_(
                "This number is already on the file of %(accounts)s. Correct it, or say why both "
                "have it."
            ),
            accounts=", ".join(codes),
        )
        self.codes = codes


async def accounts_with_phone(phone: str, *, besides: int | None = None) -> list[str]:
    """Codes of the accounts, other than `besides`, that have `phone` in whatever notation.

    Looks at the accounts themselves, their contacts and their ship-to addresses (rule A5).
    """
    rows = await fetch(
        """WITH wanted AS (SELECT phone_key($1) AS number)
           SELECT code FROM account WHERE id IN (
               SELECT id FROM account, wanted WHERE phone <> '' AND phone_key(phone) = number
               UNION
               SELECT account_id FROM contact, wanted
               WHERE phone <> '' AND archived_at IS NULL AND phone_key(phone) = number
               UNION
               SELECT account_id FROM ship_to, wanted
               WHERE phone <> '' AND archived_at IS NULL AND phone_key(phone) = number
           ) AND (SELECT number <> '' FROM wanted) AND id IS DISTINCT FROM $2 ORDER BY code""",
        phone.strip(),
        besides,
    )
    return [row["code"] for row in rows]


async def check_phone(
    phone: str, *, account_id: int | None, reason: str, known: str = "", field: str = "phone"
) -> dict[str, tuple[str, str]]:
    """Raise `PhoneDoubled` for a new number that is on other accounts, unless there is a reason.

    Returns what the record of the change has to keep besides: the reason and the other accounts.
    `known` is the number before the change: an unchanged one is not asked about again.
    """
    if not phone.strip() or phone.strip() == known:
        return {}
    codes = await accounts_with_phone(phone, besides=account_id)
    if not codes:
        return {}
    if not reason.strip():
        raise PhoneDoubled(field, codes)
    return {REASON_FIELD: ("", reason.strip()), "phone_also_on": ("", ", ".join(codes))}
