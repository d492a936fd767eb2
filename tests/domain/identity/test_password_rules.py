"""What may become a password, and how it is kept."""

import pytest

from portal.domain.common.errors import FieldError
from portal.domain.identity.password_hashing import HASHER, Hasher
from portal.domain.identity.passwords import check_password, personal_words
from tests.factories import CHEAP_HASHER

PERSONAL = ["Zhang Wei", "zhang.wei@hengda.example", "Hengda Precision 恒达精工"]


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "xk7Qm2vP9tLr",
        "k#9!x$Q&2^z@7",
        "?!;:{}&%$~+=*",
        "tomato-window-eleven-moss",
        "绿茶和窗台上的旧自行车没有关系",
        "all lower case without numbers",
    ],
)
async def test_long_passwords_without_composition_rules_are_accepted(password: str) -> None:
    await check_password(password, personal=PERSONAL)


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "123456789012",
        "qwertyuiop123",
        "Password1234",
        "P@ssw0rd1234",
        "aaaaaaaaaaaaaaaa",
        "abcdefghijkl",
        "1qaz2wsx3edc",
        "q1w2e3r4t5y6",
        "woaini1314520",
        "woaini5201314",
        "19880808123456",
        "iloveyou1314",
        "1" * 128,
    ],
)
async def test_common_passwords_are_refused(password: str) -> None:
    with pytest.raises(FieldError, match="cannot be done") as refused:
        await check_password(password)
    assert "easy to guess" in refused.value.field_message


@pytest.mark.parametrize(
    "password",
    [
        "zhangwei1988",
        "weizhang1988",
        "Zhang.Wei2026",
        "hengdaprecision",
        "hengda20262026",
        "恒达精工恒达精工恒达精工",
        "zhang.wei@hengda.example",
    ],
)
async def test_passwords_made_of_what_everybody_knows_of_the_person_are_refused(
    password: str,
) -> None:
    with pytest.raises(FieldError):
        await check_password(password, personal=PERSONAL)


async def test_length_is_counted_in_characters_and_named() -> None:
    with pytest.raises(FieldError) as short:
        await check_password("xk7Qm2vP9tL", field="new_password")
    assert (short.value.field, short.value.words) == ("new_password", {"count": 12})
    for asked_for, least in ((20, 20), (8, 12)):
        with pytest.raises(FieldError) as short:
            await check_password("xk7Qm2vP9tL", min_length=asked_for)
        assert short.value.words == {"count": least}
    with pytest.raises(FieldError) as long:
        await check_password("xk7Qm2vP9tLr" * 11)
    assert long.value.words == {"count": 128}


def test_words_of_a_person_are_taken_apart_and_together() -> None:
    words = personal_words(["Zhang Wei", "zhang.wei@hengda.example"])
    assert {"zhang wei", "zhang", "wei", "zhangwei", "weizhang", "hengda"} <= {*words}


async def test_a_hash_is_argon2id_and_verifies_its_password_alone() -> None:
    known = await HASHER.hash("correct horse battery staple")
    assert known.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert await HASHER.verifies("correct horse battery staple", known)
    assert not await HASHER.verifies("correct horse battery stapl", known)
    assert not HASHER.is_outdated(known)
    assert CHEAP_HASHER.is_outdated(known)


async def test_nobody_has_no_password_but_costs_the_same_work() -> None:
    # The stand-in is a well-formed hash under the same figures, so that it is really computed.
    assert not await HASHER.verifies("correct horse battery staple", None)
    assert not HASHER.is_outdated(HASHER._nobody)
    assert len(HASHER._nobody) == len(await HASHER.hash("any"))


async def test_input_methods_may_write_the_same_password_differently() -> None:
    known = await CHEAP_HASHER.hash("ｈｏｒｓｅ　ｂａｔｔｅｒｙ１")
    assert await CHEAP_HASHER.verifies("horse battery1", known)


async def test_a_broken_hash_verifies_nothing() -> None:
    assert not await Hasher(memory_kib=64, passes=1).verifies("x", "$argon2id$broken")
