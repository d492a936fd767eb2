"""What of anonymous answers may be shown: never so few that one could be told from the others.

Pure. Anonymous answers know their campaign and the tier of the account, nothing else, so these are
the only groups they can be split into. A campaign with too few of them is not shown at all; where a
tier of it has too few, so many other tiers are held back that what is left out, taken together, is
a large enough group, too: nobody gets at it by subtraction.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """How many anonymous answers a campaign has from accounts of a tier."""

    campaign_id: int
    tier: str
    answers: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be counted: `campaigns` as a whole, `cells` where tiers are told apart."""

    campaigns: frozenset[int]
    cells: frozenset[tuple[int, str]]


def what_is_shown(cells: Iterable[Cell], smallest: int) -> Shown:
    """What may be shown where groups of fewer than `smallest` may not."""
    by_campaign: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for cell in cells:
        by_campaign[cell.campaign_id][cell.tier] = cell.answers
    whole = {number for number, of in by_campaign.items() if sum(of.values()) >= smallest}
    return Shown(
        frozenset(whole),
        frozenset(
            (number, tier)
            for number in whole
            for tier in by_campaign[number].keys() - hidden_groups(by_campaign[number], smallest)
        ),
    )


def hidden_groups(answers: Mapping[str, int], smallest: int) -> set[str]:
    """Which of these groups of one whole are held back, however the others are subtracted."""
    by_size = sorted(answers, key=lambda name: (answers[name], name))
    hidden = {name for name in by_size if 0 < answers[name] < smallest}
    for name in by_size:
        left_out = sum(answers[each] for each in hidden)
        if not hidden or (len(hidden) > 1 and left_out >= smallest):
            break
        if answers[name]:
            hidden.add(name)
    return hidden
