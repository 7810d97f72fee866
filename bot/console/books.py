"""Commands on the truth itself, beside a running bot: jobs, credits, limits, ledger, people."""

import asyncio
import dataclasses
import secrets
import socket
from pathlib import Path
from typing import Any

from bot.app import open_books
from bot.console.printing import Refusal, print_json, print_table, sentence
from bot.core.answers import export as export_document
from bot.core.answers import shortened
from bot.core.model import ENDED, Charge, CommunityId, Job, JobId, LimitSet, Reason, State, User, UserId
from bot.core.ports import Change, Grant, Lost, NotEnough
from bot.settings import Settings
from storage.backup import BadBackup
from storage.backup import back_up as copy_database
from storage.database import UnknownDatabase
from storage.store import SqlStore

LIMITS = ("member_daily", "server_daily", "server_monthly", "member_running", "per_video")


def _actor() -> str:
    return f"operator@{socket.gethostname()}"


def _user(text: str) -> UserId:
    platform, colon, number = text.partition(":")
    if not (platform and colon and number):
        raise Refusal(f"“{text}” names nobody: write platform:id, for example discord:123.")
    return UserId(platform, number)


async def _job(store: SqlStore, id: str) -> Job:
    job = await store.job(JobId(id.lower().lstrip("#")))
    if job is None:
        raise Refusal(f"There is no job {id}. `reelbot jobs list` shows the latest.")
    return job


# ---------------------------------------------------------------------------------------------- jobs


async def list_jobs(settings: Settings, state: str | None, most: int, *, as_json: bool) -> None:
    """Show the latest jobs, or those in one state."""
    if state is not None and state not in list(State):
        raise Refusal(f"“{state}” is no state. There is: {', '.join(State)}.")
    async with open_books(settings) as books:
        jobs = await books.store.jobs(state=State(state) if state else None, most=most)
    if as_json:
        print_json(jobs)
        return
    rows = [
        (j.id, j.created_at, j.state, j.user, j.offer, j.price, j.charge, shortened(j.request.prompt)) for j in jobs
    ]
    print_table(("id", "created", "state", "user", "offer", "price", "charge", "prompt"), rows, empty="No jobs.")


async def show_job(settings: Settings, id: str, *, as_json: bool) -> None:
    """Show everything about one job, and its story."""
    async with open_books(settings) as books:
        job = await _job(books.store, id)
        story = await books.store.story(job.id)
    if as_json:
        print_json({"job": job, "story": story})
        return
    print_table(("", ""), [(f.name, getattr(job, f.name)) for f in dataclasses.fields(job)], empty="")
    print_table(("at", "state", ""), [(line.at, line.state, line.detail) for line in story], empty="")


async def cancel_job(settings: Settings, id: str, *, as_json: bool) -> None:
    """Leave word for the job's carrier to stop."""
    async with open_books(settings) as books:
        job = await _job(books.store, id)
        if job.state in ENDED:
            raise Refusal(f"Job {job.id} has already ended: {job.state}.")
        job = await books.store.ask_cancel(job.id)
    _said(job, f"Job {job.id} will be stopped if it still can be.", as_json=as_json)


async def redeliver_job(settings: Settings, id: str, *, as_json: bool) -> None:
    """Send the clip of an ended job again."""
    async with open_books(settings) as books:
        job = await _job(books.store, id)
        try:
            job = await books.store.redeliver(job.id)
        except Lost:
            raise Refusal(f"Job {job.id} has no clip to deliver, or has not ended.") from None
        except NotEnough as poor:
            raise Refusal(
                f"Its credits were given back, so it costs {poor.price} again, and there are {poor.balance}."
            ) from None
    _said(job, f"Job {job.id} is being delivered again.", as_json=as_json)


async def settle_job(settings: Settings, id: str, ticket: str | None, *, as_json: bool) -> None:
    """Decide an `unsure` or `overdue` job by hand: with the provider's task id it goes on, else it ends failed."""
    async with open_books(settings) as books:
        job = await _job(books.store, id)
        if job.state not in {State.UNSURE, State.OVERDUE}:
            raise Refusal(f"Job {job.id} is {job.state}; only unsure and overdue jobs are settled by hand.")
        if ticket is not None:
            adopted = await books.store.adopt(job.id, ticket)
            if adopted is None:
                raise Refusal(f"Job {job.id} is not waiting for a task id.")
            job, text = adopted, f"Job {job.id} goes on with task {ticket}; the clip will be free."
        else:
            change = Change(State.FAILED, charge=Charge.RELEASED, reason=Reason.BY_OPERATOR, detail=_actor())
            try:
                job = await books.store.settle(job.id, change, was=job.state)
            except Lost:
                raise Refusal(f"Job {job.id} has just changed; look again.") from None
            text = f"Job {job.id} is ended as failed."
    _said(job, text, as_json=as_json)


def _said(job: Job, text: str, *, as_json: bool) -> None:
    if as_json:
        print_json(job)
    else:
        sentence(text)


# ---------------------------------------------------------------------------------------------- money


