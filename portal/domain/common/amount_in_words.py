"""Renminbi amounts in formal capital words (大写金额), as quotes and contracts write them.

The rules are those of the accounting standard 会计基础工作规范, article 52: one 零 for every
run of zeros between digits, 整 after 元 or 角, none after 分. Own code because the library `cn2an`
drops the 零 of an empty 万 group (壹亿贰仟 for 100,002,000) and the 整 after 角, and has no
traditional characters.
"""

from dataclasses import dataclass
from decimal import Decimal

from portal.domain.common.money import Money

CURRENCY_IN_WORDS = "CNY"


@dataclass(frozen=True, slots=True)
class _Script:
    currency: str
    minus: str
    digits: str
    ten_thousand: str
    hundred_million: str

    @property
    def units(self) -> tuple[tuple[int, str], ...]:
        return (
            (10**8, self.hundred_million),
            (10**4, self.ten_thousand),
            (1000, "仟"),
            (100, "佰"),
            (10, "拾"),
        )


_SIMPLIFIED = _Script("人民币", "负", "零壹贰叁肆伍陆柒捌玖", "万", "亿")
_TRADITIONAL = _Script("人民幣", "負", "零壹貳參肆伍陸柒捌玖", "萬", "億")


def amount_in_words(amount: Money, locale: str) -> str:
    """`amount` in capital words: 人民币壹仟贰佰叁拾肆元伍角陆分, 人民币壹拾万元整.

    Rounded half up to 分 first. Traditional characters for the locale "zh_Hant", simplified for
    every other, English included, since the words secure the figure against alteration rather
    than explain it. Only CNY is written so: another currency is a `ValueError`.
    """
    if amount.currency != CURRENCY_IN_WORDS:
        raise ValueError(f"{amount.currency} is not written in capital words")
    script = _TRADITIONAL if locale == "zh_Hant" else _SIMPLIFIED
    fen = int(amount.rounded().amount * Decimal(100))
    minus = script.minus if fen < 0 else ""
    return script.currency + minus + _yuan_jiao_fen(abs(fen), script)


def _yuan_jiao_fen(total_fen: int, script: _Script) -> str:
    yuan, rest = divmod(total_fen, 100)
    jiao, fen = divmod(rest, 10)
    words = _integer(yuan, script) + "元" if yuan or not rest else ""
    if jiao:
        words += script.digits[jiao] + "角"
    if not fen:
        return words + "整"
    gap = script.digits[0] if yuan and not jiao else ""
    return words + gap + script.digits[fen] + "分"


def _integer(number: int, script: _Script) -> str:
    for size, unit in script.units:
        if number >= size:
            high, low = divmod(number, size)
            words = _integer(high, script) + unit
            if not low:
                return words
            zeros_between = high % 10 == 0 or low < size // 10
            gap = script.digits[0] if zeros_between else ""
            return words + gap + _integer(low, script)
    return script.digits[number]
