"""A phrase says its figures in the reader's way."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.common.money import Money
from portal.domain.common.payment_terms import PaymentTerms
from portal.domain.common.words import Phrase
from portal.rendering.i18n import LOCALES
from portal.rendering.phrases import phrase_words
from tests.rendering.samples import NOW, reader, shown


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Money(Decimal(1234), "CNY"), ["CN¥1,234.00", "¥1,234.00", "CN¥1,234.00"]),
        (Decimal("12.50"), ["12.5"] * 3),
        (1_000, ["1,000"] * 3),
        (date(2026, 8, 25), ["Tue 25 Aug", "8月25日 周二", "8月25日 週二"]),
        (
            NOW + timedelta(hours=6),
            ["Mon 24 Aug, 16:10", "8月24日 周一 16:10", "8月24日 週一 16:10"],
        ),
        (time(15, 30), ["15:30"] * 3),
        ("<b>Li & Co</b>", ["<b>Li & Co</b>"] * 3),
        (("Customer", "Finance"), ["Customer and Finance", "客户和财务", "客戶和財務"]),
    ],
)
def test_each_kind_of_value_is_formatted(value: Any, said: list[str]) -> None:
    phrase = Phrase("%(value)s", {"value": value})
    assert [phrase_words(phrase, reader(locale)) for locale in LOCALES] == said


def test_states_are_translated() -> None:
    phrase = Phrase("%(terms)s", {"terms": PaymentTerms.DAYS_30})
    assert phrase_words(phrase, reader()) == PaymentTerms.DAYS_30.label
    assert phrase_words(phrase, reader("zh_Hans")) != PaymentTerms.DAYS_30.label


def test_a_sentence_without_figures_may_have_a_per_cent_sign() -> None:
    assert phrase_words(Phrase("100 %"), reader()) == "100 %"


def test_in_a_page_what_somebody_wrote_is_text() -> None:
    phrase = Phrase("%(value)s", {"value": "<b>Li & Co</b>"})
    assert shown("{{ phrase | phrase }}", phrase=phrase) == "&lt;b&gt;Li &amp; Co&lt;/b&gt;"
