"""Model, length and size can be chosen by buttons; the message itself holds what is chosen."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.core.model import Reply
from bot.core.signing import Signer
from bot.platforms.telegram.choices import Choices, Field, Pick, Wish, read_wish
from bot.platforms.telegram.composing import completed
from providers.contract import Format, Mode, Offer
from tests.platforms.telegram.at_work import JOB, SIGNER, FastClock, at_work, place, until


def offer(model, *cells, modes=tuple(Mode)):
    shapes = tuple(Format(mode, size, seconds, Decimal("0.28")) for mode in modes for size, seconds in cells)
    return Offer("preview", model, f"{model}-wire", shapes)


OFFERS = (
    offer("hailuo", ("768P", 6), ("768P", 10), ("1080P", 6)),
    offer("flash", ("512P", 4)),
    Offer("vtrix", "hailuo", "h", (Format(Mode.TEXT, "2K", 5, Decimal(1)),)),
)
COMPOSED = "/video model=hailuo seconds=10 resolution=768P photo=k3f9q0x2ab a cat\nand a dog"


@pytest.fixture
async def work(telegram, tmp_path):
    async with at_work(telegram, tmp_path, offers=OFFERS) as working:
        working.core.replies["/models"] = Reply("What I can make:")
        working.core.replies[f"/edit {JOB}"] = Reply("Change the text and send it again.", compose=COMPOSED)
        yield working


async def opened(telegram, person, work):
    """The choices, as they stand behind /models."""
    person.send_text("/models")
    await work.answered()
    person.press(person.chat.by_bot[-1], "Choose")
    await work.answered()
    return person.chat.by_bot[-1]


async def press(work, person, post, label):
    pressed = person.press(post, label)
    await pressed.answer()
    await work.answered()
    return pressed


async def test_behind_the_list_of_models_there_is_a_way_to_choose(telegram, ana, work):
    choices = await opened(telegram, ana, work)
    assert choices.text.endswith("\n/video model=hailuo seconds=6 resolution=768P")
    assert choices.buttons == ["✓ hailuo", "flash", "✓ 6 s", "10 s", "✓ 768P", "1080P", "2K"]


async def test_what_is_pressed_is_chosen_and_what_no_longer_fits_becomes_what_does(telegram, ana, work):
    choices = await opened(telegram, ana, work)
    await press(work, ana, choices, "10 s")
    assert "seconds=10 resolution=768P" in choices.text
    await press(work, ana, choices, "1080P")
    assert "seconds=6 resolution=1080P" in choices.text
    await press(work, ana, choices, "flash")
    assert "model=flash seconds=4 resolution=512P" in choices.text
    assert [label for label in choices.buttons if "✓" in label] == ["✓ flash", "✓ 4 s", "✓ 512P"]


async def test_words_and_photos_that_answer_the_choices_are_made_as_chosen(telegram, ana, work):
    choices = await opened(telegram, ana, work)
    chosen = "/video model=hailuo seconds=6 resolution=768P"
    ana.send_text("a cat", reply_to=choices)
    await work.answered()
    ana.send_photo(reply_to=choices, content=b"photo")
    await work.answered()
    assert work.core.texts[-2:] == [f"{chosen} a cat", chosen]
    assert work.core.photos[-1] == [b"photo"]


async def test_an_earlier_video_is_changed_and_made_by_buttons_alone(telegram, ana, work):
    await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id))
    await press(work, ana, ana.chat.clips[0], "Edit")
    handed = ana.seen()[-1]
    await press(work, ana, handed, "1080P")
    await press(work, ana, handed, "Make it")
    assert handed.text.startswith("Change the text and send it again.\n/video model=hailuo seconds=6 resolution=1080P")
    assert work.core.texts[-1] == "/video model=hailuo seconds=6 resolution=1080P photo=k3f9q0x2ab a cat\nand a dog"
    assert "2K" not in handed.buttons, "it is not made from photos"


async def test_make_it_pressed_twice_is_one_wish(telegram, ana, work):
    await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id))
    await press(work, ana, ana.chat.clips[0], "Edit")
    handed = ana.seen()[-1]
    for label in ("Make it", "Make it", "1080P", "Make it"):
        await press(work, ana, handed, label)
    keys = [incoming.key for incoming in work.core.heard[1:]]
    assert (len(keys), keys[0] == keys[1], keys[1] == keys[2]) == (3, True, False)


async def test_in_a_group_nobody_else_chooses(telegram, ana, ben, work):
    group = telegram.supergroup("Cats", ana, (ben,))
    ana.send_text("/models", group)
    await work.answered()
    pressed = ben.press(group.by_bot[-1], "Choose")
    assert "whoever asked" in (await pressed.answer())["text"]


async def test_a_message_too_old_to_be_read_cannot_be_changed(telegram, ana, work):
    choices = await opened(telegram, ana, work)
    old = ana.press_forged(choices, choices.button("10 s")["callback_data"], old=True)
    assert "no longer works" in (await old.answer())["text"]


async def test_where_nothing_can_be_made_there_is_nothing_to_choose(telegram, ana, tmp_path):
    async with at_work(telegram, tmp_path) as work:
        ana.send_text("/models")
        await work.answered()
        assert ana.chat.by_bot[0].buttons == []
        data = Choices(offers=lambda: OFFERS, signer=SIGNER, clock=work.clock).door(ana.id, "en")
        ana.press_forged(ana.chat.by_bot[0], data.inline_keyboard[0][0].callback_data)
        await work.answered()
        await until(lambda: telegram.called("answerCallbackQuery"))
        assert len(ana.chat.by_bot) == 1


# ------------------------------------------------------------------------------------------ pure


WISH = Wish("hailuo", 6, "768P")


@pytest.fixture
def choices():
    return Choices(offers=lambda: OFFERS, signer=SIGNER, clock=FastClock())


@pytest.mark.parametrize(
    "wish",
    [WISH, replace(WISH, photo="k3f9q0x2ab"), replace(WISH, prompt="a 10 s film\nmodel=x"), replace(WISH, prompt="x")],
)
def test_a_wish_is_read_back_as_it_was_written(wish):
    assert read_wish(f"Choose.\n{wish.line}") == ("Choose.", wish)


@pytest.mark.parametrize("text", ["", "hello", "/video a cat", "/video model=hailuo a cat"])
def test_a_text_without_all_three_choices_holds_none(text):
    assert read_wish(text) is None


def test_every_button_fits_into_64_bytes(choices):
    rows = choices.keyboard(WISH, 2**52 - 1, "en").inline_keyboard
    assert all(len(button.callback_data.encode()) <= 64 for row in rows for button in row)


def test_a_button_of_another_house_chooses_nothing(choices):
    theirs = Choices(offers=lambda: OFFERS, signer=Signer(b"another secret, just as long"), clock=FastClock())
    data = theirs.door(1, "en").inline_keyboard[0][0].callback_data
    assert choices.read(data) is None


@pytest.mark.parametrize("field", [Field.MODEL, Field.SECONDS, Field.RESOLUTION])
def test_a_choice_that_is_no_longer_there_changes_nothing(choices, field):
    assert choices.picked(WISH, Pick(field, "000000", 1)) == WISH


def test_a_model_that_is_no_longer_made_has_no_buttons_and_stays_what_it_is(choices):
    gone = replace(WISH, model="gone")
    assert choices.keyboard(gone, 1, "en") is None
    assert choices.picked(gone, Pick(Field.SECONDS, "000000", 1)) == gone


def test_a_wish_whose_clip_is_to_be_covered_keeps_that():
    line = "/video model=hailuo seconds=10 resolution=768P photo=k3f9q0x2ab spoiler=on a cat"
    head, wish = read_wish(f"Change it.\n{line}")
    assert (head, wish.spoiler, wish.prompt, wish.line) == ("Change it.", True, "a cat", line)
    assert replace(wish, spoiler=False).line == line.replace(" spoiler=on", "")
    assert completed("a dog", line) == f"{line.removesuffix(' a cat')} a dog"
