"""The child program for one clip: what it is, made playable everywhere, made smaller, its first frame."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from bot.core.media import clip_is_absurd, corrected, encoding_for, moov_first
from bot.core.ports import ClipFacts
from bot.media.encode import Wanted, encode

FRAMES_TRIED = 5
THUMBNAIL_SIDE = 320
QUIET_RATE_MOST = 12_000_000
"""Bits per second beyond which nobody sees a difference; a short clip is not blown up to fill its allowance."""
ENCODED_SIDE_MOST = 2160
"""Short side beyond which nothing is encoded: hardly anything plays it, and the encoder wants memory by the frame."""
_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts"
"""Containers that hold their own pictures. Playlists and scripts, which name other files and hosts, are not here."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
"""What our own disk says when nothing more can be written: the clip is not to blame."""
_BOX_HEAD = 8
_BOXES_MOST = 1000


class _NotAVideo(Exception):
    """Not a video that plays."""


def work(order: dict[str, Any]) -> dict[str, Any]:
    """Do what `act` says with `source`, into `into` and `thumbnail` where something is written.

    Returns:
        The fields of `ClipFacts`; `{"bad": why}`; `{"too_large": true}`; or `{"full": why}`
        where our disk takes no more.
    """
    source, into = Path(order["source"]), Path(order.get("into", ""))
    try:
        match order["act"]:
            case "probe":
                return asdict(probe(source).facts)
            case "polish":
                facts = _polish(source, into)
                if "thumbnail" in order:
                    _thumbnail(into, Path(order["thumbnail"]))
                return asdict(facts)
            case _:
                fitted = _fit(source, into, order["most_bytes"])
                return asdict(fitted) if fitted else {"too_large": True}
    except (_NotAVideo, av.FFmpegError, OSError, EOFError) as bad:
        if getattr(bad, "errno", None) in _FULL:
            return {"full": str(bad)}
        return {"bad": str(bad)}


@dataclass(frozen=True, slots=True)
class _Probe:
    facts: ClipFacts
    streams_play: bool
    """H.264 and AAC in an MP4, as they should be: only the order of its boxes may be wrong."""
    sound: bool


@contextmanager
def _opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    options = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}
    with av.open(str(path), options=options, metadata_errors="replace") as container:
        pictures = [s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
        if not pictures:
            raise _NotAVideo("no video stream")
        stream = pictures[0]
        stream.codec_context.thread_count = 2
        yield container, stream


def probe(path: Path) -> _Probe:
    """Read what the clip is, by decoding its first frames and walking through all of it."""
    with _opened(path) as (container, stream):
        promised = (container.duration or 0) / 1_000_000
        width, height = stream.codec_context.width, stream.codec_context.height
        if clip_is_absurd(width, height, promised):
            raise _NotAVideo(f"{width}x{height}, {promised:.0f} s")
        seconds = _walk(container, stream)
        if promised > seconds + 1 and promised > seconds * 1.1:
            raise _NotAVideo(f"cut short: {seconds:.1f} of {promised:.1f} s")
        if clip_is_absurd(width, height, seconds):
            raise _NotAVideo(f"{seconds:.0f} s")
        codec = stream.codec_context.codec.canonical_name
        # Matroska does not say when to decode a frame: its streams cannot simply be copied into an MP4.
        streams_play = "mp4" in container.format.name and _streams_play(container, stream, codec)
        plays_everywhere = streams_play and moov_first(_boxes(path))
        facts = ClipFacts(width, height, round(seconds, 3), path.stat().st_size, codec, plays_everywhere)
        return _Probe(facts, streams_play, bool(container.streams.audio))


def _walk(container: InputContainer, stream: VideoStream) -> float:
    """Seconds of video that are really there; at least one frame has to decode."""
    frames, start, end = 0, None, 0.0
    for packet in container.demux(stream):
        if frames < FRAMES_TRIED:
            frames += len(packet.decode())
        if packet.pts is None or packet.time_base is None:
            continue
        start = packet.pts if start is None else min(start, packet.pts)
        end = max(end, float((packet.pts - start + (packet.duration or 0)) * packet.time_base))
    if frames == 0:
        raise _NotAVideo("not one frame")
    return end


def _streams_play(container: InputContainer, stream: VideoStream, codec: str) -> bool:
    context = stream.codec_context
    even = context.width % 2 == 0 and context.height % 2 == 0
    sound = all(s.codec_context.codec.canonical_name == "aac" for s in container.streams.audio[:1])
    return codec == "h264" and context.pix_fmt == "yuv420p" and even and sound


def _boxes(path: Path) -> list[bytes]:
    """Types of an MP4's top-level boxes (ISO 14496-12 §4.2)."""
    kinds: list[bytes] = []
    at, size = 0, path.stat().st_size
    with path.open("rb") as file:
        while at + _BOX_HEAD <= size and len(kinds) < _BOXES_MOST:
            file.seek(at)
            head = file.read(2 * _BOX_HEAD)
            length = int.from_bytes(head[:4], "big")
            if length == 1:  # a 64-bit length follows
                length = int.from_bytes(head[8:16], "big")
            kinds.append(head[4:8])
            at = at + length if length >= _BOX_HEAD else size  # 0 is "to the end of the file"
    return kinds


def _polish(source: Path, into: Path) -> ClipFacts:
    found = probe(source)
    if found.streams_play:
        _remux(source, into)
    else:
        with _opened(source) as (container, stream):
            encode(container, stream, into, Wanted(min(found.facts.width, found.facts.height, ENCODED_SIDE_MOST)))
    return probe(into).facts


def _remux(source: Path, into: Path) -> None:
    """Copy picture and sound into a fresh MP4 that plays while it loads, and leave everything else behind."""
    with (
        _opened(source) as (container, stream),
        av.open(str(into), "w", format="mp4", options={"movflags": "+faststart"}) as output,
    ):
        wanted = [stream, *container.streams.audio[:1]]
        copies = {kept.index: output.add_stream_from_template(kept) for kept in wanted}
        for packet in container.demux(wanted):
            if packet.dts is None:  # the demuxer's empty last packet
                continue
            packet.stream = copies[packet.stream.index]
            output.mux(packet)


def _fit(source: Path, into: Path, most_bytes: int) -> ClipFacts | None:
    """Encode to at most *most_bytes*, measured; None if that cannot look decent."""
    found = probe(source)
    facts = found.facts
    encoding = encoding_for(
        most_bytes, seconds=facts.seconds, short_side=min(facts.width, facts.height), sound=found.sound
    )
    for _ in range(3):
        if encoding is None:
            return None
        wanted = Wanted(encoding.short_side, min(encoding.video_rate, QUIET_RATE_MOST), encoding.audio_rate)
        with _opened(source) as (container, stream):
            encode(container, stream, into, wanted)
        made = into.stat().st_size
        if made <= most_bytes:
            return probe(into).facts
        # Short clips are less predictable: what was measured is worth more than what was planned.
        encoding = corrected(encoding, made_bytes=made, most_bytes=most_bytes)
    return None


def _thumbnail(source: Path, into: Path) -> None:
    with _opened(source) as (container, stream):
        picture = next(container.decode(stream)).to_image()  # type: ignore[no-untyped-call]  # its stub says nothing
    picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    picture.save(into, "JPEG", quality=85)
