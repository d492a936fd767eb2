"""What a password must be: long, and not one that others think of first. No composition rules."""

import re
from collections.abc import Iterable

from portal.domain.common.errors import FieldError
from portal.domain.common.words import N_
from portal.domain.identity.password_hashing import normalised, off_the_loop

MIN_LENGTH = 12
MAX_LENGTH = 128

# zxcvbn's 3 of 4: more than 10^8 guesses, far beyond what a throttled sign-in form lets through.
_STRONG_ENOUGH = 3
# Its time grows with the square of the length; what is weak shows in the beginning.
_JUDGED_CHARACTERS = 72

# zxcvbn's lists are English. These are the parts of which the commonest Chinese passwords are made.
_CHINESE_HABITS = """
    woaini woaiwo aini nihao mima wodemima 1314520 5201314 1314521 5211314 7758521 7758258
    147258369 147852369 789456123 qweasdzxc zhongguo zhonghua beijing shanghai shenzhen guangzhou
    hangzhou zhejiang laopo laogong baobei xiexie gongsi kehu guanliyuan caigou xiaoshou
"""


async def check_password(
    password: str,
    *,
    personal: Iterable[str] = (),
    min_length: int = MIN_LENGTH,
    field: str = "password",
) -> None:
    """Raise `FieldError` at `field` unless `password` may become somebody's password.

    `personal` is what a guesser would try for this person: name, e-mail, account, supplier. The
    policy may ask for more characters than `MIN_LENGTH`, not for fewer.
    """
    plain = normalised(password)
    least = max(min_length, MIN_LENGTH)
    if len(plain) < least:
        raise FieldError(field, N_("Use at least %(count)s characters."), count=least)
    if len(plain) > MAX_LENGTH:
        raise FieldError(field, N_("Use at most %(count)s characters."), count=MAX_LENGTH)
    words = personal_words(personal)
    if not await off_the_loop(lambda: _is_hard_to_guess(plain, words)):
        raise FieldError(
            field,
            N_("This password is easy to guess. Use several words that have nothing in common."),
        )


def personal_words(texts: Iterable[str]) -> list[str]:
    """Each text, its parts and its parts run together: what people build passwords from."""
    words: list[str] = []
    for text in texts:
        parts = [part for part in re.split(r"[\W_]+", normalised(text).lower()) if part]
        words += [text.lower(), *parts]
        for order in (parts, parts[::-1]):
            words += [between.join(order) for between in ("", ".", "-", "_", " ")]
    return list(dict.fromkeys(word for word in words if len(word) > 1))


def _is_hard_to_guess(password: str, personal: list[str]) -> bool:
    # Imported when first needed: its lists take 14 MB that a process serving pages can do without.
    # It keeps `user_inputs` in a global, so it must run in one thread: see `off_the_loop`.
    from zxcvbn import zxcvbn

    guessed = [*personal, *_CHINESE_HABITS.split()]
    judged = zxcvbn(password[:_JUDGED_CHARACTERS], user_inputs=guessed)
    return int(judged["score"]) >= _STRONG_ENOUGH
