"""Small forms on a record's page: load the record, read the form, call one verb, answer.

    FORMS = RecordForms(f"{PATH}/{{reference:str}}", load=complaint_by_reference, show=show_page)

    @FORMS.form("severity", Graver, N_("Changed."), asks=Permission.WORK_ON_COMPLAINTS)
    async def severity(complaint: Complaint, given: Graver, sent: Sent) -> None:
        await set_severity(complaint, …, by=sent.by, expected_version=given.version)

`ui.record_form` draws such a form. Its name is the end of its address and, where `?do=` opens it on
the page, the panel that stands open. Every form sends the version that its page showed; sent twice
it acts once. What is refused comes back with its form open and everything typed in it: a 422 where
something is wrong, a 409 with the page as it stands now where a colleague was faster.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler

from portal.domain.common.actor import Actor
from portal.domain.common.errors import Conflict, DomainError, FieldError, FieldErrors, NotAllowed
from portal.domain.common.permissions import Permission
from portal.domain.common.posting import FormFiles
from portal.web.after_commit import tell_after_commit
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form, FormModel, Whole
from portal.web.guards import OWN_UNITS, requires
from portal.web.once import led_to, remember
from portal.web.uploads import is_choosing, is_dropping, keep_chosen, shown_files
from portal.web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


class Versioned(FormModel):
    """What every form about a record sends: the version that its page showed."""

    version: Whole


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent, and by whom."""

    form: Form
    viewer: Viewer

    @property
    def by(self) -> Actor:
        return self.viewer.actor


R = TypeVar("R")
Loaded_co = TypeVar("Loaded_co", covariant=True)
Given = TypeVar("Given", bound=FormModel)
# Does it, and may answer with words for what came of it instead of the usual ones.
Verb = Callable[[R, Given, Sent], Awaitable[str | None]]
# Writes the words that were typed and the files of the form.
Writing = Callable[[R, str, FormFiles, Sent], Awaitable[Any]]
AnyVerb = TypeVar("AnyVerb", bound=Callable[..., Awaitable[Any]])


class Load(Protocol[Loaded_co]):
    """Finds the record through the viewer. Raises `NotFound` for unknown and hidden ones alike."""

    async def __call__(self, reference: str, /, *, by: Actor) -> Loaded_co: ...


class Show(Protocol):
    """Answers the record's page: a 422 with a refused `form`, a 409 with a `conflict`.

    `panel` is the form that stands open on it, `about` the part of the record that it is about.
    """

    async def __call__(
        self,
        reference: str,
        viewer: Viewer,
        answer: Answer,
        /,
        *,
        panel: str = "",
        about: str = "",
        form: Form | None = None,
        conflict: Conflict | None = None,
    ) -> Response[str]: ...


