"""Charts become pictures."""

import asyncio
import io
import os
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image

from bot.core.charts import Chart, Look, NotDrawn, Panel, Series, Tone
from bot.media import drawing
from bot.media.charts import REMEMBERED, ChartShop
from bot.media.workshop import Why, WorkFailed, Workshop
from tests.fakes.files import FolderFiles
from tests.media.here import Here

DAYS = tuple(f"11-{day:02}" for day in range(1, 31))
CHART = Chart(
    "Usage",
    "Last 30 days: 58,646 videos, 4,769 failed (92 % success), 2,238,826 credits.",
    (
        Panel(
            "Videos by day",
            DAYS,
            (Series("delivered", tuple(range(30)), Tone.GOOD), Series("failed", (1,) * 30, Tone.BAD)),
        ),
        Panel("Credits by day", DAYS, (Series("credits", (2_500_000,) * 30, Tone.MONEY),)),
        Panel("Credits by person", ("Ann", "$a$ " * 20), (Series("credits", (70_000, 3), Tone.MONEY),), ranked=True),
    ),
)
EMPTY = Chart("", "", (Panel("Videos by day", ("11-21",), (Series("delivered", (0,), Tone.GOOD),)),))
PHONE = Look(dark=True, wide=False)
PAGE = Look(dark=False, wide=True, picture="svg")


class Drawer:
    """A workshop that counts what it draws, and can be out of order."""

    def __init__(self):
        self.drawn = 0
        self.broken = False

    async def run(self, module, order, *, seconds, lane):
        if self.broken:
            raise WorkFailed(Why.TIME, "too slow")
        self.drawn += 1
        await asyncio.to_thread(Path(order["into"]).write_bytes, b"pic")
        return {}


@pytest.fixture
def at_home(tmp_path, monkeypatch):
    """Draws in this process."""
    monkeypatch.setenv("MPLCONFIGDIR", os.devnull)
    return ChartShop(workshop=Here(), files=FolderFiles(tmp_path), folder=tmp_path / "fonts")


def shop_with(workshop, folder):
    return ChartShop(workshop=workshop, files=FolderFiles(folder), folder=folder / "fonts")


async def test_a_chart_for_the_chat_is_dark_and_as_wide_as_a_phone(tmp_path):
    picture = await shop_with(Workshop(cores=2), tmp_path).draw(CHART, PHONE)
    image = Image.open(io.BytesIO(picture))
    assert (image.format, image.width) == ("PNG", 800)
    assert image.height > image.width
    assert image.convert("RGB").getpixel((2, 2)) == (0x1C, 0x19, 0x24)
    colours = {colour for _, colour in image.convert("RGB").getcolors(1_000_000)}
    assert {(0xAB, 0x8F, 0xFF), (0xFF, 0x8F, 0x6F), (0x4F, 0xC3, 0xC9)} <= colours


@pytest.mark.parametrize("chart", [CHART, EMPTY])
async def test_a_chart_for_the_console_is_a_drawing_without_script(at_home, chart):
    drawing = await at_home.draw(chart, PAGE)
    root = await asyncio.to_thread(ET.fromstring, drawing)
    assert root.tag.endswith("svg")
    assert b"<script" not in drawing


async def test_a_light_chart_stands_on_white(at_home):
    image = Image.open(io.BytesIO(await at_home.draw(CHART, Look(dark=False, wide=True))))
    assert image.width == 2000
    assert image.convert("RGB").getpixel((2, 2)) == (255, 255, 255)


async def test_the_same_figures_are_drawn_once(tmp_path):
    drawer = Drawer()
    shop = shop_with(drawer, tmp_path)
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(shop.draw(CHART, PHONE))
    assert drawer.drawn == 1
    await shop.draw(CHART, PAGE)
    assert drawer.drawn == 2


async def test_old_pictures_are_let_go(tmp_path):
    drawer = Drawer()
    shop = shop_with(drawer, tmp_path)
    for number in range(REMEMBERED + 1):
        await shop.draw(Chart(str(number), "", ()), PHONE)
    await shop.draw(Chart("0", "", ()), PHONE)
    assert drawer.drawn == REMEMBERED + 2


async def test_a_drawing_that_fails_is_named_and_tried_again(tmp_path):
    drawer = Drawer()
    shop = shop_with(drawer, tmp_path)
    drawer.broken = True
    with pytest.raises(NotDrawn):
        await shop.draw(CHART, PHONE)
    drawer.broken = False
    assert await shop.draw(CHART, PHONE) == b"pic"


async def test_a_chart_whose_words_no_font_has_is_left_to_the_words_below_it(at_home, monkeypatch):
    monkeypatch.setattr(drawing, "FONTS", ("DejaVu Sans",))
    chinese = Chart("使用情况", "5 个视频。", ())
    with pytest.raises(drawing.NoSuchLetters):
        await at_home.draw(chinese, PHONE)


class Paper:
    """Axes that only remember what was written on them."""

    def __init__(self):
        self.texts = []

    def axis(self, _shown): ...

    def text(self, _x, _y, words, **_style):
        self.texts.append(words)


@pytest.mark.parametrize(("letter", "lengths"), [("a", [50, 10]), ("个", [25, 25, 10])])
def test_letters_that_are_twice_as_wide_fill_a_line_twice_as_fast(letter, lengths):
    paper = Paper()
    drawing._write_head(paper, Chart("Usage", letter * 60, ()), drawing.DARK)
    assert [len(line) for line in paper.texts[1].splitlines()] == lengths
