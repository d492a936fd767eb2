"""How a handler answers: a page, a fragment, or "see there" after a form."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from litestar import Response
from litestar.datastructures import Cookie

from portal.rendering.environment import render
from portal.web import flash
from portal.web.cookies import VISITOR, cookie
from portal.web.error_responses import PRIVATE
from portal.web.errors import say
from portal.web.forms import Form
from portal.web.visit import Visit

# An address may hold these as they are; line breaks and what is not ASCII stay out of the header.
_OF_ADDRESSES = "%/?#[]@!$&'()*+,;=:~"

# When the answer was made, in seconds: a page that stays open counts on from what came last.
BUSINESS_TIME = "X-Business-Time"


class Answer:
    """The answers to one request, in the viewer's language."""

    def __init__(self, visit: Visit, supplier_name: str, *, demo: bool = False) -> None:
        self.visit = visit
        self.supplier_name = supplier_name
        self.demo = demo

    def page(
        self,
        template: str,
        *,
        title: str,
        section: str = "",
        description: str = "",
        status: int = 200,
        form: Form | None = None,
        words: dict[str, Any] | None = None,
        **context: Any,
    ) -> Response[str]:
        """A whole page. `title` is a message id with parameters `words`.

        A `form` with errors makes the answer a 422 unless another `status` is given.
        """
        visit = self.visit
        if form is not None:
            context["form"] = form
            form.say_in(visit.reader.locale)
            if status == 200 and form.errors:
                status = 422
        page = SimpleNamespace(
            title=say(visit.reader.locale, title, words or {}),
            description=description,
            section=section,
        )
        body = render(
            template,
            visit.reader,
            **{
                "page": page,
                "viewer": visit.viewer,
                "csrf_token": visit.csrf_token,
                "path": visit.path,
                "supplier_name": self.supplier_name,
                "demo": self.demo,
                "toasts": self._toasts(),
                **context,
            },
        )
        return self._html(body, status, self._page_cookies())

    def fragment(
        self, template: str, *, status: int = 200, form: Form | None = None, **context: Any
    ) -> Response[str]:
        """A partial for htmx. It must have a whole page of its own that shows the same."""
        if form is not None:
            context["form"] = form
            form.say_in(self.visit.reader.locale)
            if status == 200 and form.errors:
                status = 422
        body = render(
            template,
            self.visit.reader,
            **{
                "viewer": self.visit.viewer,
                "csrf_token": self.visit.csrf_token,
                "path": self.visit.path,
                **context,
            },
        )
        return self._html(body, status, [])

    def see_other(
        self, path: str, *, toast: str = "", tone: str = "done", **words: Any
    ) -> Response[str]:
        """303 to `path` of ours after a form was accepted; `toast` is said on the next page.

        Under htmx the browser is sent there, so that no page lands in a fragment.
        """
        path = quote(path, safe=_OF_ADDRESSES)
        cookies: list[Cookie] = []
        if toast:
            said = flash.Toast(toast, {name: str(word) for name, word in words.items()}, tone)
            cookies.append(flash.written(said, self.visit.secret))
        if self.visit.is_htmx:
            return Response(
                "", status_code=200, headers={"HX-Redirect": path, **PRIVATE}, cookies=cookies
            )
        return Response("", status_code=303, headers={"Location": path, **PRIVATE}, cookies=cookies)

    def translated(self, message: str, **words: Any) -> str:
        """A message id in the viewer's language, for what is no template."""
        return say(self.visit.reader.locale, message, words)

    def _toasts(self) -> list[SimpleNamespace]:
        locale = self.visit.reader.locale
        return [
            SimpleNamespace(text=say(locale, toast.message, toast.words), tone=toast.tone)
            for toast in self.visit.toasts
        ]

    def _page_cookies(self) -> list[Cookie]:
        cookies = [flash.cleared()] if self.visit.toasts else []
        if self.visit.is_new_visitor:
            cookies.append(cookie(VISITOR, self.visit.secret))
        return cookies

    def _html(self, body: str, status: int, cookies: list[Cookie]) -> Response[str]:
        return Response(
            body,
            status_code=status,
            media_type="text/html",
            headers={**PRIVATE, BUSINESS_TIME: str(int(self.visit.reader.now.timestamp()))},
            cookies=cookies,
        )