class RecordForms(Generic[R]):
    """The forms of one kind of record. `routes` are their handlers.

    `path` is the address of a record's page with its one parameter.
    """

    def __init__(self, path: str, *, load: Load[R], show: Show) -> None:
        self.path = path
        self._parameter = path[path.index("{") + 1 : path.index(":")]
        self._load = load
        self._show = show
        self.routes: list[HTTPRouteHandler] = []

    def form(
        self,
        name: str,
        model: type[Given],
        said: str,
        *,
        asks: Permission,
        may: Collection[Permission] = (),
        panel: str | None = None,
        fields: Mapping[str, str] | None = None,
        anchor: str = "",
    ) -> Callable[[Verb[R, Given]], Verb[R, Given]]:
        """The verb below is what the form `name` does; `said` tells that it was done.

        `asks` guards the route; where `may` is given, one of these is needed besides. `fields` says
        what the domain's fields are called in the form, `panel` which form stays open when its name
        is not the form's, `anchor` where on the page it leads.
        """

        def add(verb: Verb[R, Given]) -> Verb[R, Given]:
            async def handle(
                request: AnyRequest, viewer: AViewer, answer: AnAnswer
            ) -> Response[str]:
                reference = request.path_params[self._parameter]
                form = await Form.sent(request)
                sent = Sent(form, viewer)
                record = await self._load(reference, by=viewer.actor)
                if may and not any(viewer.actor.may(each) for each in may):
                    raise NotAllowed
                # Not every verb changes the version: what came in twice would be done twice.
                if path := await led_to(form, viewer):
                    return answer.see_other(path)
                given, conflict = form.read(model), None
                if given is not None:
                    try:
                        told = await verb(record, given, sent)
                    except Conflict as error:
                        conflict = error
                    except DomainError as error:
                        refuse_by(form, error, fields or {})
                    else:
                        path = self._address(reference)
                        await remember(form, viewer, path)
                        return answer.see_other(f"{path}{anchor}", toast=told or said)
                return await self._refused(panel or name, reference, sent, answer, conflict)

            self._add(name, handle, verb, asks)
            return verb

        return add

    def composer(
        self,
        name: str,
        said: str,
        *,
        asks: Permission,
        panel: str = "",
        body: str = "body",
        files: str = "files",
    ) -> Callable[[AnyVerb], AnyVerb]:
        """The same for what is written with files; the verb is a `Writing`.

        `body` and `files` are its fields. Chosen files are kept before the words are looked at: a
        refused form does not lose them.
        """

        def add(verb: AnyVerb) -> AnyVerb:
            async def handle(
                request: AnyRequest, viewer: AViewer, answer: AnAnswer
            ) -> Response[str]:
                reference = request.path_params[self._parameter]
                form = await Form.sent(request)
                sent = Sent(form, viewer)
                if is_choosing(form, field=files):
                    async with viewer.unit():  # nothing is kept for what one may not see
                        await self._load(reference, by=viewer.actor)
                    await keep_chosen(form, viewer, field=files)
                conflict = None
                if not is_dropping(form, field=files) and not form.is_refused:
                    try:
                        async with viewer.unit() as unit:
                            record = await self._load(reference, by=viewer.actor)
                            chosen = FormFiles(form.key, shown_files(form, field=files))
                            await verb(record, form.value(body), chosen, sent)
                        tell_after_commit(unit)
                        path = f"{self._address(reference)}#conversation"
                        return answer.see_other(path, toast=said)
                    except Conflict as error:
                        conflict = error
                    except DomainError as error:
                        refuse_by(form, error, {"body": body, "files": files})
                async with viewer.unit():
                    return await self._refused(panel or name, reference, sent, answer, conflict)

            self._add(name, handle, verb, asks, own_units=True)
            return verb

        return add

    def _add(
        self,
        name: str,
        handle: Callable[..., Any],
        verb: Callable[..., Any],
        asks: Permission,
        *,
        own_units: bool = False,
    ) -> None:
        handle.__doc__, handle.__module__ = verb.__doc__, verb.__module__
        handle.__name__ = handle.__qualname__ = verb.__name__
        opt = OWN_UNITS if own_units else {}
        self.routes.append(post(f"{self.path}/{name}", guards=[requires(asks)], opt=opt)(handle))

    async def _refused(
        self, panel: str, reference: str, sent: Sent, answer: Answer, conflict: Conflict | None
    ) -> Response[str]:
        return await self._show(
            reference,
            sent.viewer,
            answer,
            panel=panel,
            about=sent.form.value("about"),
            form=sent.form,
            conflict=conflict,
        )

    def _address(self, reference: str) -> str:
        before, _, after = self.path.partition("{")
        return before + reference + after.partition("}")[2]


def refuse_by(form: Form, error: DomainError, fields: Mapping[str, str]) -> None:
    """Note what the domain refused at the form's own fields, or above them all.

    `fields` says what the domain's fields are called in the form. What is no matter of the form –
    not there, not allowed – rises as it came.
    """
    if isinstance(error, FieldErrors):
        for each in error.errors:
            refuse_by(form, each, fields)
    elif isinstance(error, FieldError):
        form.refuse(fields.get(error.field, error.field), error.field_message, **error.words)
    elif error.status == DomainError.status:
        form.refuse("", error.message, **error.words)
    else:
        raise error
