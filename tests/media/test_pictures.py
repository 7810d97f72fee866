from pathlib import Path

import pytest
from PIL import Image

from bot.core.ports import BadPicture
from bot.media.shop import MediaShop
from bot.media.workshop import Workshop
from tests.media import children, samples
from tests.media.here import Here


@pytest.fixture
def media():
    return MediaShop(workshop=Here())


@pytest.fixture
def media_in_children():
    return MediaShop(workshop=Workshop(cores=2))


async def refusal(media, source):
    with pytest.raises(BadPicture) as refused:
        await media.check_picture(source, source.with_name("checked"))
    return refused.value.problem, refused.value.values


async def checked(media, source):
    facts = await media.check_picture(source, source.with_name("checked"))
    with Image.open(facts.path) as image:
        image.load()
    assert (facts.width, facts.height) == image.size
    assert facts.media_type == "image/jpeg"
    assert image.format == "JPEG"
    return facts, image


def red(pixel):
    return pixel[0] > 150 and pixel[2] < 90


async def test_a_photo_goes_through_as_it_is(media, tmp_path):
    facts, image = await checked(media, samples.photo(tmp_path / "photo.jpg"))
    assert (facts.width, facts.height, facts.padded, facts.first_of_many) == (640, 480, False, False)
    assert facts.path == tmp_path / "checked.jpg"
    assert red(image.getpixel((100, 200)))
    assert not red(image.getpixel((500, 200)))


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "AVIF"])
async def test_other_kinds_of_picture_become_a_jpeg(media, tmp_path, kind):
    _, image = await checked(media, samples.photo(tmp_path / "photo", format=kind))
    assert red(image.getpixel((100, 200)))


async def test_a_phone_photo_in_heic_becomes_a_jpeg(media, tmp_path):
    facts, image = await checked(media, samples.heic(tmp_path / "photo.heic"))
    assert (facts.width, facts.height, facts.first_of_many) == (640, 480, False)
    assert red(image.getpixel((100, 200)))
    assert not red(image.getpixel((500, 200)))


async def test_a_truncated_heic_is_damaged(media, tmp_path):
    source = samples.heic(tmp_path / "photo.heic")
    source.write_bytes(source.read_bytes()[:-200])
    assert await refusal(media, source) == ("picture_damaged", {})


async def test_a_photo_with_a_wrong_name_is_known_by_its_bytes(media, tmp_path):
    await checked(media, samples.photo(tmp_path / "photo.txt", format="PNG"))


async def test_a_large_photo_is_scaled_down(media, tmp_path):
    facts, _ = await checked(media, samples.photo(tmp_path / "photo.jpg", 4000, 3000))
    assert (facts.width, facts.height, facts.padded) == (2048, 1536, False)


async def test_a_small_photo_is_enlarged(media, tmp_path):
    facts, _ = await checked(media, samples.photo(tmp_path / "photo.jpg", 200, 150))
    assert (facts.width, facts.height) == (405, 304)


async def test_a_stamp_is_refused(media, tmp_path):
    source = samples.photo(tmp_path / "photo.png", 120, 90)
    assert await refusal(media, source) == ("picture_too_small", {"width": 120, "height": 90, "least": 100})


async def test_a_panorama_gets_soft_edges(media, tmp_path):
    facts, image = await checked(media, samples.photo(tmp_path / "photo.png", 1200, 300))
    assert (facts.width, facts.height, facts.padded) == (1200, 482, True)
    assert red(image.getpixel((50, 10)))
    assert not red(image.getpixel((1150, 470)))


async def test_a_ribbon_is_refused(media, tmp_path):
    assert await refusal(media, samples.photo(tmp_path / "p.png", 2000, 300)) == ("picture_too_long", {"ratio": "5:1"})


