"""Errors of the network are named after what is known: nothing sent, nothing done, or nobody knows."""

import logging

import pytest
from aiohttp import ClientSession, web
from pydantic import SecretStr
from telegram import InputFile, InputMediaVideo
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, TelegramError, TimedOut

from bot.core.ports import NotNow, PlaceGone
from bot.platforms.telegram.account import Account, make_bot
from bot.platforms.telegram.troubles import (
    FileGone,
    FileTooBig,
    MaybeDone,
    MessageGone,
    Moved,
    QueryTooOld,
    Refused,
    TopicGone,
    Unchanged,
    Unsent,
    meaning,
)
from bot.platforms.telegram.wire import FLOOD_SECONDS, Flooded, TooBig, Unreached
from tests.fakes.serving import serving
from tests.fakes.telegram.faults import (
    bad_request,
    cut,
    flood,
    forbidden,
    page,
    server_error,
    silence,
    too_large,
    unauthorized,
)
from tests.fakes.telegram.server import TOKEN
from tests.platforms.telegram.at_work import at_work, note, place


@pytest.fixture
async def bot(telegram):
    async with ClientSession() as session:
        yield make_bot(Account(SecretStr(TOKEN), f"{telegram.address}/"), session)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (cut(done=True), NetworkError),
        (page(502), NetworkError),
        (server_error(503), NetworkError),
        (too_large(), TooBig),
        (page(413), TooBig),
        (flood(7), Flooded),
        (page(429), Flooded),
        (bad_request("chat not found"), BadRequest),
        (forbidden("bot was blocked by the user"), Forbidden),
        (unauthorized(), InvalidToken),
        (page(200, done=True), NetworkError),
    ],
    ids=["cut", "502", "503", "413", "413 page", "429", "429 page", "400", "403", "401", "page instead of JSON"],
)
async def test_every_way_to_fail_has_its_class(telegram, bot, fault, kind):
    telegram.fail("getMe", fault)
    with pytest.raises(TelegramError) as raised:
        await bot.get_me()
    assert type(raised.value) is kind


async def test_a_flood_answer_says_how_long(telegram, bot):
    telegram.fail("getMe", flood(7), page(429))
    with pytest.raises(Flooded) as first:
        await bot.get_me()
    with pytest.raises(Flooded) as second:
        await bot.get_me()
    assert (first.value.after_seconds, second.value.after_seconds) == (7.0, FLOOD_SECONDS)


async def test_an_answer_that_never_comes_ends_with_the_time_limit(telegram, bot):
    telegram.fail("getMe", silence(done=True))
    with pytest.raises(TimedOut):
        await bot.get_me(read_timeout=0.1)


async def test_a_server_that_is_not_there_was_not_reached():
    async with ClientSession() as session:
        bot = make_bot(Account(SecretStr(TOKEN), "http://127.0.0.1:1"), session)
        with pytest.raises(Unreached):
            await bot.get_me()
        await bot._request[0].shutdown()


async def test_a_redirect_does_not_carry_the_token_away():
    asked = []

    async def elsewhere(request):
        asked.append(request.path)
        raise web.HTTPTemporaryRedirect(f"/elsewhere{request.path}")

    async with serving(web.route("*", "/{path:.*}", elsewhere)) as url, ClientSession() as session:
        redirected = make_bot(Account(SecretStr(TOKEN), url), session)
        with pytest.raises(NetworkError):
            await redirected.get_me()
    assert asked == [f"/bot{TOKEN}/getMe"]


async def test_a_large_file_is_streamed_and_not_held_in_memory(telegram, bot, tmp_path, ana):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"x" * 1_000_000)
    ana.open_chat()
    posted = await bot.send_message(ana.id, "soon")
    with path.open("rb") as content:
        file = InputFile(content, filename="clip.mp4", attach=True, read_file_handle=False)
        await bot.edit_message_media(InputMediaVideo(file), ana.id, posted.message_id)
    assert len(ana.chat.clips[0].media.file.content) == 1_000_000


