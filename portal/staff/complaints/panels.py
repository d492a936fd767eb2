"""The forms of a complaint's page: what each is called. The value is its address: `?do=founded`."""

from portal.domain.common.words import N_, Worded


class Panel(Worded):
    """A form that can stand open on the page."""

    # Where it lies
    OFFER = "offer", N_("Offer it to a colleague")
    OFFER_DECLINED = "offer-declined", N_("Decline the offer")
    SEVERITY = "severity", N_("Change the severity")
    QUESTION = "question", N_("Ask the customer")
    ANSWERED = "question-answered", N_("Record the answer")
    WITHDRAWAL = "withdrawal", N_("Withdraw for the customer")
    REOPENING = "reopening", N_("Reopen")
    # Judgement, or the answer to a lighter kind (C3, C15)
    FOUNDED = "founded", N_("Founded")
    UNFOUNDED = "unfounded", N_("Unfounded")
    ANSWER = "answer", N_("Answer")
    INTO_COMPLAINT = "into-complaint", N_("Turn it into a complaint")
    SETTLED = "settled", N_("Record that it is settled")
    NOT_SETTLED = "not-settled", N_("Record that it is not settled")
    # Investigation (C4, C5, C6)
    GOODS = "goods", N_("Add goods")
    GOODS_CORRECTED = "goods-corrected", N_("Put goods right")
    BATCH = "batch", N_("Look for the batch in stock")
    SAMPLE = "sample", N_("Record the sample test")
    CALL_BACK = "call-back", N_("Call goods back")
    DEALER = "dealer", N_("Give it to a dealer")
    DEALER_DONE = "dealer-done", N_("The dealer has done it")
    DEALER_FAILED = "dealer-failed", N_("The dealer has failed")
    FINDING = "finding", N_("Record a finding")
    EXPLANATION = "explanation", N_("Explain it to the customer")
    # Proposals and approvals (C7, C8)
    PROPOSAL = "proposal", N_("Add a proposal")
    PROPOSAL_WITHDRAWAL = "proposal-withdrawal", N_("Take a proposal back")
    CHOICE = "choice", N_("Choose a proposal")
    APPROVAL = "approval", N_("Approve the compensation")
    REFUSAL = "refusal", N_("Refuse the compensation")
    # Outcome (C8)
    OUTCOME = "outcome", N_("Tell the outcome")
    CONFIRMATION = "confirmation", N_("Record the confirmation")
    OBJECTION = "objection", N_("Record an objection")
    CLOSING = "closing", N_("Close without an answer")
    # What is learned (C8, C9, C11, C13)
    CORRECTIVE_ACTION = "corrective-action", N_("Demand corrective action")
    WAIVER = "waiver", N_("Close without corrective action")
    SUMMING_UP = "summing-up", N_("Sum it up")
    FOLLOW_UP = "follow-up", N_("Record the follow-up")
    REVIEW = "review", N_("Conclude the review")
    # What is written
    REPLY = "reply", N_("Reply to customer")
    NOTE = "note", N_("Internal note")
