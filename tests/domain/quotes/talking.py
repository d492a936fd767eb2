"""Questions, answers and notes on a request, each as their login."""

from portal.domain.common.actor import Actor, Audience
from portal.domain.common.story import story
from portal.domain.quotes import conversation
from portal.domain.quotes.access import find
from portal.domain.quotes.conversation import FormFiles
from portal.domain.quotes.tables import SUBJECT_KIND
from tests.factories import acting


async def ask(reference: str, actor: Actor, question: str, key: str = "") -> int | None:
    async with acting(actor):
        request = await find(reference, by=actor)
        return await conversation.ask(request, question, by=actor, form=FormFiles(key))


async def say(
    reference: str, actor: Actor, body: str, audience: Audience = Audience.CUSTOMER, key: str = ""
) -> int | None:
    async with acting(actor):
        request = await find(reference, by=actor)
        form = FormFiles(key)
        return await conversation.write(request, body, by=actor, audience=audience, form=form)


async def thread_seen_by(reference: str, actor: Actor) -> list[str]:
    async with acting(actor):
        request = await find(reference, by=actor)
        seen = (await story(SUBJECT_KIND, request.id, visible_to=actor.reads)).messages
        return [message.body for message in seen]
