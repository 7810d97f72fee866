"""Handing the clip over: fitted to the path really used, posted by the present carrier alone, then paid for."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from bot.core.model import Charge, Clip, Delivery, Job, Reason, State
from bot.core.moves import DAY, Moves, growing
from bot.core.notes import draw
from bot.core.ports import BadClip, Files, Media, NotNow, PlaceGone, Platform, TooLarge
from bot.core.standstill import moment
from bot.core.store import Change, Store
from bot.core.telling import TELL_WITHIN

POST_WITHIN = 600.0
"""Seconds that one upload may take."""

log = structlog.get_logger("reelbot.delivery")


class _ClipGone(Exception):
    """The clip is no longer on our disk."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """Not posted this time: what to do next."""

    ending: Change | None = None
    wait: float | None = None
    most: int | None = None


class Deliverer:
    """Carries a job from `delivering` to its end."""

    def __init__(
        self, *, platforms: Mapping[str, Platform], store: Store, files: Files, media: Media, moves: Moves
    ) -> None:
        self._platforms = platforms
        self._store = store
        self._files = files
        self._media = media
        self._moves = moves

    async def deliver(self, job: Job) -> Job:
        give_up = self._moves.chance_until(job.changed_at + DAY)
        platform = self._platforms.get(job.place.platform)
        most: int | None = None
        pauses = growing(2.0, 600.0)
        while job.clip is not None and self._moves.seconds_until(give_up) > 0:
            # A chat that this process does not run may be run by the next one.
            outcome = await self._try(job, platform, job.clip, most) if platform else _Refused()
            if isinstance(outcome, Job):
                return outcome
            if outcome.ending is not None:
                return await self._moves.move(job, outcome.ending)
            most = outcome.most or most
            pause = next(pauses) if outcome.wait is None else outcome.wait
            await self._moves.wait(job, min(pause, self._moves.seconds_until(give_up)))
            job = await self._moves.reread(job)
            if job.state is not State.DELIVERING:
                return job
        return await self._moves.end(job, State.UNDELIVERED, Reason.PLACE_GONE)

    async def _try(self, job: Job, platform: Platform, clip: Clip, most: int | None) -> "Job | _Refused":
        try:
            async with self._files.scratch() as folder:
                path = await self._fitting(job, platform, clip, folder / "fitted.mp4", most)
                return await self._post(job, platform, clip, path)
        except (PlaceGone, _ClipGone) as gone:
            reason = Reason.PLACE_GONE if isinstance(gone, PlaceGone) else Reason.CLIP_GONE
            return _Refused(ending=_undelivered(reason, str(gone)))
        except TooLarge as refusal:
            stuck = most is not None and refusal.most_bytes >= most
            return _Refused(ending=_undelivered(Reason.TOO_LARGE) if stuck else None, most=refusal.most_bytes, wait=0.0)
        except NotNow as later:
            return _Refused(wait=later.after_seconds)
        except (TimeoutError, OSError, BadClip) as trouble:
            log.warning("could not deliver", platform=platform.name, detail=repr(trouble))
            return _Refused()

    async def _fitting(self, job: Job, platform: Platform, clip: Clip, smaller: Path, most: int | None) -> Path:
        """The clip as this place takes it: as it is, or encoded down to what the place takes at this moment."""
        async with asyncio.timeout(TELL_WITHIN):
            room = await platform.most_bytes(job.place)
        room = min(room, most) if most is not None else room
        path = self._files.clip(clip.file)
        if not await asyncio.to_thread(path.exists):
            # A chat that only links to our disk would not notice, and the person would pay for a dead link.
            raise _ClipGone(path)
        if clip.size <= room:
            return path
        await self._media.fit(path, smaller, room)
        return smaller

    async def _post(self, job: Job, platform: Platform, clip: Clip, path: Path) -> Job:
        covered = job.request.spoiler or (job.community and (await self._store.limits_of(job.community)).spoiler)
        since = moment()
        job = await self._store.still_mine(job, posting=True)
        since = await self._moves.last_look(job, since)
        delivery = Delivery(
            note=draw(replace(job, state=State.DELIVERED)),
            clip=clip,
            path=path,
            thumbnail=self._files.clip(clip.thumbnail) if clip.thumbnail else None,
            repeat=job.posts > 1,
            asker=job.user,
            spoiler=bool(covered),
            language=job.language,
            coming=draw(job),
        )
        async with self._moves.in_one_go(POST_WITHIN, since):
            handle = await platform.deliver(job.place, delivery)
        if handle is not None and handle != job.handle:
            job = await self._moves.told(job, handle)
        return await self._moves.move(job, Change(to=State.DELIVERED, charge=Charge.SPENT))


def _undelivered(reason: Reason, detail: str = "") -> Change:
    return Change(to=State.UNDELIVERED, charge=Charge.RELEASED, reason=reason, detail=detail)