async def test_a_truncated_photo_is_refused(media, tmp_path):
    source = samples.photo(tmp_path / "photo.jpg")
    source.write_bytes(source.read_bytes()[:-1000])
    assert await refusal(media, source) == ("picture_damaged", {})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just some words",
        b"%PDF-1.7\n%\xe2\xe3",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
    ],
)
async def test_what_is_no_picture_is_refused(media, tmp_path, content):
    source = tmp_path / "picture.png"
    source.write_bytes(content)
    assert await refusal(media, source) == ("picture_not_a_picture", {})


async def test_a_clip_is_no_picture(media, tmp_path):
    assert await refusal(media, samples.clip(tmp_path / "clip.mp4")) == ("picture_not_a_picture", {})


@pytest.mark.parametrize(
    "head",
    [
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF\x00\x00\x00\x00WEBP",
        b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    ],
)
async def test_a_picture_that_only_begins_like_one_is_damaged(media, tmp_path, head):
    source = tmp_path / "picture"
    source.write_bytes(head + b"and then nonsense" * 10)
    assert await refusal(media, source) == ("picture_damaged", {})


async def test_a_file_over_25_megabytes_is_refused_unread(media, tmp_path):
    source = tmp_path / "picture.jpg"
    with source.open("wb") as file:
        file.truncate(25_000_001)
    assert await refusal(media, source) == ("picture_too_large_file", {"most_mb": 25})


@pytest.mark.parametrize("size", [(20_000, 20_000), (16_400, 200)])
async def test_a_pixel_bomb_is_refused_before_it_goes_off(media, tmp_path, size):
    source = samples.pixel_bomb(tmp_path / "bomb.png", *size)
    assert source.stat().st_size < 100_000
    assert await refusal(media, source) == ("picture_too_many_pixels", {"most_megapixels": 50})


async def test_fifty_megapixels_fit_into_the_memory_of_a_child(media_in_children, tmp_path):
    facts, _ = await checked(media_in_children, samples.pixel_bomb(tmp_path / "large.png", 8_000, 6_200))
    assert (facts.width, facts.height) == (2048, 1587)


async def test_a_photo_taken_sideways_is_turned_upright_and_forgets_where_it_was_taken(media, tmp_path):
    source = samples.photo(tmp_path / "photo.jpg", exif=samples.gps_exif(orientation=6))
    facts, image = await checked(media, source)
    assert (facts.width, facts.height) == (480, 640)
    assert red(image.getpixel((240, 100)))
    assert not red(image.getpixel((240, 540)))
    assert dict(image.getexif()) == {}
    assert "exif" not in image.info
    assert b"A camera" not in facts.path.read_bytes()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
async def test_what_a_picture_says_about_itself_is_dropped(media, tmp_path, kind):
    source = samples.photo(tmp_path / "photo", format=kind, exif=samples.gps_exif(), comment=b"a word", dpi=(300, 300))
    _, image = await checked(media, source)
    assert not {"exif", "comment", "icc_profile", "dpi"} & set(image.info)


async def test_what_was_transparent_becomes_white(media, tmp_path):
    image = Image.new("RGBA", (400, 400), (*samples.RED, 0))
    image.paste((*samples.RED, 255), (0, 0, 200, 400))
    image.save(tmp_path / "photo.png")
    _, made = await checked(media, tmp_path / "photo.png")
    assert red(made.getpixel((50, 200)))
    assert min(made.getpixel((350, 200))) > 250


async def test_a_palette_with_a_transparent_colour_is_flattened_too(media, tmp_path):
    image = Image.new("P", (400, 400), 1)
    image.putpalette([0, 0, 0, *samples.RED])
    image.paste(0, (200, 0, 400, 400))
    image.save(tmp_path / "photo.png", transparency=0)
    _, made = await checked(media, tmp_path / "photo.png")
    assert red(made.getpixel((50, 200)))
    assert min(made.getpixel((350, 200))) > 250


