"""Capital words for CNY: what custom asks for on a quote (rule Q3)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.common.amount_in_words import amount_in_words
from portal.domain.common.money import Money

fen = st.integers(min_value=-(10**17), max_value=10**17)
# Numbers full of zeros are where the words go wrong, and rare among random integers.
sparse_fen = st.text("0001", min_size=1, max_size=17).map(int)


def words(amount: str | Decimal, locale: str = "zh_Hans") -> str:
    return amount_in_words(Money(Decimal(amount), "CNY"), locale)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("0", "人民币零元整"),
        ("0.05", "人民币伍分"),
        ("0.50", "人民币伍角整"),
        ("0.55", "人民币伍角伍分"),
        ("1", "人民币壹元整"),
        ("10", "人民币壹拾元整"),
        ("10.05", "人民币壹拾元零伍分"),
        ("15.20", "人民币壹拾伍元贰角整"),
        ("1010.10", "人民币壹仟零壹拾元壹角整"),
        ("1234.56", "人民币壹仟贰佰叁拾肆元伍角陆分"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("100000.00", "人民币壹拾万元整"),
        ("107000.53", "人民币壹拾万零柒仟元伍角叁分"),
        ("1000001", "人民币壹佰万零壹元整"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        ("100000000", "人民币壹亿元整"),
        ("100002501.10", "人民币壹亿零贰仟伍佰零壹元壹角整"),
        ("100010000", "人民币壹亿零壹万元整"),
        ("1000000000000", "人民币壹万亿元整"),
        ("1000100000000.01", "人民币壹万零壹亿元零壹分"),
        ("-12.30", "人民币负壹拾贰元叁角整"),
        ("9.995", "人民币壹拾元整"),
        ("-0.001", "人民币零元整"),
    ],
)
def test_amounts_are_written_as_the_accounting_rules_ask(amount: str, expected: str) -> None:
    assert words(amount) == expected


def test_traditional_readers_get_traditional_characters() -> None:
    assert words("123456789.05", "zh_Hant") == ("人民幣壹億貳仟參佰肆拾伍萬陸仟柒佰捌拾玖元零伍分")
    assert words("-60.70", "zh_Hant") == "人民幣負陸拾元柒角整"


def test_english_readers_get_the_simplified_words() -> None:
    assert words("12", "en") == "人民币壹拾贰元整"


def test_other_currencies_are_not_written_in_capital_words() -> None:
    with pytest.raises(ValueError, match="EUR"):
        amount_in_words(Money(Decimal(1), "EUR"), "zh_Hans")


@given(fen | sparse_fen)
def test_words_read_back_as_the_same_amount(amount: int) -> None:
    assert read_back(words(Decimal(amount) / 100)) == amount


@given(fen | sparse_fen)
def test_zero_stands_once_for_every_run_of_zeros_between_digits(amount: int) -> None:
    text = words(Decimal(amount) / 100)
    if amount == 0:
        return
    yuan, rest = divmod(abs(amount), 100)
    inner_runs = len([run for run in str(yuan).rstrip("0").split("0") if run]) - 1
    before_fen = 1 if yuan and 0 < rest < 10 else 0
    assert text.count("零") == max(inner_runs, 0) + before_fen
    assert "零零" not in text


@given(fen | sparse_fen)
def test_whole_stands_after_yuan_or_jiao_and_never_after_fen(amount: int) -> None:
    text = words(Decimal(amount) / 100)
    assert text.endswith("分") if amount % 10 else text.endswith(("元整", "角整"))


@given(fen)
def test_traditional_words_differ_only_in_characters(amount: int) -> None:
    exact = Decimal(amount) / 100
    pairs = str.maketrans("币负贰叁陆万亿", "幣負貳參陸萬億")
    assert words(exact).translate(pairs) == words(exact, "zh_Hant")


def read_back(text: str) -> int:
    """The amount in fen that a person reading `text` aloud would write down."""
    body = text.removeprefix("人民币").removesuffix("整")
    sign = -1 if body.startswith("负") else 1
    body = body.removeprefix("负")
    yuan, found, coins = body.rpartition("元")
    total = read_integer(yuan) * 100 if found else 0
    coins = coins.lstrip("零")
    for unit, worth in (("角", 10), ("分", 1)):
        digit, found, rest = coins.partition(unit)
        if found:
            total += "零壹贰叁肆伍陆柒捌玖".index(digit) * worth
            coins = rest
    return sign * total


def read_integer(text: str) -> int:
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        high, found, low = text.rpartition(unit)
        if found:
            return read_integer(high) * size + read_integer(low)
    total = digit = 0
    for character in text:
        if character in "仟佰拾":
            total += digit * {"仟": 1000, "佰": 100, "拾": 10}[character]
            digit = 0
        else:
            digit = "零壹贰叁肆伍陆柒捌玖".index(character)
    return total + digit
