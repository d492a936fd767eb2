"""What the timeline says from the batch check to the customer's confirmation and after it."""

from portal.domain.common.words import N_, Worded


class CureHappening(Worded):
    """What can happen on the way to a cure. The value is the verb of the activity row.

    Stock, samples, findings in our words, proposals, approvals, costs, dealers, follow-ups and
    reviews are recorded with `Audience.INTERNAL`.
    """

    BATCH_LOOKED_UP = (
        "complaints.batch_looked_up",
        N_("%(sku)s, batch %(batch)s: %(quantity)s in stock"),
    )
    ITEM_LOOKED_UP = "complaints.item_looked_up", N_("%(sku)s, any batch: %(quantity)s in stock")
    SAMPLE_SAME_FAULT = (
        "complaints.sample_same_fault",
        N_("Sample of %(quantity)s tested: same fault"),
    )
    SAMPLE_NO_FAULT = (
        "complaints.sample_no_fault",
        N_("Sample of %(quantity)s tested: no such fault"),
    )
    CALLED_BACK = "complaints.called_back", N_("%(quantity)s × %(item)s called back: %(reason)s")
    PRELIMINARY_FINDING = "complaints.preliminary_finding", N_("Preliminary finding: %(finding)s")
    FINAL_FINDING = "complaints.final_finding", N_("Final finding: %(finding)s")
    INVESTIGATED = "complaints.investigated", N_("Investigation completed")
    EXPLAINED = "complaints.explained", N_("Explained: %(told)s")
    PROPOSED = "complaints.proposed", N_("Proposal made: %(description)s")
    PROPOSAL_WITHDRAWN = "complaints.proposal_withdrawn", N_("Proposal withdrawn: %(description)s")
    CHOSEN = "complaints.chosen", N_("Proposal chosen: %(description)s (%(reason)s)")
    CHOSEN_FOR = (
        "complaints.chosen_for",
        N_("Proposal chosen, standing in for %(name)s: %(description)s (%(reason)s)"),
    )
    APPROVAL_WANTED = "complaints.approval_wanted", N_("Approval asked for: %(role)s (%(reason)s)")
    APPROVED = "complaints.approved", N_("Approved as %(role)s")
    APPROVED_FOR = "complaints.approved_for", N_("Approved as %(role)s, standing in for %(name)s")
    REFUSED = "complaints.refused", N_("Refused as %(role)s: %(reason)s")
    REFUSED_FOR = (
        "complaints.refused_for",
        N_("Refused as %(role)s, standing in for %(name)s: %(reason)s"),
    )
    RELEASED = "complaints.released", N_("Measure decided: %(description)s, by %(ready_on)s")
    CARRIED_OUT = "complaints.carried_out", N_("Carried out: %(told)s")
    MEASURES = "complaints.measures", N_("Measures on those responsible: %(measures)s")
    GIVEN_TO_DEALER = (
        "complaints.given_to_dealer",
        N_("Given to %(dealer)s until %(due_on)s: %(what)s"),
    )
    DEALER_DONE = "complaints.dealer_done", N_("%(dealer)s has done the work: %(result)s")
    DEALER_FAILED = (
        "complaints.dealer_failed",
        N_("%(dealer)s has failed, we take over: %(result)s"),
    )
    CHARGED_TO_DEALER = "complaints.charged_to_dealer", N_("%(amount)s charged to %(dealer)s")
    CONFIRMED = "complaints.confirmed", N_("%(name)s confirms the outcome")
    OBJECTED = "complaints.objected", N_("%(name)s objects: %(reason)s")
    REMINDED = "complaints.reminded", N_("Reminded to confirm the outcome")
    CLOSED = "complaints.closed", N_("Closed")
    CLOSED_UNANSWERED = "complaints.closed_unanswered", N_("Closed without an answer: %(reason)s")
    CAPA_DEMANDED = "complaints.capa_demanded", N_("Corrective action demanded")
    CAPA_REASON = "complaints.capa_reason", N_("Why corrective action is demanded: %(reason)s")
    SUMMED_UP = "complaints.summed_up", N_("Summed up: %(summary)s")
    FOLLOWED_UP = "complaints.followed_up", N_("%(name)s was asked how it went: %(satisfaction)s")
    REVIEWED = "complaints.reviewed", N_("Reviewed: %(conclusion)s")
