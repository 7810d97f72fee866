from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image

from bot.core.ports import BadClip, ClipFacts, TooLarge
from bot.media.shop import MediaShop
from bot.media.workshop import WorkFailed, Workshop
from tests.media import children, samples
from tests.media.here import Here


@pytest.fixture
def media():
    return MediaShop(workshop=Here())


@pytest.fixture
def media_in_children():
    return MediaShop(workshop=Workshop(cores=2))


FULL_DISK = Path("/dev/full")
FASTSTART = {"options": {"movflags": "+faststart"}}


def streams(path):
    with av.open(str(path)) as container:
        return [(s.type, s.codec_context.codec.canonical_name) for s in container.streams]


async def test_a_clip_is_measured(media, tmp_path):
    path = samples.clip(tmp_path / "clip.mp4", sound="aac", **FASTSTART)
    assert await media.probe(path) == ClipFacts(320, 240, 1.0, path.stat().st_size, "h264", plays_everywhere=True)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("index_last.mp4", {}),
        ("clip.webm", {"codec": "libvpx-vp9"}),
        ("clip.mkv", {}),
        ("ten_bits.mp4", {"pixels": "yuv420p10le", **FASTSTART}),
        ("hevc.mp4", {"codec": "libx265", **FASTSTART}),
        ("mp3.mp4", {"sound": "libmp3lame", **FASTSTART}),
    ],
)
async def test_what_does_not_play_everywhere_is_polished_until_it_does(media, tmp_path, name, how):
    source, into = samples.clip(tmp_path / name, **how), tmp_path / "polished.mp4"
    assert not (await media.probe(source)).plays_everywhere
    facts = await media.polish(source, into)
    assert facts.plays_everywhere
    assert (facts.width, facts.height, facts.size) == (320, 240, into.stat().st_size)
    assert facts.seconds == pytest.approx(1.0, abs=0.05)
    assert streams(into) == [("video", "h264"), ("audio", "aac")][: 2 if "sound" in how else 1]


@pytest.mark.skipif(not FULL_DISK.exists(), reason="no file here is always full")
@pytest.mark.parametrize("how", [FASTSTART, {"pixels": "yuv420p10le", **FASTSTART}], ids=["copied", "encoded"])
async def test_a_full_disk_is_not_the_clips_fault(media, tmp_path, how):
    source = samples.clip(tmp_path / "clip.mp4", **how)
    with pytest.raises(OSError, match="No space left"):
        await media.polish(source, FULL_DISK)
    with pytest.raises(OSError, match="No space left"):
        await media.polish(source, tmp_path / "polished.mp4", FULL_DISK)


async def test_odd_sides_are_made_even(media, tmp_path):
    source = samples.clip(tmp_path / "odd.mp4", size=(321, 241), pixels="yuv444p")
    facts = await media.polish(source, tmp_path / "polished.mp4")
    assert (facts.width, facts.height, facts.plays_everywhere) == (320, 240, True)


async def test_remuxing_leaves_every_picture_as_it_was(media, tmp_path):
    source, into = samples.clip(tmp_path / "clip.mp4", sound="aac"), tmp_path / "polished.mp4"
    await media.polish(source, into)
    assert packets(source) == packets(into)


def packets(path):
    with av.open(str(path)) as container:
        return [packet.size for packet in container.demux(video=0) if packet.size]


async def test_what_a_clip_says_about_itself_is_left_behind(media, tmp_path):
    source, into = samples.clip(tmp_path / "clip.mp4", title="our house"), tmp_path / "polished.mp4"
    assert b"our house" in source.read_bytes()
    await media.polish(source, into)
    assert b"our house" not in into.read_bytes()


async def is_bad(reading):
    """Found to be bad, that is: not because the child broke over it."""
    with pytest.raises(BadClip) as bad:
        await reading
    assert not isinstance(bad.value.__cause__, WorkFailed)


@pytest.mark.parametrize("content", [b"", b"<html>Not found</html>", b"\x00\x00\x00\x20ftypisom" + bytes(100)])
@pytest.mark.parametrize("act", ["probe", "polish", "fit"])
async def test_what_is_no_video_is_a_bad_clip(media, tmp_path, content, act):
    source = tmp_path / "clip.mp4"
    source.write_bytes(content)
    more = {"probe": (), "fit": (tmp_path / "into", 1000)}.get(act, (tmp_path / "into",))
    await is_bad(getattr(media, act)(source, *more))


async def test_a_playlist_that_names_another_file_is_not_followed(media, tmp_path):
    samples.clip(tmp_path / "secret.mp4")
    playlist = tmp_path / "clip.mp4"
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.mp4\n#EXT-X-ENDLIST\n")
    await is_bad(media.probe(playlist))


async def test_a_script_that_names_another_file_is_not_followed(media, tmp_path):
    samples.clip(tmp_path / "secret.mp4")
    script = tmp_path / "clip.mp4"
    script.write_text("ffconcat version 1.0\nfile secret.mp4\n")
    await is_bad(media.probe(script))


async def test_sound_without_a_picture_is_a_bad_clip(media, tmp_path):
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as output:
        samples.hum(output, output.add_stream("aac", rate=48_000, layout="stereo"), 1)
    with pytest.raises(BadClip, match="no video stream"):
        await media.probe(path)


