"""A job as a row and a row as a job: a pure translation, both ways."""

from collections.abc import Mapping
from sys import intern
from typing import Any

from sqlalchemy import RowMapping

from bot.core.model import (
    Charge,
    Clip,
    CommunityId,
    Count,
    FileName,
    Job,
    JobId,
    Place,
    Reason,
    Request,
    State,
    UserId,
)

MADE = frozenset({State.FETCHING, State.DELIVERING, State.DELIVERED, State.UNDELIVERED})
"""States that only a job whose clip the provider has made can be in."""


def user_id(text: str) -> UserId:
    """Read what `str(UserId)` wrote."""
    platform, _, own = text.partition(":")
    return UserId(intern(platform), own)


def community_id(text: str) -> CommunityId:
    """Read what `str(CommunityId)` wrote."""
    platform, _, own = text.partition(":")
    return CommunityId(platform, own)


def picture_files(*frames: str | None) -> list[FileName]:
    """The pictures among *frames*."""
    return [FileName(name) for name in frames if name]


def clip_files(clip: Mapping[str, Any] | None) -> list[FileName]:
    """The files of a clip as it stands in its column: the video and its thumbnail."""
    return [] if clip is None else [FileName(name) for name in (clip["file"], clip["thumbnail"]) if name]


def new_row(job: Job) -> dict[str, Any]:
    """Every column of a job that was just opened."""
    return _fixed(job) | changing(job)


def changing(job: Job) -> dict[str, Any]:
    """The columns that a transition may change; `admitted_at` is left to `admission.py`."""
    return {
        "offer": job.offer,
        "provider": job.provider,
        "payer": job.payer,
        "pooled": job.pooled,
        "charge": job.charge.value,
        "state": job.state.value,
        "version": job.version,
        "changed_at": job.changed_at,
        "deadline": job.deadline,
        "attempt": job.attempt,
        "not_before": job.not_before,
        "submitted_at": job.submitted_at,
        "ended_at": job.ended_at,
        "ticket": job.ticket,
        "cost_micros": job.cost_micros,
        "result_url": job.result_url,
        "clip": job.clip and _clip_columns(job.clip),
        "reason": job.reason,
        "cancel_asked": job.cancel_asked,
        "cancel_refused": job.cancel_refused,
        "untold": job.untold,
        "handle": job.handle,
        "posts": job.posts,
        "charges": job.charges,
        "counts": [[count.name, count.amount, count.until_end] for count in job.counts],
        "alive": job.alive,
        "has_files": bool(job.clip or picture_files(job.request.first_frame, job.request.last_frame)),
        "swept_at": None,
        "bought": _bought(job),
    }


def _fixed(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "key": job.key,
        "user_id": str(job.user),
        "community_id": job.community and str(job.community),
        "crowd": str(job.community or job.user),
        "place_platform": job.place.platform,
        "place_address": job.place.address,
        "place_channel": job.place.channel,
        "age_restricted": job.place.age_restricted,
        "language": job.language,
        "model": job.request.model,
        "prompt": job.request.prompt,
        "seconds": job.request.seconds,
        "resolution": job.request.resolution,
        "first_frame": job.request.first_frame,
        "last_frame": job.request.last_frame,
        "spoiler": job.request.spoiler,
        "price": job.price,
        "owner": job.owner,
        "created_at": job.created_at,
    }


def _bought(job: Job) -> int | None:
    """How many pictures the clip was made from; None if the provider has not made any."""
    made = job.state in MADE or job.clip is not None or job.result_url is not None
    return len(picture_files(job.request.first_frame, job.request.last_frame)) if made and job.ticket else None


def _clip_columns(clip: Clip) -> dict[str, Any]:
    return {
        "file": clip.file,
        "width": clip.width,
        "height": clip.height,
        "seconds": clip.seconds,
        "size": clip.size,
        "thumbnail": clip.thumbnail,
    }


def job_of(row: RowMapping) -> Job:
    """The job that a row of the whole table holds; words that thousands of jobs share are one string in memory."""
    return Job(
        id=JobId(row["id"]),
        key=row["key"],
        user=user_id(row["user_id"]),
        community=row["community_id"] and community_id(row["community_id"]),
        place=Place(intern(row["place_platform"]), row["place_address"], row["place_channel"], row["age_restricted"]),
        language=intern(row["language"]),
        request=_request(row),
        offer=intern(row["offer"]),
        price=row["price"],
        payer=row["payer"],
        charge=Charge(row["charge"]),
        state=State(row["state"]),
        version=row["version"],
        owner=row["owner"],
        created_at=row["created_at"],
        changed_at=row["changed_at"],
        deadline=row["deadline"],
        attempt=row["attempt"],
        admitted_at=row["admitted_at"],
        not_before=row["not_before"],
        submitted_at=row["submitted_at"],
        ended_at=row["ended_at"],
        ticket=row["ticket"],
        cost_micros=row["cost_micros"],
        result_url=row["result_url"],
        clip=row["clip"] and Clip(**row["clip"]),
        reason=row["reason"] and Reason(row["reason"]),
        cancel_asked=row["cancel_asked"],
        cancel_refused=row["cancel_refused"],
        untold=row["untold"],
        handle=row["handle"],
        posts=row["posts"],
        charges=row["charges"],
        counts=tuple(Count(*count) for count in row["counts"]),
        pooled=bool(row["pooled"]),
    )


def _request(row: RowMapping) -> Request:
    return Request(
        model=intern(row["model"]),
        prompt=row["prompt"],
        seconds=row["seconds"],
        resolution=intern(row["resolution"]),
        first_frame=row["first_frame"],
        last_frame=row["last_frame"],
        spoiler=bool(row["spoiler"]),
    )
