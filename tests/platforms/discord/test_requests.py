"""Everything we ask of Discord is as its own public description says."""

import pytest

from bot.core.model import ButtonAction, Paper, Reply, State
from tests.fakes.discord.messages import Picture
from tests.fakes.discord.spec_file import open_spec
from tests.platforms.discord.stage import JOB, note, scene

CAT = Picture("cat.png", b"\x89PNG\r\n\x1a\ncat")
COMPOSE = f"/video model=preview seconds=6 resolution=768P photo={JOB} a cat smiling"


@pytest.fixture
async def house(tmp_path, in_ci):
    async with scene(tmp_path, check=open_spec(in_ci=in_ci).request_problems) as made, made.running():
        await made.asks(image=CAT)
        yield made
        assert made.discord.wrong_requests == []


async def test_progress_and_the_clip(house):
    handle = await house.chat.show(house.place, note(State.RENDERING, percent=40.0))
    handle = await house.chat.deliver(house.place, house.delivery(handle=handle))
    await house.chat.tell(house.place, note(State.DELIVERED, "Deleted.", (), handle=handle))


async def test_a_clip_as_a_message_and_in_private(house):
    house.clock.advance(minutes=16)
    await house.chat.deliver(house.place, house.delivery(repeat=True))
    house.channel.delete()
    await house.chat.deliver(house.place, house.delivery(repeat=True))
    await house.chat.tell(house.place, note(State.UNDELIVERED, "Not posted.", (ButtonAction.JOB,)))
    await house.chat.write(house.core.heard[0].user.id, "The balance is used up.")


async def test_refusals_pages_and_papers(house):
    house.core.replies["*"] = Reply(text="word " * 1000)
    await house.asks()
    house.core.replies["/export"] = Reply(text="Here.", paper=Paper("export.json", b"{}"))
    for command in ("help", "export"):
        await house.ana.slash(command).answered()
    await house.answered()


async def test_dialogs_and_presses(house):
    await house.chat.deliver(house.place, house.delivery())
    house.core.replies["/edit"] = Reply(text="Change it.", job=JOB, compose=COMPOSE)
    opened = await house.ana.press(house.ana.seen()[0], "Edit prompt").answered()
    await house.ana.submit_modal(opened, prompt="a dog").answered()
    message = house.channel.say(house.ben.user, "look", pictures=(CAT, CAT))
    opened = await house.ana.context_menu("Animate this image", message).answered()
    await house.ana.submit_modal(opened, prompt="it smiles", first="1").answered()
    house.ben.press(house.ben.seen()[0], "Delete")
    await house.ben.reads("whoever asked")
    await house.ana.types("video", focus="model", prompt="a cat", model="").answered()
    await house.answered()
