"""What pages may cost in SQL statements, by route. A new list or record page gets its line here.

A figure is what one view of the demo asks, the session's statement included, the frame of its
transaction not. The goal is six. Where a page comes to need fewer, lower its line; before raising
one, look whether something is asked row by row.
"""

from collections.abc import Mapping

_LISTS = {
    "/": 10,
    "/catalogue": 3,
    "/complaints": 2,
    "/notices": 2,
    "/orders": 2,
    "/quotes": 2,
    "/search": 1,
    "/settings": 4,
    "/surveys": 2,
    "/visits": 5,
    "/staff": 9,
    "/staff/accounts": 3,
    "/staff/catalogue": 2,
    "/staff/complaints": 5,
    "/staff/contact-reports": 5,
    "/staff/corrective-actions": 7,
    "/staff/dealers": 2,
    "/staff/finance": 3,
    "/staff/meetings": 5,
    "/staff/notices": 2,
    "/staff/operations": 7,
    "/staff/opinions": 4,
    "/staff/orders": 5,
    "/staff/people": 3,
    "/staff/policy": 3,
    "/staff/quotes": 4,
    "/staff/registrations": 3,
    "/staff/search": 1,
    "/staff/settings": 4,
    "/staff/surveys": 2,
    "/staff/visits": 5,
    "/staff/warehouse": 5,
}
_RECORDS = {
    "/complaints/{complaint_reference:str}": 5,
    "/contact-reports/{report_reference:str}": 5,
    "/meetings/{meeting_reference:str}": 3,
    "/orders/{order_reference:str}": 6,
    "/quotes/{reference:str}": 4,
    "/visits/{visit_reference:str}": 6,
    "/staff/accounts/{code:str}": 15,
    "/staff/catalogue/{sku:str}": 4,
    "/staff/complaints/{complaint_reference:str}": 9,
    "/staff/contact-reports/{report_reference:str}": 8,
    "/staff/corrective-actions/{action_reference:str}": 8,
    "/staff/meetings/{meeting_reference:str}": 7,
    "/staff/opinions/{opinion_reference:str}": 6,
    "/staff/orders/{order_reference:str}": 6,
    "/staff/quotes/{reference:str}": 5,
    "/staff/registrations/{registration_reference:str}": 4,
    "/staff/visits/{visit_reference:str}": 9,
}
_PARTS = {
    "/complaints/{complaint_reference:str}/fragments/state": 5,
    "/complaints/{complaint_reference:str}/fragments/thread": 5,
    "/notices/fragments/list": 2,
    "/orders/{order_reference:str}/fragments/state": 6,
    "/orders/{order_reference:str}/fragments/thread": 6,
    "/quotes/{reference:str}/fragments/state": 4,
    "/quotes/{reference:str}/fragments/thread": 4,
    "/visits/{visit_reference:str}/fragments/state": 6,
    "/staff/complaints/fragments/queue": 2,
    "/staff/complaints/{complaint_reference:str}/fragments/course": 7,
    "/staff/complaints/{complaint_reference:str}/fragments/head": 7,
    "/staff/complaints/{complaint_reference:str}/fragments/presence": 3,
    "/staff/complaints/{complaint_reference:str}/fragments/story": 4,
    "/staff/contact-reports/fragments/queue": 2,
    "/staff/contact-reports/{report_reference:str}/fragments/head": 7,
    "/staff/contact-reports/{report_reference:str}/fragments/history": 7,
    "/staff/contact-reports/{report_reference:str}/fragments/presence": 3,
    "/staff/corrective-actions/fragments/queue": 2,
    "/staff/corrective-actions/{action_reference:str}/fragments/head": 8,
    "/staff/corrective-actions/{action_reference:str}/fragments/history": 8,
    "/staff/corrective-actions/{action_reference:str}/fragments/presence": 3,
    "/staff/fragments/worklist": 8,
    "/staff/meetings/fragments/queue": 2,
    "/staff/meetings/{meeting_reference:str}/fragments/head": 6,
    "/staff/meetings/{meeting_reference:str}/fragments/history": 6,
    "/staff/meetings/{meeting_reference:str}/fragments/presence": 3,
    "/staff/notices/fragments/list": 2,
    "/staff/opinions/fragments/queue": 2,
    "/staff/opinions/{opinion_reference:str}/fragments/head": 5,
    "/staff/opinions/{opinion_reference:str}/fragments/history": 5,
    "/staff/opinions/{opinion_reference:str}/fragments/presence": 3,
    "/staff/orders/fragments/queue": 2,
    "/staff/orders/{order_reference:str}/fragments/head": 5,
    "/staff/orders/{order_reference:str}/fragments/presence": 3,
    "/staff/orders/{order_reference:str}/fragments/release": 5,
    "/staff/orders/{order_reference:str}/fragments/story": 4,
    "/staff/quotes/fragments/queue": 2,
    "/staff/quotes/{reference:str}/fragments/head": 4,
    "/staff/quotes/{reference:str}/fragments/presence": 3,
    "/staff/quotes/{reference:str}/fragments/story": 4,
    "/staff/visits/fragments/queue": 2,
    "/staff/visits/{visit_reference:str}/fragments/head": 8,
    "/staff/visits/{visit_reference:str}/fragments/history": 8,
    "/staff/visits/{visit_reference:str}/fragments/presence": 3,
}

STATEMENTS: Mapping[str, int] = {**_LISTS, **_RECORDS, **_PARTS}
STATEMENTS_OF_A_MESSAGE = 5
# What a demo shows depends on the hour: of a Monday morning a panel more than of a Sunday.
MORE_BY_THE_HOUR = 1

# What looks like a list and is none, each with what it is.
EXCEPTIONS: Mapping[str, str] = {
    "/live": "a stream that stays open",
    "/staff/live": "a stream that stays open",
}
