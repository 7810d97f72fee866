"""Jobs in the console: a list to filter, and one job's whole story with what can be decided about it."""

import asyncio
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from aiohttp import web

from bot.core.model import Charge, Job, JobId, Reason, State
from bot.core.oversight import JobSearch
from bot.core.store import Change, Lost, NotEnough, StoryLine
from bot.core.texts import LANGUAGES
from bot.web.admin.forms import Unfit, community_of, read_mark, user_of, write_mark
from bot.web.admin.frame import ON_A_PAGE, Frame, nothing_here
from bot.web.admin.room import ACTOR, Room

BY_HAND = frozenset({State.UNSURE, State.OVERDUE})
"""States that an operator may settle: nobody else can know."""
FILTERS = ("state", "provider", "person", "server")


class Jobs:
    """The pages about jobs."""

    def __init__(self, *, room: Room, frame: Frame) -> None:
        self._room = room
        self._frame = frame

    def routes(self) -> list[web.RouteDef]:
        acts = {
            "cancel": self._cancel,
            "redeliver": self._redeliver,
            "adopt": self._adopt,
            "give-up": self._give_up,
        }
        return [
            web.get("/admin/jobs", self._list),
            web.get("/admin/jobs/{job}", self._one),
            *(web.post(f"/admin/jobs/{{job}}/{name}", self._frame.saying(_page, act)) for name, act in acts.items()),
        ]

    # ------------------------------------------------------------------------------------------ looking

    async def _list(self, request: web.Request) -> web.Response:
        wanted = {name: request.query.get(name, "").strip() for name in FILTERS}
        if (job := await self._named(request)) is not None:
            raise web.HTTPSeeOther(f"/admin/jobs/{job.id}")
        problem, found = None, []
        try:
            found = await self._room.books.find_jobs(_search(wanted, request.query.get("after")), ON_A_PAGE + 1)
        except Unfit as unfit:
            problem = str(unfit)
        return await self._frame.draw(
            request,
            "jobs",
            jobs=found[:ON_A_PAGE],
            next=_next_page(wanted, found),
            wanted=wanted,
            problem=problem,
            find=request.query.get("find", ""),
            states=list(State),
            providers=sorted({provider.name for provider in self._room.providers}),
        )

    async def _named(self, request: web.Request) -> Job | None:
        find = request.query.get("find", "").strip().lower().lstrip("#")
        return await self._room.books.job(JobId(find)) if find else None

    async def _one(self, request: web.Request) -> web.Response:
        books = self._room.books
        job = await books.job(JobId(request.match_info["job"]))
        if job is None:
            return nothing_here(request)
        return await self._frame.draw(
            request,
            "job",
            job=job,
            reason=LANGUAGES["en"].reasons[job.reason] if job.reason else None,
            story=_with_lengths(await books.story(job.id)),
            attempts=await books.attempts_of(job.id),
            money=await books.money_of(job),
            payer=str(job.community if job.pooled else job.user),
            clip=await self._clip(job),
            by_hand=job.state in BY_HAND,
        )

    async def _clip(self, job: Job) -> str | None:
        """Where the clip can be watched, if it is still kept."""
        if job.clip is None or not await asyncio.to_thread(self._room.files.clip(job.clip.file).exists):
            return None
        return self._room.clip_link(job.clip.file)

    # ------------------------------------------------------------------------------------------ deciding

    async def _cancel(self, request: web.Request) -> str:
        job = await self._job(request)
        if job.state.ended:
            raise Unfit(f"It has already ended: it is {job.state}.")
        await self._room.books.ask_cancel(job.id, by=ACTOR)
        self._room.engine.ensure(job.id)
        return "It will be stopped if it still can be."

    async def _redeliver(self, request: web.Request) -> str:
        job = await self._job(request)
        if await self._clip(job) is None:
            raise Unfit("There is no clip to send again: it was never made, was deleted, or its days are over.")
        try:
            await self._room.books.redeliver(job.id, by=ACTOR)
        except Lost:
            raise Unfit(f"It is {job.state}: only what has ended is sent again.") from None
        except NotEnough as poor:
            raise Unfit(
                f"Its credits were given back, so it costs {poor.price:,} again, and {poor.balance:,} are there."
            ) from None
        self._room.engine.ensure(job.id)
        return "It is being delivered again."

    async def _adopt(self, request: web.Request) -> str:
        """Go on with the task that the operator found in the provider's own console."""
        ticket = (await self._frame.forms.read(request)).get("ticket", "")
        job = await self._job(request, proven=True)
        if not ticket:
            raise Unfit("The task id is empty: write it as the provider's console shows it.")
        if job.state is not State.UNSURE:
            raise Unfit(f"It is {job.state}: only an unsure job looks for its task.")
        if await self._room.books.adopt(job.id, ticket, by=ACTOR) is None:
            raise Unfit(f"Task {ticket} cannot be this job's: another paid call brought it, or the job moved on.")
        self._room.engine.ensure(job.id)
        return f"It goes on with task {ticket}; the clip will be free."

    async def _give_up(self, request: web.Request) -> str:
        job = await self._job(request)
        if job.state not in BY_HAND:
            raise Unfit(f"It is {job.state}: only unsure and overdue jobs are ended by hand.")
        change = Change(State.FAILED, charge=Charge.RELEASED, reason=Reason.BY_OPERATOR, detail=ACTOR)
        try:
            await self._room.books.settle(job.id, change, was=job.state, by=ACTOR)
        except Lost:
            raise Unfit("It has just changed: look again.") from None
        self._room.engine.ensure(job.id)
        return f"It is ended as failed; its {job.price:,} credits have been given back."

    async def _job(self, request: web.Request, *, proven: bool = False) -> Job:
        """The job that a form is about.

        Raises:
            web.HTTPForbidden: The form does not come from our page.
            web.HTTPNotFound: There is no such job.
        """
        if not proven:
            await self._frame.forms.read(request)
        job = await self._room.books.job(JobId(request.match_info["job"]))
        if job is None:
            raise web.HTTPNotFound
        return job


def _page(request: web.Request) -> str:
    return f"/admin/jobs/{request.match_info['job']}"


def _search(wanted: Mapping[str, str], after: str | None) -> JobSearch:
    """Read the filters.

    Raises:
        Unfit: One of them cannot be meant.
    """
    if wanted["state"] and wanted["state"] not in set(State):
        raise Unfit(f"“{wanted['state']}” is no state.")
    return JobSearch(
        state=State(wanted["state"]) if wanted["state"] else None,
        user=user_of(wanted["person"]) if wanted["person"] else None,
        community=community_of(wanted["server"]) if wanted["server"] else None,
        provider=wanted["provider"] or None,
        after=read_mark(after),
    )


def _next_page(wanted: Mapping[str, str], found: Sequence[Job]) -> str | None:
    """Where the list goes on; None at its end."""
    if len(found) <= ON_A_PAGE:
        return None
    last = found[ON_A_PAGE - 1]
    asked = {name: value for name, value in wanted.items() if value}
    return f"/admin/jobs?{urlencode(asked | {'after': write_mark(last.created_at, last.id)})}"


def _with_lengths(story: Sequence[StoryLine]) -> list[tuple[StoryLine, float | None]]:
    """Each line with the seconds until the next one; the last has none yet."""
    ends = [line.at for line in story[1:]]
    return [(line, (end - line.at).total_seconds()) for line, end in zip(story, ends, strict=False)] + [
        (line, None) for line in story[-1:]
    ]
