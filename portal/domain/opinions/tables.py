"""Opinions of customers, each a follow-up with an owner and a clock (V5, S4)."""

from piccolo.columns import Array, BigInt, Boolean, Text, Timestamptz

from portal.domain.common.activity import Subject
from portal.domain.common.record import Record
from portal.domain.opinions.states import OpinionStatus

SUBJECT_KIND = "opinion"


class Opinion(Record, tablename="opinion"):
    """What a customer thinks, with an owner and what became of it (rules V5, S4)."""

    ours = frozenset(
        {
            "created_by",
            "dropped_because",
            "ended_by",
            "owner_id",
            "response_id",
            "search_terms",
            "updated_at",
            "version",
        }
    )

    account_id = BigInt(null=True, default=None)
    reference = Text()
    source = Text()
    visit_id = BigInt(null=True, default=None)
    response_id = BigInt(null=True, default=None)
    sentiment = Text()
    text = Text()
    about = Text()
    said_by = Text()
    owner_id = BigInt()
    status = Text()
    answer = Text()
    dropped_because = Text()
    is_shown = Boolean(default=False)
    created_by = BigInt(null=True, default=None)
    created_at = Timestamptz()
    ended_by = BigInt(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    updated_at = Timestamptz()
    search_terms = Array(base_column=Text(), default=list)

    @property
    def state(self) -> OpinionStatus:
        return OpinionStatus(self.status)

    @property
    def subject(self) -> Subject:
        """What clocks and activity hang on: the customer's where they read it, else the house's."""
        account = self.account_id if self.is_shown else None
        return Subject(SUBJECT_KIND, self.id, self.reference, account)
