"""One's own settings, password, sessions and the switch between accounts, in both portals."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from pydantic import StringConstraints

from portal.domain.common.errors import Conflict, FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.identity import sessions, settings
from portal.domain.identity.own_password import change_own_password
from portal.domain.organisation.sign_in_rules import password_length
from portal.rendering.i18n import LANGUAGE_NAMES
from portal.rendering.links import own_path
from portal.web.arguments import AnAnswer, AnId, AViewer, AVisit, TheSettings
from portal.web.cookies import cookie, session_cookie_of
from portal.web.forms import Form, FormModel, Whole
from portal.web.guards import requires
from portal.web.throttle import PASSWORD_PER_PERSON, count_attempt
from portal.web.time_zones import zones_offered

_OWN = [requires(Permission.USE_OWN_SETTINGS)]
Secret = Annotated[str, StringConstraints(max_length=300, strip_whitespace=False)]


class Profile(FormModel):
    name: str
    phone: str = ""
    locale: str = ""
    timezone: str
    keyboard_shortcuts: str = ""
    version: Whole


class Passwords(FormModel):
    current_password: Secret
    new_password: Secret


def _both(path: str) -> list[str]:
    return [path, f"/staff{path}"]


@get(_both("/settings"), guards=_OWN)
async def show(viewer: AViewer, visit: AVisit, answer: AnAnswer) -> Response[str]:
    """One's settings and where one is signed in."""
    return await _page(viewer, visit, answer)


@post(_both("/settings/profile"), guards=_OWN)
async def save_profile(
    request: Request[Any, Any, Any], viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """Change name, phone, language, zone."""
    form = await Form.sent(request)
    given = form.read(Profile)
    if given is None:
        return await _page(viewer, visit, answer, profile=form)
    try:
        await settings.change_own_settings(
            name=given.name,
            phone=given.phone,
            locale=given.locale,
            timezone=given.timezone,
            keyboard_shortcuts=bool(given.keyboard_shortcuts),
            expected_version=given.version,
            by=viewer.actor,
        )
    except FieldError as error:
        form.refuse_by(error)
        return await _page(viewer, visit, answer, profile=form)
    except Conflict:
        return await _page(viewer, visit, answer, profile=form, is_conflict=True)
    return answer.see_other(visit.portal.path("/settings"), toast=N_("Saved."))


@post(_both("/settings/password"), guards=_OWN)
async def save_password(
    request: Request[Any, Any, Any],
    viewer: AViewer,
    visit: AVisit,
    answer: AnAnswer,
    settings: TheSettings,
) -> Response[str]:
    """Change one's password; every other session ends and this one goes on under a new id."""
    form = await Form.sent(request)
    given = form.read(Passwords)
    renewed = None
    if given is not None:
        await count_attempt(PASSWORD_PER_PERSON, str(viewer.actor.person_id))
        try:
            renewed = await change_own_password(
                given.current_password,
                given.new_password,
                viewer.session_token,
                by=viewer.actor,
                personal=[viewer.signed_in.email, viewer.account_name, settings.supplier_name],
                min_length=await password_length(),
            )
        except FieldError as error:
            form.refuse_by(error)
    if renewed is None:
        for name in Passwords.model_fields:
            form.put(name, None)
        return await _page(viewer, visit, answer, password=form)
    response = answer.see_other(visit.portal.path("/settings"))
    response.cookies.append(
        cookie(
            session_cookie_of(visit.portal),
            renewed.token,
            max_age=int(renewed.lasts.total_seconds()),
        )
    )
    return response


@post(_both("/settings/sessions/{session_id:int}/end"), guards=_OWN)
async def end_session(
    session_id: AnId, viewer: AViewer, visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """End one of one's other sessions."""
    await sessions.end_own(session_id, by=viewer.actor)
    return answer.see_other(visit.portal.path("/settings"), toast=N_("The session has ended."))


@post(_both("/settings/sessions/end-others"), guards=_OWN)
async def end_other_sessions(viewer: AViewer, visit: AVisit, answer: AnAnswer) -> Response[str]:
    """End all sessions but this one."""
    await sessions.end_others(viewer.session_token, by=viewer.actor)
    return answer.see_other(
        visit.portal.path("/settings"), toast=N_("All other sessions have ended.")
    )


@post("/membership", guards=_OWN)
async def switch_account(
    request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Act for another of one's accounts; `next` is the page to go on with."""
    form = await Form.sent(request)
    await sessions.switch_account(
        viewer.session_token, form.value("account")[:100], by=viewer.actor
    )
    return answer.see_other(own_path(form.value("next"), "/"))


async def _page(
    viewer: AViewer,
    visit: AVisit,
    answer: AnAnswer,
    *,
    profile: Form | None = None,
    password: Form | None = None,
    is_conflict: bool = False,
) -> Response[str]:
    current = await settings.own_settings(viewer.actor)
    shown = profile or Form.showing(
        name=current.name,
        phone=current.phone,
        locale=current.locale,
        timezone=current.timezone,
        keyboard_shortcuts=current.keyboard_shortcuts,
        version=current.version,
    )
    if is_conflict:
        shown.put("version", current.version)
    passwords = password or Form()
    for form in (shown, passwords):
        form.say_in(visit.reader.locale)
    refused = shown if shown.is_refused else passwords
    return answer.page(
        "settings/show.html",
        title=N_("Settings and sessions"),
        section="settings",
        form=refused,
        status=409 if is_conflict else 200,
        layout=f"layouts/{visit.portal.name}.html",
        base=visit.portal.path("/settings"),
        profile=shown,
        password=passwords,
        current=current,
        is_conflict=is_conflict,
        email=viewer.signed_in.email,
        min_length=await password_length(),
        languages=list(LANGUAGE_NAMES.items()),
        timezones=zones_offered(shown.value("timezone")),
        sessions=await sessions.own_sessions(viewer.signed_in),
        device=device,
    )


# In this order: Edge says it is Chrome, Chrome says it is Safari, Android says it is Linux.
_BROWSERS = {
    "MicroMessenger": "WeChat",
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def device(user_agent: str) -> str:
    """What people call it: "Chrome · Windows"; empty when nothing is known."""
    named = [
        next((name for mark, name in names.items() if mark in user_agent), "")
        for names in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(name for name in named if name)


ROUTES = [
    show,
    save_profile,
    save_password,
    end_session,
    end_other_sessions,
    switch_account,
]