async def test_a_clip_without_a_frame_is_a_bad_clip(media, tmp_path):
    source = samples.clip(tmp_path / "clip.mp4")
    whole = source.read_bytes()
    at = whole.index(b"mdat") + 4
    length = int.from_bytes(whole[at - 8 : at - 4], "big") - 8
    source.write_bytes(whole[:at] + bytes(length) + whole[at + length :])
    await is_bad(media.probe(source))


async def test_a_clip_cut_short_is_a_bad_clip(media, tmp_path):
    source = samples.clip(tmp_path / "clip.mp4", seconds=4, noisy=True, **FASTSTART)
    whole = source.read_bytes()
    source.write_bytes(whole[: len(whole) // 2])
    await is_bad(media.probe(source))


async def test_eleven_minutes_are_a_bad_clip(media, tmp_path):
    path = tmp_path / "long.mp4"
    with av.open(str(path), "w") as output:
        video = output.add_stream("libx264", rate=1)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        for second in range(660):
            frame = av.VideoFrame(64, 64, "yuv420p")
            frame.pts, frame.time_base = second, Fraction(1)
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
    with pytest.raises(BadClip, match="660 s"):
        await media.probe(path)


async def test_a_clip_is_fitted_into_the_bytes_allowed(media, tmp_path):
    source = samples.clip(tmp_path / "clip.mp4", size=(640, 480), seconds=2, noisy=True, sound="aac")
    into = tmp_path / "fitted.mp4"
    assert source.stat().st_size > 2 * 300_000
    facts = await media.fit(source, into, 300_000)
    assert facts == await media.probe(into)
    assert facts.size == into.stat().st_size <= 300_000
    assert (facts.width, facts.height, facts.plays_everywhere) == (640, 480, True)
    assert facts.seconds == pytest.approx(2.0, abs=0.1)
    assert streams(into) == [("video", "h264"), ("audio", "aac")]


async def test_a_clip_gets_smaller_sides_before_it_gets_muddy(media, tmp_path):
    source = samples.clip(tmp_path / "clip.mp4", size=(480, 640), seconds=2, noisy=True)
    facts = await media.fit(source, tmp_path / "fitted.mp4", 120_000)
    assert (facts.width, facts.height) == (360, 480)
    assert facts.size <= 120_000


async def test_a_child_does_all_of_it_within_its_limits(media_in_children, tmp_path):
    media, source, into = media_in_children, samples.clip(tmp_path / "c.webm", codec="libvpx-vp9"), tmp_path / "p.mp4"
    polished = await media.polish(source, into, tmp_path / "t.jpg")
    assert (tmp_path / "t.jpg").exists()
    assert polished == await media.probe(into)
    fitted = await media.fit(into, tmp_path / "f.mp4", 40_000)
    assert fitted.size <= 40_000


async def test_a_full_hd_clip_is_encoded_within_the_memory_of_a_child(media_in_children, tmp_path):
    source = samples.clip(tmp_path / "clip.mp4", size=(1920, 1080), seconds=0.5, noisy=True)
    facts = await media_in_children.fit(source, tmp_path / "fitted.mp4", 1_000_000)
    assert facts.size <= 1_000_000
    assert facts.height in {720, 1080}


async def test_a_clip_that_cannot_be_fitted_is_refused(media, tmp_path):
    source = samples.clip(tmp_path / "clip.mp4", seconds=2)
    with pytest.raises(TooLarge) as refused:
        await media.fit(source, tmp_path / "fitted.mp4", 10_000)
    assert refused.value.most_bytes == 10_000


async def test_the_first_frame_becomes_a_small_jpeg(media, tmp_path):
    source = samples.clip(tmp_path / "clip.mp4", size=(1280, 720))
    await media.polish(source, tmp_path / "polished.mp4", tmp_path / "thumbnail.jpg")
    with Image.open(tmp_path / "thumbnail.jpg") as image:
        assert (image.format, image.size) == ("JPEG", (320, 180))
        assert max(image.convert("L").getextrema()) < 20


class Misdirected(Workshop):
    """Sends every order to a child that misbehaves in one way."""

    def __init__(self, way):
        super().__init__(cores=2)
        self._way = way

    async def run(self, module, order, *, seconds, lane):
        return await super().run(children.__name__, {"do": self._way, "word": "x"}, seconds=seconds, lane=lane)


async def test_a_clip_that_kills_its_decoder_is_bad(tmp_path):
    with pytest.raises(BadClip):
        await MediaShop(workshop=Misdirected("segfault")).polish(tmp_path / "clip", tmp_path / "into")


async def test_a_clip_that_kills_its_encoder_is_too_large(tmp_path):
    with pytest.raises(TooLarge):
        await MediaShop(workshop=Misdirected("eat")).fit(tmp_path / "clip", tmp_path / "into", 1_000_000)


async def test_a_child_that_tells_tales_is_not_believed(tmp_path):
    with pytest.raises(BadClip):
        await MediaShop(workshop=Misdirected("echo")).probe(tmp_path / "clip")
