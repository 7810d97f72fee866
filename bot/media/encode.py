"""Encodes one opened clip anew as what plays everywhere: H.264 with yuv420p, AAC, moov first."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bot.core.media import scaled

QUALITY = "20"
"""x264's constant rate factor where no size is asked for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the result shall be. Rates in bits per second."""

    short_side: int
    video_rate: int | None = None
    """None: as many bits as the quality needs."""
    audio_rate: int = 128_000


def encode(container: InputContainer, pictures: VideoStream, into: Path, wanted: Wanted) -> None:
    """Decode everything and write it to *into*, in one pass."""
    with av.open(str(into), "w", format="mp4", options={"movflags": "+faststart"}) as output:
        audio = container.streams.audio[:1]
        video = _Pictures(output, pictures, wanted)
        sound = _Sound(output, audio[0], wanted) if audio else None
        for packet in container.demux([pictures, *audio]):
            for frame in packet.decode():
                if isinstance(frame, VideoFrame):
                    output.mux(video.encode(frame))
                elif isinstance(frame, AudioFrame) and sound is not None:
                    output.mux(sound.encode(frame))
        output.mux(video.flush())
        if sound is not None:
            output.mux(sound.flush())


class _Pictures:
    def __init__(self, output: OutputContainer, source: VideoStream, wanted: Wanted) -> None:
        context = source.codec_context
        self._size = scaled(context.width, context.height, wanted.short_side)
        rate = source.average_rate or source.guessed_rate or Fraction(24)
        self._stream = output.add_stream("libx264", rate=min(rate, Fraction(60)), options=_x264(wanted))
        self._stream.width, self._stream.height = self._size
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.thread_count = 2
        if wanted.video_rate is not None:
            self._stream.bit_rate = wanted.video_rate
        # The source's own clock: frames keep their moments, however unevenly they come.
        self._stream.codec_context.time_base = source.time_base or 1 / rate
        self._last: int | None = None

    def encode(self, frame: VideoFrame) -> "list[Packet[Stream]]":
        if frame.pts is None or (self._last is not None and frame.pts <= self._last):
            return []  # a frame without a moment of its own cannot be shown
        self._last = frame.pts
        return self._stream.encode(self._drawn(frame))

    def _drawn(self, frame: VideoFrame) -> VideoFrame:
        drawn = frame.reformat(*self._size, format="yuv420p")
        drawn.pts, drawn.time_base = frame.pts, frame.time_base
        drawn.pict_type = 0  # where key frames belong is for the encoder to say
        return drawn

    def flush(self) -> "list[Packet[Stream]]":
        return self._stream.encode(None)


class _Sound:
    def __init__(self, output: OutputContainer, source: AudioStream, wanted: Wanted) -> None:
        rate = source.codec_context.sample_rate
        rate = rate if rate in {44_100, 48_000} else 48_000
        layout = "mono" if source.codec_context.channels == 1 else "stereo"
        self._stream = output.add_stream("aac", rate=rate, layout=layout)
        self._stream.bit_rate = wanted.audio_rate
        self._resampler = AudioResampler(format="fltp", layout=layout, rate=rate)

    def encode(self, frame: AudioFrame | None) -> "list[Packet[Stream]]":
        return [made for resampled in self._resampler.resample(frame) for made in self._stream.encode(resampled)]

    def flush(self) -> "list[Packet[Stream]]":
        return self.encode(None) + self._stream.encode(None)


def _x264(wanted: Wanted) -> dict[str, str]:
    options = {"preset": "veryfast"}
    if wanted.video_rate is None:
        return options | {"crf": QUALITY}
    return options | {"maxrate": str(wanted.video_rate * 6 // 5), "bufsize": str(wanted.video_rate * 2)}
