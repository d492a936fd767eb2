"""The gate of both portals: signing in and out, invitation and reset links."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from pydantic import StringConstraints

from portal.database import unit_of_work
from portal.domain.common.errors import FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.identity import sessions, tokens
from portal.domain.identity.addresses import address_to_look_up
from portal.domain.identity.client import Client
from portal.domain.identity.security_log import SecurityEvent, note
from portal.domain.identity.sign_in import sign_in
from portal.domain.organisation.sign_in_rules import (
    link_lifetime,
    password_length,
    session_limits,
)
from portal.rendering.links import own_path
from portal.web.after_commit import tell_after_commit
from portal.web.arguments import AnAnswer, AViewer, AVisit, TheSettings
from portal.web.cookies import cookie, expired, session_cookie_of
from portal.web.demo_people import demo_people
from portal.web.exceptions import TooManyAttempts
from portal.web.forms import Form, FormModel
from portal.web.guards import OWN_UNITS, PUBLIC, requires
from portal.web.places import SIGN_INS, a_place
from portal.web.proxies import subscriber
from portal.web.throttle import (
    RESET_PER_CLIENT,
    RESET_PER_PERSON,
    SIGN_IN_PER_CLIENT,
    SIGN_IN_PER_PERSON,
    TOKEN_PER_CLIENT,
    Limit,
    count_attempt,
)
from portal.web.visit import Visit

Text = Annotated[str, StringConstraints(max_length=300)]


class SignIn(FormModel):
    email: Text
    password: Annotated[str, StringConstraints(max_length=300, strip_whitespace=False)]


class ResetWish(FormModel):
    email: Text


class NewPassword(FormModel):
    password: Annotated[str, StringConstraints(max_length=300, strip_whitespace=False)]


def _both(path: str) -> list[str]:
    return [path, f"/staff{path}"]


@get(_both("/sign-in"), opt=PUBLIC)
async def show_sign_in(
    visit: AVisit, answer: AnAnswer, settings: TheSettings, next: FromQuery[str] = ""
) -> Response[str]:
    """The sign-in form; who is signed in already is led home."""
    if visit.viewer is not None:
        return answer.see_other(own_path(next, visit.portal.home))
    return _sign_in_page(visit, answer, settings, Form.showing(next=next))


@post(_both("/sign-in"), opt={**PUBLIC, **OWN_UNITS})
async def do_sign_in(
    request: Request[Any, Any, Any], visit: AVisit, answer: AnAnswer, settings: TheSettings
) -> Response[str]:
    """Open a session. Known and unknown people get the same answer after the same time."""
    form = await Form.sent(request)
    given = form.read(SignIn)
    if given is None:
        return _sign_in_page(visit, answer, settings, form)
    await _count(SIGN_IN_PER_CLIENT, visit)
    await _count(SIGN_IN_PER_PERSON, visit, given.email)
    async with a_place(SIGN_INS):
        session = await sign_in(
            given.email,
            given.password,
            _client(request, visit),
            replaces=visit.cookies.get(session_cookie_of(visit.portal), ""),
            limits_of=session_limits,
        )
    if session is None:
        form.put("password", None)
        form.refuse("email", N_("The address and the password do not fit together."))
        return _sign_in_page(visit, answer, settings, form)
    response = answer.see_other(_inside(visit, form.value("next")))
    response.cookies.append(
        cookie(
            session_cookie_of(visit.portal),
            session.token,
            max_age=int(session.lasts.total_seconds()),
        )
    )
    return response


@post(_both("/sign-out"), guards=[requires(Permission.USE_OWN_SETTINGS)])
async def sign_out(viewer: AViewer, visit: AVisit, answer: AnAnswer) -> Response[str]:
    """End the session on the server, then the cookie."""
    await sessions.end(viewer.session_token, visit.client_address)
    response = answer.see_other(visit.portal.path("/sign-in"))
    response.cookies.append(expired(session_cookie_of(visit.portal)))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@get(_both("/password-reset"), opt=PUBLIC)
async def show_reset(visit: AVisit, answer: AnAnswer) -> Response[str]:
    """Ask for a link to set a new password."""
    return await _reset_page(visit, answer, Form())


@post(_both("/password-reset"), opt={**PUBLIC, **OWN_UNITS})
async def ask_for_reset(
    request: Request[Any, Any, Any], visit: AVisit, answer: AnAnswer
) -> Response[str]:
    """Have a link mailed if there is such a person; the answer does not tell."""
    form = await Form.sent(request)
    wish = form.read(ResetWish)
    if wish is None:
        async with unit_of_work(visit.portal.login):
            return await _reset_page(visit, answer, form)
    await _count(RESET_PER_CLIENT, visit)
    await _count(RESET_PER_PERSON, visit, wish.email)
    async with unit_of_work(visit.portal.login) as unit:
        await tokens.ask_for_reset(wish.email, _client(request, visit))
    tell_after_commit(unit)
    return answer.see_other(visit.portal.path("/password-reset/asked"))


@get(_both("/password-reset/asked"), opt=PUBLIC)
async def show_reset_asked(visit: AVisit, answer: AnAnswer) -> Response[str]:
    """What happens next."""
    return await _reset_page(visit, answer, Form(), asked=True)


@get(_both("/welcome/{token:str}"), opt={**PUBLIC, **OWN_UNITS})
async def show_link(token: FromPath[str], visit: AVisit, answer: AnAnswer) -> Response[str]:
    """The form behind an invitation or reset link. Opening it consumes nothing."""
    await _count(TOKEN_PER_CLIENT, visit)
    return await _link_page(token, visit, answer, Form())


@post(_both("/welcome/{token:str}"), opt={**PUBLIC, **OWN_UNITS})
async def use_link(
    token: FromPath[str],
    request: Request[Any, Any, Any],
    visit: AVisit,
    answer: AnAnswer,
    settings: TheSettings,
) -> Response[str]:
    """Set the password; the link is spent with it."""
    await _count(TOKEN_PER_CLIENT, visit)
    form = await Form.sent(request)
    given = form.read(NewPassword)
    if given is None:
        return await _link_page(token, visit, answer, form)
    try:
        async with unit_of_work(visit.portal.login):
            await tokens.set_password(
                token,
                given.password,
                _client(request, visit),
                personal=[settings.supplier_name],
                min_length=await password_length(),
            )
    except FieldError as error:
        form.refuse_by(error)
        return await _link_page(token, visit, answer, form)
    except tokens.LinkSpent:
        return await _link_page(token, visit, answer, Form())
    return answer.see_other(
        visit.portal.path("/sign-in"), toast=N_("The password is set. Sign in with it.")
    )


def _sign_in_page(
    visit: AVisit, answer: AnAnswer, settings: TheSettings, form: Form
) -> Response[str]:
    return answer.page(
        "gate/sign_in.html",
        title=N_("Sign in"),
        section=visit.portal.name,
        form=form,
        portal=visit.portal.name,
        action=visit.portal.path("/sign-in"),
        reset_url=visit.portal.path("/password-reset"),
        demo_people=demo_people(settings, visit.portal),
    )


async def _reset_page(
    visit: AVisit, answer: AnAnswer, form: Form, *, asked: bool = False
) -> Response[str]:
    lifetime = await link_lifetime(tokens.Purpose.RESET)
    return answer.page(
        "gate/ask_for_reset.html",
        title=N_("A new password"),
        section=visit.portal.name,
        form=form,
        asked=asked,
        action=visit.portal.path("/password-reset"),
        sign_in_url=visit.portal.path("/sign-in"),
        lifetime=lifetime,
    )


async def _link_page(
    token: FromPath[str], visit: AVisit, answer: AnAnswer, form: Form
) -> Response[str]:
    async with unit_of_work(visit.portal.login):
        holder = await tokens.look_at(token)
        min_length = await password_length()
    return answer.page(
        "gate/set_password.html",
        title=N_("Choose a password"),
        section=visit.portal.name,
        form=form,
        token_holder=holder,
        min_length=min_length,
        action=visit.path,
        sign_in_url=visit.portal.path("/sign-in"),
        reset_url=visit.portal.path("/password-reset"),
    )


def _client(request: Request[Any, Any, Any], visit: AVisit) -> Client:
    return Client(
        visit.portal.side, visit.client_address, request.headers.get("User-Agent", "")[:300]
    )


async def _count(limit: Limit, visit: Visit, email: str | None = None) -> None:
    """Count an attempt of this client, or for this person however their address is written."""
    who = subscriber(visit.client_address)
    if email is not None:
        who = f"{visit.portal.name}:{address_to_look_up(email)}"
    try:
        await count_attempt(limit, who)
    except TooManyAttempts as error:
        if error.is_first:
            async with unit_of_work(visit.portal.login):
                await note(
                    SecurityEvent.THROTTLED,
                    person_id=None,
                    address=visit.client_address,
                    limit=limit.name,
                )
        raise


def _inside(visit: AVisit, wanted: str) -> str:
    """Where to go after signing in: a page of this portal, never of another host."""
    path = own_path(wanted, visit.portal.home)
    return path if path.startswith(visit.portal.home) else visit.portal.home


ROUTES = [
    show_sign_in,
    do_sign_in,
    sign_out,
    show_reset,
    ask_for_reset,
    show_reset_asked,
    show_link,
    use_link,
]
