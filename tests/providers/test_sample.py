import subprocess
import sys

import pytest
from PIL import Image

from providers.sample import draw_sample


@pytest.fixture(scope="module")
def cat(tmp_path_factory):
    path = tmp_path_factory.mktemp("sample") / "cat.jpg"
    draw_sample(path)
    with Image.open(path) as image:
        image.load()
    return image


def test_the_sample_is_a_photo_of_the_promised_size(cat):
    assert (cat.format, cat.size) == ("JPEG", (1280, 960))


def test_an_orange_cat_with_green_eyes_sits_in_the_middle(cat):
    red, green, blue = cat.getpixel((760, 470))
    assert red > green > blue
    assert red - blue > 70
    red, green, blue = cat.getpixel((460, 446))
    assert green > red
    assert green > blue


def test_it_is_the_same_picture_each_time(cat, tmp_path):
    draw_sample(tmp_path / "again.jpg")
    with Image.open(tmp_path / "again.jpg") as again:
        assert again.tobytes() == cat.tobytes()


def test_it_needs_no_video_library():
    program = "import sys, providers.sample; sys.exit('av' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": ":".join(sys.path)})
