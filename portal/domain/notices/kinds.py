"""What people are told: one headline a kind, and why it reaches them."""

from portal.domain.common.words import N_, Worded
from portal.domain.notices.reasons import Reason

__all__ = ["NoticeKind", "Reason"]


class NoticeKind(Worded):
    """What a notice says. The label is its headline; page and mail share it."""

    # Of requests, to staff
    REQUEST_RECEIVED = "request_received", N_("%(account)s asks for a quote")
    URGENT_REQUEST_RECEIVED = "urgent_request_received", N_("Urgent: %(account)s asks for a quote")
    HANDED_TO_YOU = "handed_to_you", N_("%(actor)s has handed this request to you")
    TAKEN_FROM_YOU = "taken_from_you", N_("%(owner)s works on this request now")
    REQUEST_URGENT_NOW = "request_urgent_now", N_("The request of %(account)s is urgent now")
    REQUEST_NORMAL_NOW = (
        "request_normal_now",
        N_("The request of %(account)s is no longer urgent"),
    )
    QUESTION_ANSWERED = "question_answered", N_("%(author)s has answered your question")
    REVIEW_WANTED = "review_wanted", N_("%(actor)s asks for a review of revision %(revision)s")
    APPROVAL_WANTED = (
        "approval_wanted",
        N_("%(actor)s asks you to approve revision %(revision)s: beyond the policy"),
    )
    REVIEW_PASSED = "review_passed", N_("%(actor)s has approved revision %(revision)s")
    REVIEW_RETURNED = "review_returned", N_("%(actor)s has sent revision %(revision)s back")
    QUOTE_ACCEPTED = "quote_accepted", N_("%(account)s has accepted the quote: order %(order)s")
    QUOTE_DECLINED = "quote_declined", N_("%(account)s has declined the quote")
    REVISION_WANTED = "revision_wanted", N_("%(account)s asks for another revision")
    REQUEST_WITHDRAWN = "request_withdrawn", N_("%(account)s has withdrawn the request")
    QUOTE_LAPSED = "quote_lapsed", N_("The quote to %(account)s has expired unanswered")
    QUOTE_UNANSWERED = "quote_unanswered", N_("%(account)s has not answered the quote yet")
    MAIL_UNDELIVERED = "mail_undelivered", N_("A mail to %(recipient)s could not be delivered")
    # Of requests, to customers
    QUESTION = "question", N_("We need information from you")
    REQUEST_NOTED = "request_noted", N_("%(actor)s has entered this request for you")
    ORDER_NOTED = "order_noted", N_("%(actor)s has noted that you accept: order %(order)s")
    QUOTE_READY = "quote_ready", N_("Your quote is ready")
    REVISION_READY = "revision_ready", N_("Revision %(revision)s of your quote is ready")
    DECLINED_BY_US = "declined_by_us", N_("We cannot quote this request")
    QUOTE_EXPIRES_SOON = "quote_expires_soon", N_("Your quote expires soon")
    QUOTE_EXPIRED = "quote_expired", N_("Your quote has expired")
    # To either side
    MESSAGE = "message", N_("%(author)s has written to you")
    # Of orders, to sales
    ORDER_RECEIVED = "order_received", N_("%(account)s has ordered")
    URGENT_ORDER_RECEIVED = "urgent_order_received", N_("Urgent: %(account)s has ordered")
    ORDER_INCOMPLETE = "order_incomplete", N_("The order of %(account)s is not complete")
    CONSENT_WANTED = "consent_wanted", N_("%(actor)s asks for your consent on stock")
    CONSENT_GIVEN = "consent_given", N_("%(actor)s has consented on stock")
    ORDER_CANCELLED = "order_cancelled", N_("%(actor)s has cancelled the order of %(account)s")
    REST_CANCELLED = (
        "rest_cancelled",
        N_("%(actor)s has cancelled the rest of the order of %(account)s"),
    )
    CALL_FOR_PAYMENT = (
        "call_for_payment",
        N_("Call %(account)s before the cut-off: the order is not paid"),
    )
    MAY_SHIP = "may_ship", N_("The order of %(account)s may ship")
    PREPARATION_WITHDRAWN = "preparation_withdrawn", N_("%(actor)s has withdrawn the preparation")
    GOODS_LEFT = "goods_left", N_("Shipped to %(account)s")
    DELAYED = "delayed", N_("The delivery to %(account)s is delayed on the way")
    GOODS_LOST = "goods_lost", N_("The delivery to %(account)s was lost on the way")
    GOODS_ARRIVED = "goods_arrived", N_("Delivered to %(account)s")
    # Of orders, to the warehouse
    TO_PREPARE = "to_prepare", N_("To be prepared for %(account)s")
    URGENT_TO_PREPARE = "urgent_to_prepare", N_("Urgent: to be prepared for %(account)s")
    NOT_TO_PREPARE = "not_to_prepare", N_("Not to be prepared for the time being")
    SHIPS_TOGETHER = "ships_together", N_("Ships together with %(other)s")
    SHIPS_ALONE = "ships_alone", N_("No longer ships together with another order")
    PUT_ON_HOLD = "put_on_hold", N_("%(actor)s has put the order on hold")
    # Of orders, to finance
    PAYMENT_GUARANTEED = "payment_guaranteed", N_("%(actor)s vouches for the payment")
    TO_BE_INVOICED = "to_be_invoiced", N_("Delivered in full to %(account)s: to be invoiced")
    MONEY_TO_GIVE_BACK = (
        "money_to_give_back",
        N_("More was paid than %(account)s owes: to be given back"),
    )
    # Of orders, to customers
    ORDER_TAKEN = "order_taken", N_("%(actor)s has entered this order for you")
    ORDER_CONFIRMED = "order_confirmed", N_("Your order is confirmed")
    MORE_NEEDED = "more_needed", N_("Your order is not complete yet")
    YOUR_ORDER_HELD = "your_order_held", N_("Your order is on hold")
    YOUR_ORDER_CANCELLED = "your_order_cancelled", N_("Your order has been cancelled")
    YOUR_REST_CANCELLED = (
        "your_rest_cancelled",
        N_("What had not shipped of your order has been cancelled"),
    )
    PREPARED_NOW = "prepared_now", N_("Your order is being prepared")
    SHIPPED = "shipped", N_("Your order has shipped")
    PARTLY_SHIPPED = "partly_shipped", N_("Part of your order has shipped")
    DELAYED_TO_YOU = "delayed_to_you", N_("Your delivery is delayed on the way")
    LOST_SENT_AGAIN = (
        "lost_sent_again",
        N_("Your delivery was lost on the way: we send the goods again"),
    )
    LOST_NOT_SENT = (
        "lost_not_sent",
        N_("Your delivery was lost on the way: the goods are not sent again"),
    )
    DELIVERED = "delivered", N_("Your delivery has arrived")
    INVOICED = "invoiced", N_("Your order has been invoiced")
    # Of orders, to either side
    LET_GO = "let_go", N_("The order is no longer on hold")
    MADE_URGENT = "made_urgent", N_("The order is urgent now")
    PARTS_AGREED = "parts_agreed", N_("The order may ship in parts")
    PLACE_CHANGED = "place_changed", N_("The delivery place has changed")
    SHORT_OF_STOCK = "short_of_stock", N_("A line of the order is short of stock")
    SHORT_LINES = "short_lines", N_("Lines of the order are short of stock")
    PROMISE_MOVED = "promise_moved", N_("The promised ship date has changed")
    PRODUCTION_SET = "production_set", N_("The production date is set")
    PRODUCTION_MOVED = "production_moved", N_("The production date has moved")
    PAYMENT_RECEIVED = "payment_received", N_("A payment for the order has arrived")
    PAYMENT_REVERSED = "payment_reversed", N_("A payment for the order was reversed")
    MONEY_GIVEN_BACK = "money_given_back", N_("Money paid for the order was given back")
    REFUND_REVERSED = (
        "refund_reversed",
        N_("Money noted as given back was not: we correct the record"),
    )
    SETTLED = "settled", N_("The order is paid in full")
    ORDER_MESSAGE = "order_message", N_("%(author)s has written about the order")
    # Of credit limits and registered projects, to staff alone
    CREDIT_WANTED = "credit_wanted", N_("%(actor)s asks for a credit limit for %(account)s")
    CREDIT_APPROVED = "credit_approved", N_("The credit limit of %(account)s is approved")
    CREDIT_REFUSED = "credit_refused", N_("The credit limit of %(account)s is not approved")
    PROJECT_TO_SIGN = "project_to_sign", N_("%(actor)s registers a project of %(account)s")
    PROJECT_SIGNED = "project_signed", N_("%(actor)s has signed the registration")
    PROJECT_REFUSED = "project_refused", N_("%(actor)s has refused the registration")
    PROJECT_ALERT = "project_alert", N_("An order looks like the registered project %(project)s")
    # Of complaints and lighter cases, to staff
    COMPLAINT_RECEIVED = "complaint_received", N_("%(account)s has filed a complaint")
    CASE_RECEIVED = "case_received", N_("%(account)s has written to us")
    COMPLAINT_OFFERED = "complaint_offered", N_("%(actor)s offers you this complaint")
    COMPLAINT_TAKEN_OVER = "complaint_taken_over", N_("%(owner)s has this complaint now")
    COMPLAINT_NOT_TAKEN = "complaint_not_taken", N_("%(actor)s does not take the complaint over")
    COMPLAINT_ANSWERED = "complaint_answered", N_("%(author)s has answered your question")
    MEASURE_CHOSEN = "measure_chosen", N_("%(actor)s has chosen a measure for %(account)s")
    COMPENSATION_TO_APPROVE = (
        "compensation_to_approve",
        N_("%(actor)s asks you to approve a compensation to %(account)s"),
    )
    COMPENSATION_APPROVED = "compensation_approved", N_("%(actor)s has approved the compensation")
    COMPENSATION_REFUSED = "compensation_refused", N_("%(actor)s has refused the compensation")
    MEASURE_MAY_BEGIN = "measure_may_begin", N_("The measure for %(account)s may be carried out")
    OUTCOME_CONFIRMED = "outcome_confirmed", N_("%(account)s confirms the outcome")
    OUTCOME_OBJECTED = "outcome_objected", N_("%(account)s objects to the outcome")
    OUTCOME_UNANSWERED = "outcome_unanswered", N_("%(account)s has not answered the outcome")
    COMPLAINT_REOPENED = "complaint_reopened", N_("%(account)s has reopened a case")
    COMPLAINT_WITHDRAWN = "complaint_withdrawn", N_("%(account)s has withdrawn a case")
    DEALER_GIVEN = "dealer_given", N_("%(actor)s has given the work to a dealer")
    DEALER_FAILED = "dealer_failed", N_("The dealer has failed: the complaint is back with us")
    GOODS_TO_COME_BACK = "goods_to_come_back", N_("Goods of %(account)s are called back")
    CAPA_DEMANDED = "capa_demanded", N_("Corrective action is demanded")
    COMPLAINT_ESCALATED = (
        "complaint_escalated",
        N_("%(actor)s asks senior management to look at a complaint"),
    )
    # Of complaints and lighter cases, to customers
    YOUR_COMPLAINT_RECEIVED = "your_complaint_received", N_("Your complaint is with us")
    YOUR_CASE_RECEIVED = "your_case_received", N_("What you wrote is with us")
    COMPLAINT_QUESTION = "complaint_question", N_("We need information from you")
    COMPLAINT_FOUNDED = "complaint_founded", N_("Your complaint is founded: we look into it")
    COMPLAINT_EXPLAINED = "complaint_explained", N_("We explain what we found")
    CASE_ANSWERED = "case_answered", N_("We have answered you")
    FINDING_TOLD = "finding_told", N_("There is a finding on your complaint")
    MEASURE_DECIDED = "measure_decided", N_("It is decided how your complaint is put right")
    MEASURE_CARRIED_OUT = "measure_carried_out", N_("Your complaint has been put right")
    OUTCOME_NOTED = "outcome_noted", N_("We have noted what you say to the outcome")
    OUTCOME_REMINDER = "outcome_reminder", N_("Is it settled for you?")
    COMPLAINT_CLOSED = "complaint_closed", N_("Your complaint is closed")
    CASE_CLOSED = "case_closed", N_("What you wrote to us is closed")
    GOODS_CALLED_BACK = "goods_called_back", N_("We call goods back from you")
    # Of complaints, to either side
    COMPLAINT_MESSAGE = "complaint_message", N_("%(author)s has written to you")
    SEVERITY_CHANGED = "severity_changed", N_("The severity of the complaint has changed")
    # Of corrective actions, to staff alone
    ACTION_OPENED = "action_opened", N_("%(actor)s has opened a corrective action")
    ACTION_TO_LEAD = "action_to_lead", N_("%(actor)s asks you to lead a corrective action")
    STEP_GIVEN = "step_given", N_("%(actor)s gives you a step of a corrective action")
    STEP_MOVED = "step_moved", N_("A step of yours is due on another day")
    STEP_DROPPED = "step_dropped", N_("A step of yours is no longer needed")
    STEP_DONE = "step_done", N_("%(actor)s has done a step")
    STEPS_ALL_DONE = "steps_all_done", N_("All steps are done: the check is next")
    ACTION_INEFFECTIVE = "action_ineffective", N_("A corrective action was not effective")
    ACTION_TO_VERIFY = "action_to_verify", N_("A corrective action waits to be verified")
    ACTION_SENT_BACK = "action_sent_back", N_("%(actor)s sends the corrective action back")
    ACTION_VERIFIED = "action_verified", N_("The corrective action is verified")
    ACTION_CANCELLED = "action_cancelled", N_("The corrective action was cancelled")
    # Of visits and callbacks, to customers
    VISIT_PROPOSED = "visit_proposed", N_("We propose an appointment")
    VISIT_AGREED = "visit_agreed", N_("Our appointment is agreed")
    VISIT_MOVED = "visit_moved", N_("We apologise: our appointment has to move")
    VISIT_CALLED_OFF = "visit_called_off", N_("Our appointment is cancelled")
    VISIT_NEAR = "visit_near", N_("Our appointment is near")
    VISIT_SUMMED_UP = "visit_summed_up", N_("What we take along from our talk")
    # Of visits and callbacks, to staff
    VISIT_CONFIRMED = "visit_confirmed", N_("%(account)s agrees to the appointment")
    VISIT_COUNTERED = "visit_countered", N_("%(account)s asks for another time")
    VISIT_PLANNED = "visit_planned", N_("Planned for you: a visit or call to %(account)s")
    VISIT_GIVEN = "visit_given", N_("%(actor)s gives you a visit or call to %(account)s")
    VISIT_TAKEN = "visit_taken", N_("%(owner)s makes this visit now")
    VISIT_TO_PREPARE = "visit_to_prepare", N_("The appointment with %(account)s is near")
    VISIT_RESCHEDULED = (
        "visit_rescheduled",
        N_("The appointment with %(account)s has another time"),
    )
    VISIT_CANCELLED = (
        "visit_cancelled",
        N_("%(actor)s has cancelled a visit or call to %(account)s"),
    )
    VISIT_DISSATISFIED = "visit_dissatisfied", N_("%(account)s is dissatisfied")
    INQUIRY_RETURNED = "inquiry_returned", N_("%(account)s has returned the feedback form")
    # Of opinions, to staff and, where they read them, to customers
    OPINION_TO_ANSWER = "opinion_to_answer", N_("An opinion waits for your answer")
    OPINION_FROM_SURVEY = "opinion_from_survey", N_("A low score in a survey asks for action")
    OPINION_GIVEN = "opinion_given", N_("%(actor)s gives you an opinion to answer")
    OPINION_TAKEN = "opinion_taken", N_("%(owner)s follows this opinion up now")
    OPINION_DROPPED = "opinion_dropped", N_("%(actor)s does not pursue an opinion")
    OPINION_OPEN_AGAIN = "opinion_open_again", N_("%(actor)s has opened an opinion again")
    OPINION_ANSWERED = "opinion_answered", N_("We answer what you told us")
    # Of meetings, contact reports and what they say that somebody does
    MEETING_PLANNED = "meeting_planned", N_("You are invited to a meeting")
    MEETING_YOURS = "meeting_yours", N_("%(actor)s asks you to hold a meeting")
    MEETING_MOVED = "meeting_moved", N_("A meeting has another time")
    MEETING_CALLED_OFF = "meeting_called_off", N_("A meeting is cancelled")
    CHECK_MATERIAL = "check_material", N_("Check material and agenda once more")
    CONFIRM_ATTENDANCE = "confirm_attendance", N_("Confirm who comes to the meeting")
    REPORT_OWED = "report_owed", N_("A contact report is yours to write")
    REPORT_SENT = "report_sent", N_("The contact report is there")
    REPORT_CORRECTED = "report_corrected", N_("The contact report has been corrected")
    REPORT_ACKNOWLEDGED = "report_acknowledged", N_("%(author)s has acknowledged the report")
    REPORT_COMMENTED = "report_commented", N_("%(author)s comments on the report")
    ACTION_YOURS = "action_yours", N_("A contact report gives you an action")
    ACTION_DONE = "action_done", N_("%(actor)s has done an agreed action")
    # Of surveys, to customers
    SURVEY_WAITS = "survey_waits", N_("We ask for your opinion")
    # Of promises on a clock, to staff alone
    DUE_SOON = "due_soon", N_("A promise to %(account)s is due soon")
    PROMISE_MISSED = "promise_missed", N_("A promise to %(account)s has been missed")
    STILL_MISSED = "still_missed", N_("A promise to %(account)s is still not kept")
    # Of what is owed inside the house
    DEADLINE_SOON = "deadline_soon", N_("A deadline of ours is near")
    DEADLINE_MISSED = "deadline_missed", N_("A deadline of ours has been missed")
    DEADLINE_STILL_MISSED = "deadline_still_missed", N_("A missed deadline of ours is still open")

    @property
    def is_urgent(self) -> bool:
        return self in _URGENT

    @property
    def leads_to_order(self) -> bool:
        """Whether a notice of a request leads to the order that came of it."""
        return self in {NoticeKind.QUOTE_ACCEPTED, NoticeKind.ORDER_NOTED}


_URGENT = frozenset(
    {
        NoticeKind.URGENT_REQUEST_RECEIVED,
        NoticeKind.REQUEST_URGENT_NOW,
        NoticeKind.URGENT_ORDER_RECEIVED,
        NoticeKind.URGENT_TO_PREPARE,
        NoticeKind.MADE_URGENT,
        NoticeKind.CALL_FOR_PAYMENT,
        NoticeKind.PROMISE_MISSED,
        NoticeKind.STILL_MISSED,
        NoticeKind.DEADLINE_MISSED,
        NoticeKind.DEADLINE_STILL_MISSED,
    }
)
