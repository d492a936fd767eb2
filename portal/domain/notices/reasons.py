"""Why a notice reaches its reader: said under it, on the page and in the mail."""

from portal.domain.common.words import N_, Worded


class Reason(Worded):
    """Why a notice reaches its reader."""

    REPRESENTATIVE = "representative", N_("You are the sales representative for this request.")
    ASSISTANT = "assistant", N_("You get a copy as sales assistant.")
    OWNER = "owner", N_("You have this request.")
    FORMER_OWNER = "former_owner", N_("You had this request.")
    PREPARER = "preparer", N_("You prepared the quote.")
    REVIEWER = "reviewer", N_("You can review quotes for this customer.")
    IN_CHARGE = "in_charge", N_("Nobody else is there for this customer at the moment.")
    CONTACT = "contact", N_("You are the contact for this customer.")
    ADMINISTRATOR = "administrator", N_("You look after who has access.")
    DEPUTY = "deputy", N_("You stand in for %(absent)s.")
    REQUESTER = "requester", N_("You asked for this quote.")
    MAIN_CONTACT = "main_contact", N_("You are the main contact of %(account)s.")
    PARTICIPANT = "participant", N_("You have written in this request.")
    SALES = "sales", N_("You are the sales representative of %(account)s.")
    WAREHOUSE = "warehouse", N_("You work in the warehouse.")
    FINANCE = "finance", N_("You work in finance.")
    DUTY_MANAGER = "duty_manager", N_("You are the duty manager.")
    DECIDES = "decides", N_("You can decide this.")
    ASKED = "asked", N_("You asked for this.")
    ORDERER = "orderer", N_("You placed this order.")
    ORDER_PARTICIPANT = "order_participant", N_("You have written about this order.")
    OWES = "owes", N_("This is yours to keep.")
    SUPERVISES = "supervises", N_("You are the supervisor of %(owner)s.")
    HEADS = "heads", N_("You head the department of %(owner)s.")
    ABOVE = "above", N_("%(owner)s answers to you through others.")
    COMPLAINT_OWNER = "complaint_owner", N_("You have this complaint.")
    COMPLAINT_FORMER_OWNER = "complaint_former_owner", N_("You had this complaint.")
    OFFERED = "offered", N_("It is yours as soon as you accept it.")
    PROPOSER = "proposer", N_("You made the proposal.")
    CARE = "care", N_("You look after complaints.")
    MANAGEMENT_REPRESENTATIVE = (
        "management_representative",
        N_("You are the management representative."),
    )
    COMPLAINANT = "complainant", N_("You reported this.")
    COMPLAINT_PARTICIPANT = "complaint_participant", N_("You have written about this complaint.")
    LEADS = "leads", N_("You lead this corrective action.")
    STEP_OWNER = "step_owner", N_("A step of it is yours.")
    SENIOR = "senior", N_("Senior management hears of what stays overdue.")
    # Of visits, opinions, meetings and reports
    VISIT_OWNER = "visit_owner", N_("This visit is yours.")
    BUYER = "buyer", N_("You order for %(account)s.")
    FORMER_VISIT_OWNER = "former_visit_owner", N_("This visit was yours.")
    VISITED = "visited", N_("You take part in this visit.")
    OPINION_OWNER = "opinion_owner", N_("This follow-up is yours.")
    FORMER_OPINION_OWNER = "former_opinion_owner", N_("This follow-up was yours.")
    LOOKS_AFTER = "looks_after", N_("You look after %(account)s.")
    SAID_IT = "said_it", N_("You or a colleague of yours said this.")
    ORGANISER = "organiser", N_("You organise this meeting.")
    INVITED = "invited", N_("You take part in this meeting.")
    REPORT_OWNER = "report_owner", N_("You wrote this report.")
    REPORT_READER = "report_reader", N_("This report goes to you.")
    ITEM_OWNER = "item_owner", N_("An action of this report is yours.")
    SURVEYED = "surveyed", N_("We ask you, and nobody in your place.")
