"""A figure of the policy: what it is and was, and changing it after a look at what follows."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from portal.domain import policy
from portal.domain.accounts.classification import Tier
from portal.domain.accounts.names import AccountName, account_names
from portal.domain.accounts.queries import by_code
from portal.domain.common.errors import FieldError, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.policy import FIGURES, Figure, ScopeKind
from portal.domain.policy.editing import PastVersion, Wish, history_of
from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels.changes import Preview, change_figure, preview_figure
from portal.domain.service_levels.promise import TargetKind
from portal.staff.choices import choices
from portal.staff.policy_form import Scoped, shown_value, typed_value, units
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Day, Form, FormModel
from portal.web.guards import requires
from portal.web.once import led_to, remember
from portal.web.viewer import Viewer

PATH = "/staff/policy/figures"
_READS = [requires(Permission.READ_POLICY)]
_EDITS = [requires(Permission.EDIT_POLICY)]
AnyRequest = Request[Any, Any, Any]
# In the order of the page, so that the summary of errors follows it.
_FIELDS = ("value", "warn", "calendar", "scope", "tier", "account", "valid_from", "reason")


class _Begins(FormModel):
    valid_from: Day


@dataclass(frozen=True, slots=True)
class _Typed:
    """What a form asks for; `wish` is missing where something was refused."""

    form: Form
    wish: Wish | None


@get(f"{PATH}/{{figure_key:str}}", guards=_READS)
async def show(
    figure_key: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """What a figure is, for whom otherwise, and every version that was; with the form to change it.

    `ends` in the address names the override that is to end.
    """
    figure = _figure(figure_key)
    form = await _first_form(figure, request, viewer)
    return await _page(figure, form, viewer, answer)


@post(f"{PATH}/{{figure_key:str}}/check", guards=_EDITS)
async def check(
    figure_key: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """What would follow for what is owed, before anything is saved."""
    figure = _figure(figure_key)
    typed = await _typed(figure, await Form.sent(request), viewer)
    if typed.wish is not None:
        try:
            seen = await preview_figure(figure, typed.wish, by=viewer.actor)
        except FieldError as error:
            typed.form.refuse_by(error)
        else:
            return await _check_page(figure, typed, seen, viewer, answer)
    return await _page(figure, typed.form, viewer, answer)


@post(f"{PATH}/{{figure_key:str}}", guards=_EDITS)
async def change(
    figure_key: FromPath[str], request: AnyRequest, viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Save a further version; open promises follow it."""
    figure = _figure(figure_key)
    form = await Form.sent(request)
    path = f"{PATH}/{figure.key}"
    if await led_to(form, viewer):
        return answer.see_other(path)
    if not form.pressed("_back"):
        typed = await _typed(figure, form, viewer)
        if typed.wish is not None:
            try:
                await change_figure(figure, typed.wish, by=viewer.actor)
            except FieldError as error:
                form.refuse_by(error)
            else:
                await remember(form, viewer, path)
                return answer.see_other(path, toast=N_("Saved. Open promises follow it."))
    return await _page(figure, form, viewer, answer)


def _figure(key: str) -> Figure[Any]:
    if key not in FIGURES:
        raise NotFound
    return FIGURES[key]


async def _first_form(figure: Figure[Any], request: AnyRequest, viewer: Viewer) -> Form:
    """The form as it first stands there: what holds for everybody, from today."""
    ends = str(request.query_params.get("ends") or "")
    kind, _, value = ends.partition(":")
    holds = (await policy.figure(figure, at=viewer.now)).value
    accounts = await account_names({int(value)} if kind == "account" and value.isdigit() else ())
    account = next(iter(accounts.values()), None)
    return Form.showing(
        **shown_value(figure, holds),
        scope=kind if kind in set(ScopeKind) else ScopeKind.COMPANY.value,
        tier=value if kind == "tier" else None,
        account=account.code if account else None,
        ends="yes" if ends else None,
        valid_from=viewer.reader.local(viewer.now).date(),
    )


async def _typed(figure: Figure[Any], form: Form, viewer: Viewer) -> _Typed:
    """Read the form; what is wrong with it stands at its fields."""
    ends = form.checked("ends", "yes")
    value = None if ends else typed_value(figure, form)
    scoped, begins = form.read(Scoped), form.read(_Begins)
    scope = await _scope(scoped, form, viewer) if scoped else None
    form.order_errors(_FIELDS)
    if form.is_refused or scoped is None or begins is None or scope is None:
        return _Typed(form, None)
    wish = Wish(value, *scope, _begins(begins.valid_from, viewer), scoped.reason)
    return _Typed(form, wish)


async def _scope(scoped: Scoped, form: Form, viewer: Viewer) -> tuple[ScopeKind, str | None] | None:
    """For whom, as a version keeps it; None after noting an error."""
    match scoped.scope:
        case ScopeKind.TIER:
            if scoped.tier in set(Tier):
                return ScopeKind.TIER, scoped.tier
            form.refuse("tier", N_("Choose a tier."))
            return None
        case ScopeKind.ACCOUNT:
            try:
                account = await by_code(scoped.account.strip(), viewer.actor)
            except NotFound:
                form.refuse("account", N_("There is no customer with this code."))
                return None
            return ScopeKind.ACCOUNT, str(account.id)
    return ScopeKind.COMPANY, None


def _begins(day: date, viewer: Viewer) -> datetime:
    """The first moment of `day` where the reader is; now, if that is today."""
    if day == viewer.reader.local(viewer.now).date():
        return viewer.now
    return datetime.combine(day, time(), viewer.reader.zone)


async def _page(figure: Figure[Any], form: Form, viewer: Viewer, answer: Answer) -> Response[str]:
    book = await policy.rulebook()
    history = await history_of(figure)
    return answer.page(
        "staff/policy/figure.html",
        title=figure.label,
        section="policy",
        form=form,
        figure=figure,
        current=book.figure(figure, at=viewer.now),
        overrides=book.overrides(figure, at=viewer.now),
        upcoming=book.upcoming(figure, at=viewer.now),
        history=history,
        accounts=await _accounts_of(history),
        **_options(figure, answer),
    )


async def _check_page(
    figure: Figure[Any], typed: _Typed, seen: Preview, viewer: Viewer, answer: Answer
) -> Response[str]:
    assert typed.wish is not None  # noqa: S101 - checked by the caller
    wish = typed.wish
    ids = {int(wish.scope_value or 0)} if wish.scope_kind is ScopeKind.ACCOUNT else set()
    named = await account_names(ids)
    return answer.page(
        "staff/policy/check.html",
        title=N_("Check the change"),
        section="policy",
        form=typed.form,
        figure=figure,
        wish=wish,
        current=(await policy.rulebook()).figure(figure, at=viewer.now),
        seen=seen,
        kinds={kind.value: kind.label for kind in TargetKind},
        accounts={str(account_id): name for account_id, name in named.items()},
        is_later=wish.valid_from > viewer.now,
    )


async def _accounts_of(history: list[PastVersion]) -> dict[str, AccountName]:
    """The accounts that have or had figures of their own, by what their scope says."""
    ids = {
        int(each.scope_value)
        for each in history
        if each.scope_kind is ScopeKind.ACCOUNT and each.scope_value
    }
    return {str(account_id): name for account_id, name in (await account_names(ids)).items()}


def _options(figure: Figure[Any], answer: Answer) -> dict[str, Any]:
    return {
        "units": choices(units(), answer),
        "calendars": choices(CalendarKind, answer),
        "tiers": choices(Tier, answer),
        "states": choices(figure.type.choices, answer),
    }


ROUTES = [show, check, change]
