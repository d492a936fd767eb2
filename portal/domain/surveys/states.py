"""The words of surveys, campaigns and invitations."""

from collections.abc import Mapping

from portal.domain.common.words import N_, Worded


class Occasion(Worded):
    """When a survey is sent (rules S1, S2, V4)."""

    CAMPAIGN = "campaign", N_("In a campaign")
    COMPLAINT = "complaint", N_("After a complaint")
    DELIVERY = "delivery", N_("After a delivery")
    VISIT = "visit", N_("After a visit")
    INQUIRY = "inquiry", N_("Feedback form of a visit")


class QuestionKind(Worded):
    """How a question is answered."""

    RATING = "rating", N_("Scale of five")
    NPS = "nps", N_("Would recommend, 0 to 10")
    CHOICE = "choice", N_("One of several")
    CHOICES = "choices", N_("Any of several")
    TEXT = "text", N_("In own words")


class CampaignStatus(Worded):
    """Where a campaign stands."""

    DRAFT = "draft", N_("Draft")
    RUNNING = "running", N_("Running")
    PAUSED = "paused", N_("Paused")
    ENDED = "ended", N_("Ended")

    @property
    def tone(self) -> str:
        """The colour that goes with the word."""
        return _TONES[self]


class InvitationStatus(Worded):
    """Where an invitation stands."""

    WAITING = "waiting", N_("To be sent")
    SENT = "sent", N_("Sent")
    ANSWERED = "answered", N_("Answered")
    EXPIRED = "expired", N_("Expired")
    STOPPED = "stopped", N_("Stopped")


class ResponseChannel(Worded):
    """By which way an answer came."""

    LINK = "link", N_("By the link")
    PORTAL = "portal", N_("In the portal")
    PAPER = "paper", N_("On paper")


_TONES: Mapping[CampaignStatus, str] = {
    CampaignStatus.DRAFT: "neutral",
    CampaignStatus.RUNNING: "running",
    CampaignStatus.PAUSED: "warning",
    CampaignStatus.ENDED: "done",
}
CAMPAIGN_TRANSITIONS: Mapping[CampaignStatus, frozenset[CampaignStatus]] = {
    CampaignStatus.DRAFT: frozenset({CampaignStatus.RUNNING, CampaignStatus.ENDED}),
    CampaignStatus.RUNNING: frozenset({CampaignStatus.PAUSED, CampaignStatus.ENDED}),
    CampaignStatus.PAUSED: frozenset({CampaignStatus.RUNNING, CampaignStatus.ENDED}),
    CampaignStatus.ENDED: frozenset(),
}
