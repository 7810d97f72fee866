"""The fake Bot API speaks as the public description of the real one says, and notices who does not."""

import asyncio

import aiohttp
import pytest

from tests.fakes.telegram.calls import Call, Upload
from tests.fakes.telegram.server import TOKEN, FakeTelegram
from tests.fakes.telegram.spec import find_spec, spec_path

USER = {"id": 1, "is_bot": False, "first_name": "Ana"}
CHAT = {"id": 1, "type": "private", "first_name": "Ana"}


@pytest.fixture
async def spec(in_ci):
    found = await asyncio.to_thread(find_spec)
    if found is None:
        sentence = f"no {spec_path()}: set SPECS_DIR to the folder with the description of the Bot API"
        if in_ci:
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found


def call(method, uploads=(), **fields):
    return Call(method, 0.0, fields, {name: Upload(b"x", "x.mp4", "video/mp4") for name in uploads})


class TestRequests:
    @pytest.mark.parametrize(
        "right",
        [
            call("getme"),
            call("sendmessage", chat_id="-1001", text="hello", disable_notification="true"),
            call("sendmessage", chat_id="@movies", text="5", reply_parameters='{"message_id": 3}'),
            call("sendmessage", chat_id="1", text="x", reply_markup='{"inline_keyboard": [[{"text": "Again"}]]}'),
            call("sendvideo", ["video"], chat_id="1", duration="6"),
            call("sendvideo", ["clip"], chat_id="1", video="attach://clip"),
            call("editmessagemedia", ["a", "b"], chat_id="1", message_id="2",
                 media='{"type": "video", "media": "attach://a", "thumbnail": "attach://b"}'),
            call("setmycommands", commands='[{"command": "video", "description": "Make one"}]',
                 scope='{"type": "chat", "chat_id": 1}'),
            call("getupdates", allowed_updates='["message"]', timeout="10"),
        ],
    )  # fmt: skip
    def test_right_requests_pass(self, spec, right):
        assert spec.wrong_request(right) == []

    @pytest.mark.parametrize(
        ("wrong", "complaint"),
        [
            (call("makecoffee"), "makecoffee: no such method"),
            (call("sendmessage", chat_id="1"), "sendmessage: text is missing"),
            (call("sendmessage", chat_id="1", text="x", sugar="2"), "sendmessage: unknown field sugar"),
            (call("sendvideo", chat_id="1"), "sendvideo: video is missing"),
            (call("sendvideo", ["clip"], chat_id="1", video="x"), "sendvideo: unknown field clip"),
            (call("sendvideo", chat_id="1", video="attach://clip"), "sendvideo: nothing is attached as clip"),
            (call("sendvideo", ["video"], chat_id="1", duration="6.5"), "sendvideo.duration: 6.5 is not Integer"),
            (call("sendvideo", ["video"], chat_id="1", has_spoiler="1"), "sendvideo.has_spoiler: 1 is not Boolean"),
            (call("sendvideo", ["video"], chat_id="1", duration="six"),
             "sendvideo.duration: 'six' is none of ['Integer']"),
            (call("getupdates", allowed_updates='"message"'), "getupdates.allowed_updates: 'message' is not a list"),
            (call("setmycommands", commands='[{"command": "video"}]'),
             "setmycommands.commands[0]: BotCommand needs description"),
            (call("setmycommands", commands="[]", scope='{"type": "chat"}'),
             "setmycommands.scope: BotCommandScopeChat needs chat_id"),
        ],
    )  # fmt: skip
    def test_wrong_requests_are_named(self, spec, wrong, complaint):
        assert complaint in spec.wrong_request(wrong)


class TestAnswers:
    def test_right_answers_pass(self, spec):
        assert spec.wrong_answer("getMe", USER) == []
        assert spec.wrong_answer("sendMessage", {"message_id": 0, "date": 1, "chat": CHAT}) == []
        assert spec.wrong_answer("sendChatAction", True) == []
        assert spec.wrong_answer("getUpdates", [{"update_id": 1}]) == []

    def test_wrong_answers_are_named(self, spec):
        assert spec.wrong_answer("getMe", USER | {"id": "1"}) == ["getMe().id: '1' is not Integer"]
        assert spec.wrong_answer("getMe", "Ana") == ["getMe(): 'Ana' is not User"]
        assert spec.wrong_answer("getMe", USER | {"nose": "red"}) == ["getMe(): User has no nose"]
        assert spec.wrong_answer("sendMessage", {"message_id": 1, "date": 1}) == ["sendMessage(): Message needs chat"]
        assert spec.wrong_answer("getUpdates", [{"update_id": True}]) == [
            "getUpdates()[0].update_id: True is not Integer"
        ]

    def test_a_member_is_what_its_status_says(self, spec):
        assert spec.wrong("ChatMember", {"status": "left", "user": USER}) == []
        assert spec.wrong("ChatMember", {"status": "king", "user": USER}) != []

    def test_a_nested_object_is_looked_into(self, spec):
        message = {"message_id": 1, "date": 1, "chat": CHAT, "photo": [{"file_id": "a"}]}
        assert spec.wrong("Message", message) == [
            f"Message.photo[0]: PhotoSize needs {name}" for name in ("file_unique_id", "height", "width")
        ]


class TestTheServer:
    async def test_a_wrong_request_fails_the_test_that_made_it(self, spec):
        with pytest.raises(AssertionError, match="sendmessage: unknown field sugar"):
            await _call("sendMessage", chat_id=1, text="x", sugar=2)

    async def test_a_wrong_update_fails_the_test_that_made_it(self, spec):
        telegram = FakeTelegram()
        telegram.announce("message", {"text": "from nobody"})
        with pytest.raises(AssertionError, match="Message needs chat"):
            async with telegram.serve():
                """Nothing needs to be asked."""

    async def test_a_thumbnail_must_be_small_and_a_jpeg(self, spec):
        telegram = FakeTelegram()
        form = aiohttp.FormData({"chat_id": str(telegram.person("Ana").id)})
        form.add_field("video", b"film", filename="film.mp4")
        form.add_field("thumbnail", b"\x89PNG", filename="small.png")
        with pytest.raises(AssertionError, match="a thumbnail must be a JPEG"):
            async with telegram.serve(), aiohttp.ClientSession() as session:
                await session.post(f"{telegram.base_url}{TOKEN}/sendVideo", data=form)

    async def test_without_the_description_it_serves_all_the_same(self):
        telegram = FakeTelegram()
        telegram.spec = None
        await _call("sendMessage", telegram, chat_id=telegram.person("Ana").id, text="x", sugar=2)
        assert telegram.complaints == []


async def _call(method, telegram=None, **body):
    telegram = telegram or FakeTelegram()
    async with telegram.serve(), aiohttp.ClientSession() as session:
        await session.post(f"{telegram.base_url}{TOKEN}/{method}", json=body)