@pytest.mark.parametrize("mode", ["1", "L", "LA", "I;16", "CMYK"])
async def test_odd_colour_modes_become_plain_colours(media, tmp_path, mode):
    grey = {"1": 1, "L": 200, "LA": (200, 255), "I;16": 200 * 256, "CMYK": (0, 0, 0, 55)}[mode]
    path = tmp_path / ("photo.jpg" if mode == "CMYK" else "photo.png")
    Image.new(mode, (400, 400), grey).save(path)
    _, made = await checked(media, path)
    assert made.mode == "RGB"
    assert 195 <= made.getpixel((200, 200))[0] <= (255 if mode == "1" else 205)


async def test_a_colour_profile_is_applied(media, tmp_path):
    image = Image.new("RGB", (400, 400), samples.RED)
    image.save(tmp_path / "photo.jpg", icc_profile=samples.swapped_profile(), quality=95)
    _, made = await checked(media, tmp_path / "photo.jpg")
    assert not red(made.getpixel((200, 200)))


async def test_a_broken_colour_profile_is_ignored(media, tmp_path):
    _, made = await checked(media, samples.photo(tmp_path / "photo.jpg", icc_profile=b"not a profile" * 20))
    assert red(made.getpixel((100, 200)))


@pytest.mark.parametrize(
    ("name", "how"), [("a.gif", {}), ("a.webp", {"lossless": True}), ("a.png", {}), ("a.avif", {})]
)
async def test_of_an_animation_the_first_frame_is_taken_and_said_so(media, tmp_path, name, how):
    facts, made = await checked(media, samples.animation(tmp_path / name, **how))
    assert facts.first_of_many
    assert red(made.getpixel((200, 200)))


async def test_the_hidden_second_picture_of_a_phone_photo_is_no_animation(media, tmp_path):
    samples.halves(640, 480).save(
        tmp_path / "photo.jpg", format="MPO", save_all=True, append_images=[samples.halves(64, 48)]
    )
    facts, _ = await checked(media, tmp_path / "photo.jpg")
    assert not facts.first_of_many


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
async def test_a_child_can_read_every_kind_within_its_limits(media_in_children, tmp_path, kind):
    _, image = await checked(media_in_children, samples.photo(tmp_path / "photo", 1600, 1200, format=kind))
    assert red(image.getpixel((100, 200)))


async def test_a_child_can_read_heic_within_its_limits(media_in_children, tmp_path):
    await checked(media_in_children, samples.heic(tmp_path / "photo.heic", 1600, 1200))


async def test_a_child_refuses_in_the_same_words(media_in_children, tmp_path):
    source = samples.photo(tmp_path / "photo.png", 120, 90)
    refused = await refusal(media_in_children, source)
    assert refused == ("picture_too_small", {"width": 120, "height": 90, "least": 100})


async def test_a_small_picture_on_a_giant_canvas_is_refused_before_the_canvas_is_made(media, tmp_path):
    source = samples.webp_bomb(tmp_path / "bomb.webp")
    assert await refusal(media, source) == ("picture_too_many_pixels", {"most_megapixels": 50})


async def test_a_picture_that_takes_too_long_is_refused(tmp_path):
    assert await refusal(MediaShop(workshop=Misdirected("sleep")), samples.photo(tmp_path / "p.jpg")) == (
        "picture_took_too_long",
        {},
    )


async def test_a_picture_that_kills_its_decoder_is_damaged(tmp_path):
    media = MediaShop(workshop=Misdirected("segfault"))
    assert await refusal(media, samples.photo(tmp_path / "p.jpg")) == ("picture_damaged", {})


class Misdirected(Workshop):
    """Sends every order to a child that misbehaves in one way, and has little patience."""

    def __init__(self, way):
        super().__init__(cores=2)
        self._way = way

    async def run(self, module, order, *, seconds, lane):
        order = {"do": self._way, "pid_file": str(Path(order["into"]).with_suffix(".pid"))}
        return await super().run(children.__name__, order, seconds=1, lane=lane)
