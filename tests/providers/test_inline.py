"""Requests with pictures in them: the same bytes as if each picture had been put in as a data URL."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.inline import Inline, outline

PICTURE = Inline(b"\xff\xd8 a cat", "image/jpeg")


def data_url(picture):
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.content).decode()}"


def filled(json_with_gaps):
    """What would be sent."""
    pictures = [base64.b64encode(picture.content) for picture in json_with_gaps.pictures]
    return b"".join(part for pair in zip(json_with_gaps.texts, [*pictures, b""], strict=True) for part in pair)


def with_data_urls(value):
    if isinstance(value, Inline):
        return data_url(value)
    if isinstance(value, dict):
        return {name: with_data_urls(inner) for name, inner in value.items()}
    return [with_data_urls(inner) for inner in value] if isinstance(value, list) else value


WORDS = st.text(st.characters(exclude_categories=["Cs"]))
PICTURES = st.builds(Inline, st.binary(max_size=20), st.sampled_from(["image/jpeg", "image/png"]))
LEAVES = st.none() | st.booleans() | st.integers() | WORDS | PICTURES
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner), max_leaves=12)


@given(st.dictionaries(WORDS, VALUES))
def test_the_bytes_are_those_of_data_urls_wherever_pictures_stand_and_their_number_is_known(body):
    made = outline(body)
    assert filled(made) == json.dumps(with_data_urls(body), ensure_ascii=False).encode()
    assert made.size(len(picture.content) for picture in made.pictures) == len(filled(made))


def test_without_pictures_there_is_one_text():
    assert outline({"prompt": "猫"}).texts == ('{"prompt": "猫"}'.encode(),)


def test_pictures_stand_in_the_order_of_the_text():
    first, last = Inline(b"first", "image/png"), Inline(b"last", "image/jpeg")
    made = outline({"content": [{"url": first}], "end": last})
    assert made.pictures == (first, last)
    assert made.texts == (
        b'{"content": [{"url": "data:image/png;base64,',
        b'"}], "end": "data:image/jpeg;base64,',
        b'"}',
    )


def test_a_prompt_that_looks_like_a_picture_is_a_prompt():
    said = data_url(PICTURE)
    assert json.loads(filled(outline({"prompt": f'{said}"', "image": PICTURE}))) == {
        "prompt": f'{said}"',
        "image": said,
    }


def test_what_is_neither_json_nor_a_picture_is_a_mistake_of_ours():
    with pytest.raises(TypeError):
        outline({"image": object()})


def test_a_picture_is_not_shown_in_a_log():
    assert "cat" not in repr(PICTURE)
