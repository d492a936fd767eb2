"""What stands above the pages of surveys."""

from typing import Any

from portal.domain.common.words import N_
from portal.web.answers import Answer

PATH = "/staff/surveys"
CAMPAIGNS = f"{PATH}/campaigns"
RESULTS = f"{PATH}/results"
_TABS = {
    "surveys": (N_("Surveys"), PATH),
    "campaigns": (N_("Campaigns"), CAMPAIGNS),
    "results": (N_("Results"), RESULTS),
}


def tabs_of(current: str, answer: Answer) -> dict[str, Any]:
    """The tabs, and which entry of the rail this is."""
    return {
        "section": "surveys",
        "tabs": [
            {"label": answer.translated(label), "url": url, "current": name == current}
            for name, (label, url) in _TABS.items()
        ],
    }