async def show_credits(settings: Settings, owner: str, *, as_json: bool) -> None:
    """Show a wallet and its latest movements."""
    _user(owner)
    async with open_books(settings) as books:
        wallet = await books.store.wallet(owner)
        lines = await books.store.receipts(owner, 20)
    if as_json:
        print_json({"wallet": wallet, "ledger": lines})
        return
    sentence(f"{owner} has {wallet.balance} credits and {wallet.held} held.")
    rows = [(x.at, x.kind, x.balance_change, x.held_change, x.job, x.actor, x.reason) for x in lines]
    print_table(("at", "kind", "balance", "held", "job", "by", "why"), rows, empty="No movements yet.")


async def give_credits(settings: Settings, owner: str, amount: int, reason: str, key: str | None) -> None:
    """Give credits; the same key never gives twice."""
    await _change_credits(settings, owner, amount, reason, key, take=False)


async def take_credits(settings: Settings, owner: str, amount: int, reason: str, key: str | None) -> None:
    """Take credits away, if there are as many."""
    await _change_credits(settings, owner, amount, reason, key, take=True)


async def _change_credits(
    settings: Settings, owner: str, amount: int, reason: str, key: str | None, *, take: bool
) -> None:
    _user(owner)
    if amount <= 0:
        raise Refusal("The amount has to be a whole number above 0.")
    order = Grant(key or f"cli:{secrets.token_hex(8)}", amount, _actor(), reason)
    async with open_books(settings) as books:
        try:
            wallet = await (books.store.take(owner, order) if take else books.store.grant(owner, order))
        except NotEnough as poor:
            raise Refusal(f"{owner} has {poor.balance} credits; nothing was taken.") from None
    sentence(f"{owner} now has {wallet.balance} credits.")


async def verify_ledger(settings: Settings, *, as_json: bool) -> bool:
    """Check every invariant of the books; True if they hold."""
    async with open_books(settings) as books:
        drifts = await books.store.verify()
    if as_json:
        print_json({"sound": not drifts, "drift": drifts})
    elif drifts:
        rows = [(drift.rule, drift.where, drift.expected, drift.found) for drift in drifts]
        print_table(("rule", "where", "expected", "found"), rows, empty="")
    else:
        sentence("The books balance.", style="green")
    return not drifts


# ---------------------------------------------------------------------------------------------- limits


def _community(text: str) -> CommunityId:
    user = _user(text)
    return CommunityId(user.platform, user.id)


async def show_limits(settings: Settings, community: str, *, as_json: bool) -> None:
    """Show what a community may spend."""
    async with open_books(settings) as books:
        limits = await books.store.limits_of(_community(community))
    if as_json:
        print_json(limits)
        return
    rows = [(f.name, "off" if getattr(limits, f.name) is None else getattr(limits, f.name)) for f in _fields(limits)]
    print_table(("limit", "value"), rows, empty="")


def _fields(limits: LimitSet) -> tuple[dataclasses.Field[object], ...]:
    return dataclasses.fields(limits)


async def set_limit(settings: Settings, community: str, limit: str, value: str) -> None:
    """Set one limit to a number, or switch it off."""
    if limit not in LIMITS:
        raise Refusal(f"“{limit}” is no limit. There is: {', '.join(LIMITS)}.")
    if value != "off" and not (value.isascii() and value.isdigit()):
        raise Refusal(f"“{value}” is neither a whole number nor off.")
    number = None if value == "off" else int(value)
    async with open_books(settings) as books:
        place = _community(community)
        changed = _with(await books.store.limits_of(place), limit, number)
        await books.store.set_limits(place, changed, _actor())
    sentence(f"{limit} of {community} is now {value}.")


def _with(limits: LimitSet, limit: str, number: int | None) -> LimitSet:
    change: dict[str, Any] = {limit: number}
    return dataclasses.replace(limits, **change)


# ---------------------------------------------------------------------------------------------- people and files


async def export_person(settings: Settings, user: str, into: Path | None) -> None:
    """Write everything we have about a person as JSON."""
    who = _user(user)
    async with open_books(settings) as books:
        account = await books.store.welcome(User(who), ())
        jobs = await books.store.jobs_of(who, 100_000)
        lines = await books.store.receipts(user, 1_000_000)
    document = export_document(account, jobs, lines)
    if into is None:
        sentence(document.decode())
    else:
        await asyncio.to_thread(into.write_bytes, document)
        sentence(f"Written to {into}.")


async def forget_person(settings: Settings, user: str) -> None:
    """Erase a person's prompts, pictures, clips and name; the books keep amounts under a pseudonym."""
    async with open_books(settings) as books:
        pictures, clips = await books.store.forget(_user(user))
        await books.files.remove_pictures(pictures)
        await books.files.remove_clips(clips)
    sentence(f"{user} is forgotten: {len(pictures)} pictures and {len(clips)} clip files deleted.")


async def upgrade_database(settings: Settings) -> None:
    """Bring the schema up to date, as every start does."""
    async with open_books(settings):
        sentence("The database is up to date.")


async def back_up(settings: Settings, into: Path) -> None:
    """Copy the database while the bot runs, and check the copy."""
    try:
        await copy_database(settings.database_url.get_secret_value(), into)
    except (BadBackup, UnknownDatabase, OSError) as trouble:
        raise Refusal(f"The backup failed and was not kept: {trouble}.") from trouble
    sentence(f"Backed up to {into}. Pictures and clips lie in {settings.data_dir} and are not part of it.")