# ------------------------------------------------------------------------------------------ T52, meanings


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimedOut(), MaybeDone),
        (NetworkError("Bad Gateway"), MaybeDone),
        (Unreached("refused"), Unsent),
        (TooBig("large"), FileTooBig),
        (Flooded(3), NotNow),
        (InvalidToken(), NotNow),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), PlaceGone),
        (ChatMigrated(-100), Moved),
        (BadRequest("Message is not modified: specified …"), Unchanged),
        (BadRequest("Message to edit not found"), MessageGone),
        (BadRequest("MESSAGE_ID_INVALID"), MessageGone),
        (BadRequest("Message thread not found"), TopicGone),
        (BadRequest("TOPIC_CLOSED"), TopicGone),
        (BadRequest("Chat not found"), PlaceGone),
        (BadRequest("Not enough rights to send videos to the chat"), PlaceGone),
        (BadRequest("CHAT_SEND_VIDEOS_FORBIDDEN"), PlaceGone),
        (BadRequest("File is too big"), FileTooBig),
        (BadRequest("Wrong file identifier/HTTP URL specified"), FileGone),
        (BadRequest("Query is too old and response timeout expired"), QueryTooOld),
        (BadRequest("Can't parse entities"), Refused),
    ],
    ids=lambda value: str(value) if isinstance(value, Exception) else value.__name__,
)
def test_t52_an_error_says_what_to_do_next(error, kind):
    assert type(meaning(error)) is kind


def test_t52_a_bad_request_is_final_and_a_time_out_is_not_although_both_are_network_errors():
    assert isinstance(BadRequest(""), NetworkError)
    assert isinstance(TimedOut(), NetworkError)
    assert not isinstance(meaning(BadRequest("x")), OSError)
    assert isinstance(meaning(TimedOut()), OSError)


# ------------------------------------------------------------------------------------------ T17 T65, the token


async def test_t65_the_token_is_in_no_log_and_no_error(telegram, ana, tmp_path, caplog, captured_log):
    caplog.set_level(logging.INFO)
    faults = (cut(done=False), page(502), server_error(), bad_request("odd"), unauthorized(), silence(done=False))
    async with at_work(telegram, tmp_path) as work:
        for method in ("getMe", "getUpdates", "sendMessage", "getFile", "file"):
            telegram.fail(method, *faults[:-1])
        for text in ("one", "two", "three"):
            ana.send_photo(text)
        await work.rest(1.0)
        telegram.heal()
        errors = []
        for fault in faults[:-1]:
            telegram.fail("sendMessage", fault)
            try:
                await work.chat.tell(place(ana.chat, ana), note(job=f"job{len(errors):07}"))
            except (OSError, NotNow, PlaceGone) as error:
                errors.append(error)
    secret = TOKEN.partition(":")[2]
    chains = [repr(link) + str(link) for error in errors for link in _causes(error)]
    assert len(errors) >= 4
    assert secret not in caplog.text + str(captured_log.entries) + "".join(chains)


async def test_t17_the_address_of_a_picture_is_seen_by_nobody(telegram, ana, tmp_path, caplog, captured_log):
    caplog.set_level(logging.INFO)
    async with at_work(telegram, tmp_path) as work:
        telegram.fail("file", cut(done=False), page(502), server_error(404), server_error())
        ana.send_photo("a cat")
        await work.answered()
    everything = caplog.text + str(captured_log.entries) + str(work.inbox.letters) + str(work.memory.values)
    everything += str(work.core.heard) + "".join(post.text for post in ana.chat.by_bot)
    assert TOKEN.partition(":")[2] not in everything
    assert "/file/bot" not in everything


async def test_t67_a_local_server_hands_out_paths(telegram, ana, tmp_path):
    telegram.local_folder = tmp_path / "server"
    async with at_work(telegram, tmp_path, local=True) as work:
        ana.send_photo("a cat", content=b"photo")
        await work.answered()
    assert (work.core.photos, telegram.downloads) == ([[b"photo"]], [])


async def test_t67_a_path_that_we_cannot_read_ends_in_a_sentence(telegram, ana, tmp_path, monkeypatch):
    telegram.local_folder = tmp_path / "server"
    monkeypatch.setattr("shutil.copyfile", _unreadable)
    async with at_work(telegram, tmp_path, local=True) as work:
        ana.send_photo("a cat")
        await work.answered()
    assert "could not be loaded" in ana.chat.by_bot[0].text


def _unreadable(*_args):
    raise PermissionError("not ours")


def _causes(error):
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
