"""The channel of mails: at once, after the quiet hours, in the digest, or not at all."""

from collections.abc import Sequence

from portal.database import execute
from portal.domain.common.outbox import Queue
from portal.domain.common.words import N_
from portal.domain.notices.channel import News
from portal.domain.notices.choices import NoticeTopic
from portal.domain.notices.mail_timing import EMAIL, ByMail, timing_of
from portal.domain.notices.owing import owe_mail


class ByEmail:
    """Notices as mails of the table `mail`; what is worth none is told in the portal alone."""

    name = EMAIL
    label = N_("By mail")

    def ways_of(self, topic: NoticeTopic) -> Sequence[ByMail]:
        """All of them but for the weekly status: it is a mail of its own, with nothing to join."""
        if topic is NoticeTopic.STATUS:
            return (ByMail.AT_ONCE, ByMail.NEVER)
        return tuple(ByMail)

    async def pass_on(self, news: News) -> None:
        """Owe the mail, or leave the notice to the digest."""
        if not news.telling.by_mail:
            return
        recipient, about = news.recipient, news.about
        urgent = news.event.queue == Queue.URGENT
        timing = await timing_of(news.telling.kind, recipient, urgent=urgent)
        if timing.by_mail is ByMail.DIGEST:
            await execute("UPDATE notice SET in_digest = true WHERE id = $1", news.notice_id)
        elif timing.by_mail is ByMail.AT_ONCE:
            await owe_mail(
                news.event,
                news.domain,
                wait=timing.wait,
                person_id=recipient.person_id,
                account_id=about.account_id,
                notice_id=news.notice_id,
                template="notice",
                address=recipient.email,
                locale=recipient.locale,
                thread_id=f"<{about.thread}@{news.domain}>" if about.thread else "",
            )
