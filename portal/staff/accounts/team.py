"""The account's team: who of us serves it (rules A6, A21)."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from portal.domain.accounts.tables import Account
from portal.domain.accounts.team import HELD, Candidate, Member, Position, candidates, team_of
from portal.domain.common.errors import Conflict, FieldError
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.visits.succession import change_team
from portal.staff.accounts.reading import HOME, file_to_change, path_of, read_file
from portal.staff.two_versions import TWO_VERSIONS, Theirs, theirs
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, RecordId, Whole
from portal.web.guards import requires

_EDIT = [requires(Permission.EDIT_ACCOUNTS)]
_PAGE = f"{HOME}/{{code:str}}/team"
_BACKUPS = "backups"
MOST_BACKUPS = 20


class BackupFields(FormModel):
    person: RecordId


class TeamFields(FormModel):
    account_manager: RecordId | None = None
    sales_representative: RecordId | None = None
    sales_assistant: RecordId | None = None
    backups: list[BackupFields] = []
    version: Whole


@get(_PAGE, guards=_EDIT)
async def show(code: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Who holds which position."""
    account = await read_file(code, viewer, "/team")
    team = await team_of(account.id, active_only=False)
    return await _page(answer, account, _form_of(account, team), team)


@post(_PAGE, guards=_EDIT)
async def save(
    code: FromPath[str], request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """Set the team, or add and remove rows of the form where there is no script."""
    account = await file_to_change(code, viewer)
    form = await Form.sent(request)
    team = await team_of(account.id, active_only=False)
    if _changed_rows(form):
        return await _page(answer, account, form, team)
    given = form.read(TeamFields, lines=(_BACKUPS,))
    if given is None:
        return await _page(answer, account, form, team)
    try:
        await change_team(
            account,
            holders={position: getattr(given, position.value) for position in HELD},
            backups=[backup.person for backup in given.backups][:MOST_BACKUPS],
            by=viewer.actor,
            expected_version=given.version,
        )
    except FieldError as error:
        form.refuse_by(error)
        return await _page(answer, account, form, team)
    except Conflict:
        return await _page(answer, account, form, team, other=await _other(account, form, team))
    return answer.see_other(path_of(code), toast=N_("The team is set."))


def _changed_rows(form: Form) -> bool:
    """Add or remove a row of backups, if a button for that was pressed."""
    rows = form.rows(_BACKUPS)
    if form.pressed(f"_add_{_BACKUPS}"):
        form.put_rows(_BACKUPS, [*rows, {"person": ""}])
        return True
    gone = form.value(f"_remove_{_BACKUPS}")
    if form.pressed(f"_remove_{_BACKUPS}"):
        kept = [row for index, row in enumerate(rows) if str(index) != gone]
        form.put_rows(_BACKUPS, kept or [{"person": ""}])
        return True
    return False


def _form_of(account: Account, team: list[Member]) -> Form:
    held = {
        member.position.value: member.staff_member_id
        for member in team
        if member.position is not Position.BACKUP
    }
    form = Form.showing(**held, version=account.version)
    form.put_rows(
        _BACKUPS,
        [
            {"person": member.staff_member_id}
            for member in team
            if member.position is Position.BACKUP
        ],
    )
    return form


async def _other(account: Account, form: Form, team: list[Member]) -> Theirs:
    names = {str(member.staff_member_id): member.name for member in team}
    typed, now = _with_backups_in_one(form), _with_backups_in_one(_form_of(account, team))
    found = await theirs(
        "account",
        account.id,
        typed=typed,
        now=now,
        labels={position.value: position.label for position in Position},
        names={position.value: names for position in Position},
    )
    form.put("version", account.version)
    return found


def _with_backups_in_one(form: Form) -> Form:
    held = {position.value: form.value(position.value) for position in HELD}
    backups = [row.get("person", "") for row in form.rows(_BACKUPS)]
    return Form.showing(**held, backup=backups, version=form.value("version"))


async def _page(
    answer: AnAnswer,
    account: Account,
    form: Form,
    team: list[Member],
    *,
    other: Theirs | None = None,
) -> Response[str]:
    return answer.page(
        "staff/accounts/team.html",
        title=TWO_VERSIONS if other else N_("Team of %(name)s"),
        words={"name": account.name},
        section="accounts",
        form=form,
        status=409 if other else 200,
        account=account,
        positions=HELD,
        people=_choices(await candidates(), team),
        backup_count=max(form.row_count(_BACKUPS), 1),
        theirs=other,
    )


def _choices(here: list[Candidate], team: list[Member]) -> list[tuple[int, str]]:
    """Everybody who works here, and who has left but is still on this team."""
    known = {candidate.staff_member_id for candidate in here}
    gone = {
        member.staff_member_id: member.name
        for member in team
        if member.staff_member_id not in known
    }
    offered = [(one.staff_member_id, _called(one)) for one in here]
    return [*offered, *gone.items()]


def _called(candidate: Candidate) -> str:
    branch = candidate.branch_name
    return f"{candidate.name} · {branch}" if branch else candidate.name


ROUTES = [show, save]
