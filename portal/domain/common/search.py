"""Search that works in Chinese too: bigrams made here, kept in an indexed column.

PostgreSQL's `simple` configuration does not segment Chinese and pg_trgm does not use its index for
two characters. Latin words and numbers are kept whole and by their beginnings.
"""

import re
import unicodedata

_CJK = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
_PARTS = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_IS_CJK = re.compile(rf"[{_CJK}]")
LONGEST_PREFIX = 12


def search_terms(*texts: str) -> list[str]:
    """What to store for these texts: CJK characters and bigrams, words and their beginnings."""
    terms: set[str] = set()
    for part in _parts(*texts):
        if _IS_CJK.match(part):
            terms.update(part)
            terms.update(_bigrams(part))
        else:
            terms.add(part)
            terms.update(part[:length] for length in range(2, min(len(part), LONGEST_PREFIX)))
    return sorted(terms)


def query_terms(text: str) -> list[str]:
    """What a row must contain, all of it, to be found by `text`; empty if there is nothing."""
    terms: set[str] = set()
    for part in _parts(text):
        if _IS_CJK.match(part):
            terms.update(_bigrams(part) or {part})
        else:
            terms.add(part[: LONGEST_PREFIX - 1])
    return sorted(terms)


def _parts(*texts: str) -> list[str]:
    folded = (unicodedata.normalize("NFKC", text).casefold() for text in texts)
    return [part for text in folded for part in _PARTS.findall(text)]


def _bigrams(part: str) -> set[str]:
    return {part[start : start + 2] for start in range(len(part) - 1)}
