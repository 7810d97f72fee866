"""`/report`: whoever sees a clip that should not be tells whoever runs the bot, and the admins of where it is."""

from datetime import timedelta

import structlog

from bot.core.alerts import Admins
from bot.core.answers import shortened
from bot.core.block_commands import ReportJob
from bot.core.blocks import Blocks, Report
from bot.core.bulletins import Bulletins
from bot.core.conversing import Answered, Asking
from bot.core.model import Job, Reply
from bot.core.ports import Clock
from bot.core.store import Store
from bot.core.texts import Say, Sentence

REPORTS_MOST = 10
"""Jobs that one person may report ..."""
WITHIN = timedelta(hours=1)
"""... within this long."""

log = structlog.get_logger("reelbot.reporting")


class Reporting:
    """Takes reports: one for each job and person."""

    def __init__(self, *, store: Store, clock: Clock, bulletins: Bulletins) -> None:
        self._store = store
        self._blocks: Blocks = store
        self._clock = clock
        self._bulletins = bulletins

    async def take(self, asking: Asking, wanted: ReportJob) -> Reply:
        """Keep a report and have operators and admins told.

        Raises:
            Answered: There is no such job where it is reported, or this person has reported too much.
        """
        job = await self._store.job(wanted.job)
        if job is None or not _sees(asking, job):
            raise Answered(Say.NOTHING_TO_REPORT, job=wanted.job)
        if await self._blocks.reports_since(asking.user, self._clock.now() - WITHIN) >= REPORTS_MOST:
            raise Answered(Say.REPORTS_ENOUGH)
        admins = _admins(asking, job)
        first = admins is not None and await self._blocks.reports_of(job.id, admins.community) == 0
        report = Report(job.id, asking.user, admins.community if admins else None, wanted.reason)
        if not await self._blocks.report(report):
            raise Answered(Say.REPORTED_BEFORE)
        log.warning("a job was reported", job=job.id, reporter=str(asking.user), reason=wanted.reason)
        self._bulletins.post(f"report {job.id} {asking.user}", _told(report))
        if admins is None:
            return asking.reply(Say.REPORTED)
        if first:
            # Once for each job and place: a crowd that reports one clip must not fill their chats.
            cause = f"report {job.id} to admins of {admins.community}"
            self._bulletins.post(cause, _told_to_admins(report, job), admins=admins)
        return asking.reply(Say.REPORTED_HERE)


def _sees(asking: Asking, job: Job) -> bool:
    """A clip is seen by all of the community that it was made in, by its person, and wherever its button stands."""
    here = asking.incoming.community
    return (
        job.user == asking.user or (here is not None and here == job.community) or asking.incoming.pressed is not None
    )


def _admins(asking: Asking, job: Job) -> Admins | None:
    """Whose admins are told, and of which message: where the button was pressed, else where it was made."""
    here, pressed = asking.incoming.community, asking.incoming.pressed
    if here is not None and pressed is not None:
        # Its person may have had it sent again into another community.
        return Admins(here, pressed)
    return Admins(job.community, job.handle) if job.community is not None else None


def _told_to_admins(report: Report, job: Job) -> Sentence:
    """Not who reported it: that is for the operators alone."""
    values = {"job": job.id, "maker": job.user, "prompt": shortened(job.request.prompt), "reason": report.reason}
    return Sentence(Say.ADMIN_REPORT if report.reason else Say.ADMIN_REPORT_BARE, values)


def _told(report: Report) -> Sentence:
    values = {"who": report.reporter, "job": report.job, "where": report.community or report.reporter.platform}
    if report.reason:
        return Sentence(Say.OPERATOR_REPORT, values | {"reason": report.reason})
    return Sentence(Say.OPERATOR_REPORT_BARE, values)
