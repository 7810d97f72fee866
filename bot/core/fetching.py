"""Bringing a finished clip home: streamed to our disk, proven to be a video, kept before anybody is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import structlog

from bot.core.gear import Gear
from bot.core.model import Charge, Clip, FileName, Job, Reason, State
from bot.core.moves import DAY, growing
from bot.core.notes import draw
from bot.core.ports import BadClip, ClipFacts, TooLarge
from bot.core.store import Change
from providers.contract import Done, Provider
from providers.errors import ProviderError, TryLater

FETCH_WITHIN = 900.0
"""Seconds that one download may take."""
MOST_CLIP_BYTES = 2_000_000_000
BAD_CLIPS_MOST = 9
"""A broken or endless download is tried this often, over about ten minutes: then no clip is believed to be there.

What lies behind a link can be a page that speaks of trouble, and the clip a minute later."""

SHORT_BELOW = 0.8
"""A clip below this part of the ordered length may have lost its end on the way: nobody says how long a stream is whose
connection is simply closed. Models are off by less."""

log = structlog.get_logger("reelbot.fetching")


_Stream = Callable[[], AsyncIterator[bytes]]
"""Begins a download of the clip."""


@dataclass(frozen=True, slots=True)
class _Fetched:
    """A clip as it came, made playable, still in the scratch folder."""

    facts: ClipFacts
    clip: Path
    thumbnail: Path


class Fetcher:
    """Carries a job from `fetching` to `delivering`."""

    def __init__(self, *, gear: Gear) -> None:
        self._gear = gear
        self._files = gear.world.files
        self._media = gear.world.media
        self._moves = gear.moves

    async def fetch(self, job: Job) -> Job:
        provider = self._gear.provider(job)
        if self._gear.teller.watched(job):
            # It lasts a moment, and the clip is not to wait for a note that nobody sees.
            job = await self._gear.teller.show(job, draw(job))
        bad, give_up = 0, self._moves.chance_until(job.deadline + DAY)
        pauses = growing(2.0, 300.0)
        while job.state is State.FETCHING:
            try:
                clip = await self._bring(job, provider)
            except (BadClip, TooLarge) as broken:
                bad += 1
                log.warning("not a video that we could take", provider=job.provider, detail=str(broken))
                if bad >= BAD_CLIPS_MOST:
                    return await self._moves.end(job, State.FAILED, Reason.PROVIDER, detail=str(broken))
            except (ProviderError, TimeoutError, OSError) as trouble:
                log.warning("could not fetch the clip", provider=job.provider, detail=repr(trouble))
            else:
                return await self._moves.move(job, self._brought(job, clip))
            if late := self._too_late(job, give_up):
                return await self._moves.move(job, late)
            job = await self._fresh_link(await self._moves.wait(job, next(pauses)))
        return job

    def _brought(self, job: Job, clip: Clip) -> Change:
        """The clip is here. Its price goes back if that took too long, even if nothing of ours ran meanwhile."""
        late = self._moves.seconds_until(job.deadline) <= 0
        return Change(to=State.DELIVERING, clip=clip, charge=Charge.RELEASED if late else None)

    def _too_late(self, job: Job, give_up: datetime) -> Change | None:
        if job.charge is Charge.HELD and self._moves.seconds_until(job.deadline) <= 0:
            return Change(to=State.OVERDUE, charge=Charge.RELEASED)
        if self._moves.seconds_until(give_up) <= 0:
            return Change(to=State.FAILED, charge=Charge.RELEASED, reason=Reason.NEVER_CAME)
        return None

    async def _fresh_link(self, job: Job) -> Job:
        """Links expire: asking again gives a new one."""
        progress = await self._gear.asker.ask(job) if job.state is State.FETCHING else None
        return replace(job, result_url=progress.url) if isinstance(progress, Done) else job

    async def _bring(self, job: Job, provider: Provider | None) -> Clip:
        clip_name, thumbnail_name = FileName(f"{job.id}.mp4"), FileName(f"{job.id}.jpg")
        facts = await self._kept(clip_name) or await self._download(job, provider, clip_name, thumbnail_name)
        return Clip(clip_name, facts.width, facts.height, facts.seconds, facts.size, thumbnail_name)

    async def _kept(self, name: FileName) -> ClipFacts | None:
        """The clip, if it was kept before a crash and only not written down: its link may have expired since."""
        path = self._files.clip(name)
        if not await asyncio.to_thread(path.exists):
            return None
        try:
            return await self._media.probe(path)
        except BadClip as broken:
            log.warning("a clip that was kept does not play", detail=str(broken))
            return None

    async def _download(
        self, job: Job, provider: Provider | None, clip_name: FileName, thumbnail_name: FileName
    ) -> ClipFacts:
        if provider is None or job.result_url is None:
            raise TryLater("the provider is no longer configured")
        stream = partial(provider.fetch, Done(job.result_url))
        async with self._files.scratch() as folder:
            fetched = await self._receive(stream, folder, "first")
            if fetched.facts.seconds < SHORT_BELOW * job.request.seconds:
                fetched = await self._receive_again(stream, folder, fetched)
            # The clip last: where it is, its thumbnail is too.
            await self._files.keep_clip(fetched.thumbnail, thumbnail_name)
            await self._files.keep_clip(fetched.clip, clip_name)
        return fetched.facts

    async def _receive(self, stream: _Stream, folder: Path, name: str) -> _Fetched:
        raw, clip, thumbnail = folder / name, folder / f"{name}.mp4", folder / f"{name}.jpg"
        async with asyncio.timeout(FETCH_WITHIN):
            await self._files.receive(stream(), raw, MOST_CLIP_BYTES)
        return _Fetched(await self._media.polish(raw, clip, thumbnail), clip, thumbnail)

    async def _receive_again(self, stream: _Stream, folder: Path, short: _Fetched) -> _Fetched:
        """The longer of a short clip and of what a second download brings: what plays is never given away for it."""
        log.warning("a clip is shorter than ordered, and fetched again", seconds=short.facts.seconds)
        try:
            again = await self._receive(stream, folder, "second")
        except (BadClip, TooLarge, ProviderError, TimeoutError, OSError) as trouble:
            log.warning("a short clip could not be fetched again", detail=repr(trouble))
            return short
        return max(short, again, key=lambda fetched: fetched.facts.seconds)
