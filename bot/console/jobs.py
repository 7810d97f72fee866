"""`reelbot jobs …`: looks at jobs and decides about them, beside a running bot."""

import asyncio

from bot.console.owners import actor
from bot.console.printing import Refusal, print_json, print_table, sentence
from bot.console.sheet import job_sheet
from bot.core.answers import shortened
from bot.core.model import ENDED, Charge, Job, JobId, Reason, State
from bot.core.store import Change, Lost, NotEnough
from bot.ground import open_books
from bot.settings import Settings
from storage.store import SqlStore


async def _job(store: SqlStore, id: str) -> Job:
    job = await store.job(JobId(id.lower().lstrip("#")))
    if job is None:
        raise Refusal(f"There is no job {id}. `reelbot jobs list` shows the latest.")
    return job


async def list_jobs(settings: Settings, state: str | None, most: int, *, as_json: bool) -> None:
    """Show the latest jobs, or those in one state."""
    if state is not None and state not in list(State):
        raise Refusal(f"“{state}” is no state. There is: {', '.join(State)}.")
    async with open_books(settings) as books:
        jobs = await books.store.jobs(state=State(state) if state else None, most=most)
    if as_json:
        print_json(jobs)
        return
    rows = [(j.id, j.created_at, j.state, j.price, str(j.user), shortened(j.request.prompt)) for j in jobs]
    columns = ("id", "created (UTC)", "state", "credits", "asked by", "prompt")
    print_table(columns, rows, empty="There are no such jobs.", cut=("asked by", "prompt"))


async def show_job(settings: Settings, id: str, *, as_json: bool) -> None:
    """Show everything about one job, and its story."""
    async with open_books(settings) as books:
        job = await _job(books.store, id)
        story = await books.store.story(job.id)
    if as_json:
        print_json({"job": job, "story": story})
        return
    print_table(("", " "), job_sheet(job), wrap=(" ",))
    sentence("")
    print_table(("at (UTC)", "state", "story"), [(x.at, x.state, x.detail) for x in story], wrap=("story",))


async def cancel_job(settings: Settings, id: str, *, as_json: bool) -> None:
    """Leave word for the job's carrier to stop."""
    async with open_books(settings) as books:
        job = await _job(books.store, id)
        if job.state in ENDED:
            raise Refusal(f"Job {job.id} has already ended: it is {job.state}.")
        job = await books.store.ask_cancel(job.id, by=actor())
    _said(job, f"Job {job.id} will be stopped if it still can be.", as_json=as_json)


async def redeliver_job(settings: Settings, id: str, *, as_json: bool) -> None:
    """Send the clip of an ended job again."""
    async with open_books(settings) as books:
        job = await _job(books.store, id)
        if job.clip and not await asyncio.to_thread(books.files.clip(job.clip.file).exists):
            raise Refusal(f"The clip of job {job.id} is no longer there: it was deleted, or its days are over.")
        try:
            job = await books.store.redeliver(job.id, by=actor())
        except Lost:
            raise Refusal(f"Job {job.id} is {job.state} and has no clip to send again.") from None
        except NotEnough as poor:
            raise Refusal(
                f"Its credits were given back, so it costs {poor.price} again, and {job.user} has {poor.balance}."
            ) from None
    _said(job, f"Job {job.id} is being delivered again.", as_json=as_json)


async def settle_job(settings: Settings, id: str, ticket: str | None, *, as_json: bool) -> None:
    """Decide an `unsure` or `overdue` job by hand: with the provider's task id it goes on, else it ends failed."""
    async with open_books(settings) as books:
        job = await _job(books.store, id)
        if job.state not in {State.UNSURE, State.OVERDUE}:
            raise Refusal(f"Job {job.id} is {job.state}; only unsure and overdue jobs are settled by hand.")
        if ticket is not None:
            job, text = await _adopt(books.store, job, ticket)
        else:
            job, text = await _give_up(books.store, job)
    _said(job, text, as_json=as_json)


async def _adopt(store: SqlStore, job: Job, ticket: str) -> tuple[Job, str]:
    if not ticket.strip():
        raise Refusal("The task id is empty: write it as the provider's console shows it.")
    adopted = await store.adopt(job.id, ticket, by=actor())
    if adopted is None and job.state is State.UNSURE:
        raise Refusal(
            f"Task {ticket} cannot be that of job {job.id}: another paid call brought it, or the job moved on."
        )
    if adopted is None:
        raise Refusal(f"Job {job.id} is {job.state} and has its task already: {job.ticket}.")
    return adopted, f"Job {job.id} goes on with task {ticket}; the clip will be free."


async def _give_up(store: SqlStore, job: Job) -> tuple[Job, str]:
    change = Change(State.FAILED, charge=Charge.RELEASED, reason=Reason.BY_OPERATOR, detail=actor())
    try:
        ended = await store.settle(job.id, change, was=job.state, by=actor())
    except Lost:
        raise Refusal(f"Job {job.id} has just changed; look again.") from None
    return ended, f"Job {job.id} is ended as failed; its {job.price} credits have been given back."


def _said(job: Job, text: str, *, as_json: bool) -> None:
    if as_json:
        print_json(job)
    else:
        sentence(text)
