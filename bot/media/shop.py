"""The `Media` port: every wish becomes an order for a child process, every answer a fact or a named refusal."""

from pathlib import Path
from typing import Any

import structlog
from pydantic import TypeAdapter, ValidationError

from bot.core.media import Problem
from bot.core.ports import BadClip, BadPicture, ClipFacts, PictureFacts, TooLarge
from bot.media.workshop import Lane, Why, WorkFailed, Workshop

PICTURES = "bot.media.pictures"
CLIPS = "bot.media.clips"
PICTURE_SECONDS = 20.0
LOOK_SECONDS = 30.0
"""For reading a clip without encoding it."""
ENCODE_SECONDS = 600.0

log = structlog.get_logger("reelbot.media")

_clip_facts = TypeAdapter(ClipFacts)

_PICTURE_PROBLEMS = {
    Why.TIME: Problem.TOOK_TOO_LONG,
    Why.MEMORY: Problem.DAMAGED,
    Why.CRASH: Problem.DAMAGED,
}
"""What a child without an answer says of its picture: the sound ones all get one."""


class MediaShop:
    """Pictures and clips, worked on by the workshop's children."""

    def __init__(self, *, workshop: Workshop) -> None:
        self._workshop = workshop

    async def check_picture(self, source: Path, into: Path) -> PictureFacts:
        """As `Media.check_picture`; the result is *into* with `.jpg` added."""
        path = into.with_name(f"{into.name}.jpg")
        order = {"source": str(source), "into": str(path)}
        try:
            answer = await self._workshop.run(PICTURES, order, seconds=PICTURE_SECONDS, lane=Lane.PICTURES)
        except WorkFailed as failed:
            log.warning("a picture could not be read", detail=str(failed))
            raise BadPicture(_PICTURE_PROBLEMS[failed.why]) from failed
        if "problem" in answer:
            raise BadPicture(Problem(answer["problem"]), **answer["values"])
        return PictureFacts(
            path=path,
            media_type="image/jpeg",
            width=int(answer["width"]),
            height=int(answer["height"]),
            first_of_many=bool(answer["first_of_many"]),
            padded=bool(answer["padded"]),
        )

    async def probe(self, path: Path) -> ClipFacts:
        """As `Media.probe`."""
        return _facts(await self._clip("probe", LOOK_SECONDS, source=str(path)))

    async def polish(self, source: Path, into: Path, thumbnail: Path | None = None) -> ClipFacts:
        """As `Media.polish`, all by one child: starting one takes longer than most of its work."""
        frame = {"thumbnail": str(thumbnail)} if thumbnail else {}
        return _facts(await self._clip("polish", ENCODE_SECONDS, source=str(source), into=str(into), **frame))

    async def fit(self, source: Path, into: Path, most_bytes: int) -> ClipFacts:
        """As `Media.fit`. Taking too long or too much memory counts as too large: a smaller clip would not."""
        order = {"source": str(source), "into": str(into), "most_bytes": most_bytes}
        try:
            answer = await self._run("fit", ENCODE_SECONDS, order)
        except WorkFailed as failed:
            log.warning("a clip could not be made smaller", detail=str(failed))
            raise TooLarge(most_bytes) from failed
        if "too_large" in answer:
            raise TooLarge(most_bytes)
        return _facts(answer)

    async def _clip(self, act: str, seconds: float, **order: object) -> dict[str, Any]:
        try:
            return await self._run(act, seconds, order)
        except WorkFailed as failed:
            raise BadClip(str(failed)) from failed

    async def _run(self, act: str, seconds: float, order: dict[str, object]) -> dict[str, Any]:
        answer = await self._workshop.run(CLIPS, {"act": act, **order}, seconds=seconds, lane=Lane.CLIPS)
        if "full" in answer:
            raise OSError(str(answer["full"]))
        if "bad" in answer:
            raise BadClip(str(answer["bad"]))
        return answer


def _facts(answer: dict[str, Any]) -> ClipFacts:
    try:
        return _clip_facts.validate_python(answer)
    except ValidationError as error:
        # The child has touched a stranger's file: even its answer is not believed unseen.
        raise BadClip("the child's answer makes no sense") from error
