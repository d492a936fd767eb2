"""The feedback form of a visit 客户拜访征询函 as a PDF, to be filled in by hand (rule V4).

It asks what the survey asks, in two languages. Rendering blocks for about 0.1 s; hold no connection
meanwhile.
"""

from portal.domain.common.words import N_
from portal.domain.surveys.definition import (
    RECOMMENDATION,
    SCALE,
    Definition,
    Question,
    Section,
    Text,
)
from portal.domain.surveys.states import QuestionKind
from portal.domain.visits.paper_facts import VisitPaperFacts
from portal.rendering.form_sheet import SIGNED
from portal.rendering.links import absolute
from portal.rendering.pdf import typeset
from portal.rendering.sheet import Json
from portal.rendering.visit_papers import VisitPaper

_INQUIRY = N_("Visit feedback form")
_LINES_OF_ANSWER = 3


def inquiry_pdf(
    facts: VisitPaperFacts, definition: Definition, supplier_name: str, origin: str
) -> bytes:
    """The blank feedback form 客户拜访征询函 for the customer, in the account's language (V4)."""
    paper = _Inquiry(facts, supplier_name, facts.locale)
    url = absolute(origin, "/surveys")
    numbers = iter(range(1, 10_000))
    sides = [(N_("For the supplier"), facts.owner), (N_("Filled in by"), facts.customer.name)]
    data: dict[str, Json] = {
        **paper.head(_INQUIRY, url, for_customer=True),
        "letter": paper.letter(definition, url),
        "sections": [
            {
                "mark": chr(ord("A") + place % 26),
                "label": paper.both(section.title),
                "intro": paper.both(section.intro) if any(section.intro.every) else None,
                "questions": [
                    paper.question(question, next(numbers)) for question in section.questions
                ],
            }
            for place, section in enumerate(_asked(definition))
        ],
        "signatures": paper.sheet.signatures(sides, SIGNED),
    }
    return typeset("visit_inquiry.typ", data, created=facts.visit.updated_at)


def _asked(definition: Definition) -> list[Section]:
    return [section for section in definition.sections if section.questions]


class _Inquiry(VisitPaper):
    """The feedback form for one customer."""

    def letter(self, definition: Definition, url: str) -> Json:
        """Why we ask, and how the form comes back to us."""
        said = [definition.intro.in_language(self.locale)]
        back = self.said(
            N_("Fill it in and hand it to %(owner)s, or answer in the portal at %(url)s.")
        )
        said.append(back % {"owner": self.of.owner, "url": url})
        return [text for text in said if text]

    def both(self, text: Text) -> Json:
        """A text of the survey in both languages."""
        other = "zh_Hans" if self.locale == "en" else "en"
        main = text.in_language(self.locale)
        return {"main": main, "sub": getattr(text, other) or main}

    def question(self, question: Question, number: int) -> Json:
        """A question with boxes to tick, or room to write."""
        values: list[str] = []
        low = high = None
        if question.kind is QuestionKind.RATING:
            values = [str(value) for value in SCALE]
            low, high = N_("Very dissatisfied"), N_("Very satisfied")
        elif question.kind is QuestionKind.NPS:
            values = [str(value) for value in RECOMMENDATION]
            low, high = N_("Not at all likely"), N_("Very likely")
        return {
            "number": f"{number}.",
            "text": self.both(question.text),
            "hint": self.both(question.hint) if any(question.hint.every) else None,
            "values": list(values),
            "low": self.label(low) if low else None,
            "high": self.label(high) if high else None,
            "choices": [
                {"label": self.both(option.text), "ticked": False} for option in question.options
            ],
            "lines": _LINES_OF_ANSWER if question.kind is QuestionKind.TEXT else 0,
        }
