"""The OpenAI Videos shape: the contract over each way of packing, and what its servers do differently."""

from decimal import Decimal

import pytest
from PIL import Image
from pydantic import SecretStr

from bot.core.credits import Tariff
from providers.account import Account
from providers.contract import Done, Failed, FailReason, Format, Mode, Order, Picture, Queued, Running, Ticket
from providers.errors import (
    Misconfigured,
    MisconfiguredKind,
    NoSuchTicket,
    OutcomeUnknown,
    RefusalKind,
    Refused,
    TryLater,
    UnexpectedReply,
)
from providers.http import Reply
from providers.openai_videos import OpenaiVideosProvider, of_submit, to_fields, to_progress
from providers.openai_videos_server import Server, nearest
from tests.contracts.provider import JPEG, ProviderContract, expired, fetched, order_for
from tests.fakes.apis.openai_videos import FakeOpenaiVideos, OnDelete
from tests.fakes.apis.server import KEY, OnPoll, Phase

CONTENT = "http://gpu:8091/v1/videos/video-123/content"
LINK = "https://cdn.example/x.mp4?signature=a/videos/video-123/content"
CREATED = {"id": "video-123", "status": "queued", "created_at": 1701234567}
"""The answer to a submit in vLLM-Omni's "Videos API"."""


class _Shape(ProviderContract):
    server = Server()

    def make_provider(self, account, connections):
        return OpenaiVideosProvider(account=account, connections=connections, server=self.server)

    async def test_done_without_a_link_is_not_done(self, provider, api, order):
        """There is no link in this shape: the clip is where it always is, or is not there yet."""
        ticket = await self.submitted(provider, order)
        api.on_poll = [OnPoll.DONE_WITHOUT_LINK]
        done = await provider.poll(ticket)
        with pytest.raises(TryLater):
            await fetched(provider, done)


class TestForms(_Shape):
    """vLLM-Omni: one model, forms only."""

    def make_fake(self):
        return FakeOpenaiVideos()

    async def test_a_picture_is_sent_as_a_file(self, provider, api, picture):
        await provider.submit(order_for(provider.offers[0], _of(provider, Mode.IMAGE), picture), callback_url=None)
        (task,) = api.tasks.values()
        assert task.body == {
            "packed": "multipart/form-data",
            "prompt": "a cat smiling",
            "seconds": "4",
            "size": "1280x720",
            "input_reference": {"name": "frame.jpeg", "kind": "image/jpeg", "bytes": JPEG},
        }

    async def test_large_pictures_are_sent_whole(self, provider, api, picture):
        content = bytes(range(256)) * 12_000
        picture.path.write_bytes(content)
        await provider.submit(order_for(provider.offers[0], _of(provider, Mode.IMAGE), picture), callback_url=None)
        (task,) = api.tasks.values()
        assert task.body["input_reference"]["bytes"] == content

    async def test_the_clip_is_fetched_with_the_key_from_the_server_itself(self, provider, api, order):
        done = await self.made(provider, api, order)
        assert done.url.startswith(f"{api.base_url}/v1/videos/litellm%3A")
        assert not await expired(provider, done)
        assert api.fetched_without_key == 0

    async def test_progress_is_told_once_there_is_any(self, provider, api, order):
        ticket = await self.submitted(provider, order)
        assert [await provider.poll(ticket) for _ in range(2)] == [Queued(), Running(42.0)]

    @pytest.mark.parametrize("suffix", ["/v1", "/v1/", "/"])
    async def test_an_address_may_end_in_v1(self, api, connections, order, suffix):
        account = Account(SecretStr(KEY), f"{api.base_url}{suffix}")
        provider = OpenaiVideosProvider(account=account, connections=connections)
        done = await self.made(provider, api, order)
        assert await fetched(provider, done) == api.clip

    async def test_a_server_without_a_key_is_not_shown_one(self, api, connections, order):
        api.key = ""
        provider = OpenaiVideosProvider(account=Account(SecretStr(""), api.base_url), connections=connections)
        await provider.prove()
        assert await fetched(provider, await self.made(provider, api, order)) == api.clip

    @pytest.mark.parametrize("phase", [Phase.QUEUED, Phase.RUNNING])
    @pytest.mark.parametrize("how", [OnDelete.GONE, OnDelete.KEPT])
    async def test_what_is_not_finished_can_be_cancelled(self, provider, api, order, phase, how):
        api.on_delete, api.phases = how, [phase]
        assert await provider.cancel(await self.submitted(provider, order))

    @pytest.mark.parametrize("how", [OnDelete.TOO_EARLY, OnDelete.FINISHED, OnDelete.NOT_KNOWN])
    async def test_a_server_that_does_not_stop_is_not_said_to_have_stopped(self, provider, api, order, how):
        api.on_delete, api.phases = how, [Phase.RUNNING]
        assert not await provider.cancel(await self.submitted(provider, order))

    @pytest.mark.parametrize("phase", [Phase.DONE, Phase.FAILED])
    async def test_a_finished_video_is_never_deleted(self, provider, api, order, phase):
        api.phases = [phase]
        assert not await provider.cancel(await self.submitted(provider, order))
        assert api.deleted == []

    async def test_a_video_that_nobody_knows_cannot_be_cancelled(self, provider, api):
        with pytest.raises(NoSuchTicket):
            await provider.cancel(Ticket("unheard-of"))
        assert api.deleted == []


class TestJson(_Shape):
    """A gateway: several models, JSON."""

    server = Server(
        models=("wan-ai/Wan2.2-T2V", "minimax/MiniMax-H3"),
        encoding="json",
        usd_per_second=Decimal("0.08"),
        seconds=(6,),
    )

    def make_fake(self):
        return FakeOpenaiVideos(takes="json", models=self.server.models)

    def test_models_have_the_last_part_of_their_name(self, provider):
        assert [(offer.model, offer.key) for offer in provider.offers] == [
            ("wan2.2-t2v", "openai_videos/wan-ai/Wan2.2-T2V"),
            ("minimax-h3", "openai_videos/minimax/MiniMax-H3"),
        ]

    def test_a_second_has_its_price(self, provider):
        assert provider.offers[0].formats == (
            Format(Mode.TEXT, "720P", 6, Decimal("0.48")),
            Format(Mode.IMAGE, "720P", 6, Decimal("0.48")),
        )

    async def test_a_picture_is_sent_as_a_data_url(self, provider, api, picture):
        await provider.submit(order_for(provider.offers[1], _of(provider, Mode.IMAGE), picture), callback_url=None)
        (task,) = api.tasks.values()
        assert task.body == {
            "packed": "json",
            "model": "minimax/MiniMax-H3",
            "prompt": "a cat smiling",
            "seconds": "6",
            "size": "1280x720",
            "input_reference": {"image_url": "data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD/2Q=="},
        }


class TestMixed(_Shape):
    """SGLang: a form with a picture, JSON without one; describes its model elsewhere."""

    server = Server(encoding="mixed")

    def make_fake(self):
        return FakeOpenaiVideos(takes="mixed", lists="/models")


class TestWithoutList(_Shape):
    """A server that lists no models, and makes nothing of pictures."""

    server = Server(pictures=False)

    def make_fake(self):
        return FakeOpenaiVideos(lists=None)

    def test_pictures_are_not_on_offer(self, provider):
        assert {shape.mode for shape in provider.offers[0].formats} == {Mode.TEXT}

    async def test_an_address_where_no_server_of_videos_is_is_wrong(self, api, connections):
        account = Account(SecretStr(KEY), f"{api.base_url}/somewhere")
        with pytest.raises(Misconfigured) as told:
            await OpenaiVideosProvider(account=account, connections=connections).prove()
        assert told.value.kind is MisconfiguredKind.ADDRESS


class TestLinks(_Shape):
    """A gateway that gives a link of somewhere else."""

    def make_fake(self):
        return FakeOpenaiVideos(link="url")

    async def test_a_link_of_somewhere_else_is_followed_without_the_key(self, provider, api, connections, order):
        elsewhere = FakeOpenaiVideos()
        async with elsewhere.serve() as there:
            api.shown_link = f"{there}/clips/0-1.mp4"
            done = await self.made(provider, api, order)
            assert done == Done(api.shown_link)
            assert await fetched(provider, done) == elsewhere.clip
        assert elsewhere.fetched_without_key == 1

    async def test_a_base_that_merely_begins_alike_is_somewhere_else(self, provider, api, order):
        """`http://gpu:8091@evil.example` begins like `http://gpu:8091`."""
        api.shown_link = f"{api.base_url}@localhost:1/clips/0-1.mp4"
        with pytest.raises(TryLater):
            await fetched(provider, await self.made(provider, api, order))
        assert api.fetched_without_key == 0


# -------------------------------------------------------------------------------------------- sizes


def test_a_picture_gets_the_size_nearest_to_its_proportions():
    sizes = ("1280x720", "720x1280", "720x720")
    assert [nearest(sizes, ratio) for ratio in (1.5, 0.5625, 0.8, 1.0)] == [
        "1280x720",
        "720x1280",
        "720x720",
        "720x720",
    ]


class TestPortraits(_Shape):
    server = Server(sizes=("1280x720", "1024x1792", "720x1280"))

    def make_fake(self):
        return FakeOpenaiVideos()

    @pytest.fixture
    def picture(self, tmp_path):
        Image.new("RGB", (400, 700)).save(tmp_path / "tall.jpg")
        return Picture(tmp_path / "tall.jpg", "image/jpeg")

    async def test_a_tall_picture_makes_a_tall_clip_and_text_the_first_size(self, provider, api, picture):
        offer = provider.offers[0]
        for mode in (Mode.TEXT, Mode.IMAGE):
            await provider.submit(order_for(offer, _of(provider, mode), picture), callback_url=None)
        assert [task.body["size"] for task in api.tasks.values()] == ["1280x720", "720x1280"]

    def test_sizes_are_offered_by_their_short_side(self, provider):
        assert list(dict.fromkeys(shape.resolution for shape in provider.offers[0].formats)) == ["720P", "1024P"]

    async def test_a_size_that_is_no_longer_configured_is_refused_before_anything_is_sent(self, provider, api):
        with pytest.raises(Refused):
            await provider.submit(Order("ref", "video", "a cat", 4, "480P"), callback_url=None)
        assert api.knocks == 0


@pytest.mark.parametrize("size", ["720p", "1280", "0x720", "1280x720x3", "-1x5", ""])
def test_a_size_that_is_none_stops_the_start(size):
    with pytest.raises(ValueError, match="is not a size"):
        Server(sizes=(size,))


@pytest.mark.parametrize("missing", [{"sizes": ()}, {"seconds": ()}, {"seconds": (4, 0)}])
def test_a_server_makes_something(missing):
    with pytest.raises(ValueError, match="at least one"):
        Server(**missing)


def test_a_gpu_of_ones_own_costs_no_credits():
    tariff = Tariff(Decimal("0.01"), Decimal("1.5"), starting_credits=0, daily_credits=0, confirm_above=100)
    assert tariff.price(Decimal(0) * 12) == 0


# -------------------------------------------------------------------------------------------- requests and answers


def test_seconds_are_text_and_a_server_with_one_model_is_not_told_which():
    assert to_fields(Order("ref", "video", "a cat", 8, "720P"), Server(), "1280x720") == {
        "prompt": "a cat",
        "seconds": "8",
        "size": "1280x720",
    }


def test_the_documents_answer_is_queued():
    assert to_progress(_reply(CREATED), content=CONTENT) == Queued()


@pytest.mark.parametrize(
    ("status", "progress"),
    [
        ("pending", Queued()),
        ("PROCESSING", Running(None)),
        ("in_progress", Running(None)),
        ("completed", Done(CONTENT)),
        ("cancelled", Failed(FailReason.PROVIDER, "cancelled")),
        ("expired", Failed(FailReason.PROVIDER, "expired")),
        ("deleted", Failed(FailReason.PROVIDER, "deleted")),
    ],
)
def test_every_word_that_some_server_says_has_a_meaning(status, progress):
    assert to_progress(_reply(CREATED | {"status": status, "progress": 0}), content=CONTENT) == progress


@pytest.mark.parametrize(
    ("given", "percent"), [(0, None), ("12", 12.0), (99.5, 99.5), (250, 100.0), (-3, None), (None, None), ("NaN", None)]
)
def test_progress_is_believed_as_far_as_it_makes_sense(given, percent):
    assert to_progress(_reply({"status": "in_progress", "progress": given}), content=CONTENT) == Running(percent)


@pytest.mark.parametrize("field", [("url", LINK), ("video_url", LINK), ("output", [LINK])])
def test_a_link_of_somewhere_else_may_stand_in_three_places(field):
    assert to_progress(_reply({"status": "completed", **dict([field])}), content=CONTENT) == Done(LINK)


@pytest.mark.parametrize(
    "link",
    [
        "http://localhost:8000/v1/videos/video-123/content",
        "https://inside.example/api/v1/videos/video-123/content?variant=video",
        "/v1/videos/video-123/content",
        "ftp://gpu/x.mp4",
        "",
        None,
    ],
)
def test_a_servers_own_address_under_another_name_is_not_followed(link):
    assert to_progress(_reply({"status": "completed", "url": link}), content=CONTENT) == Done(CONTENT)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ({"message": "CUDA out of memory"}, FailReason.PROVIDER),
        ({"code": "content_policy_violation", "message": "no"}, FailReason.CONTENT),
        ({"code": 1026, "message": "input new_sensitive (1026)"}, FailReason.CONTENT),
        ("flagged by moderation", FailReason.CONTENT),
        (None, FailReason.PROVIDER),
        ("", FailReason.PROVIDER),
    ],
)
def test_an_error_of_any_form_is_read(error, reason):
    failed = to_progress(_reply({"status": "failed", "error": error}), content=CONTENT)
    assert isinstance(failed, Failed)
    assert failed.reason is reason
    assert failed.detail


@pytest.mark.parametrize("body", [{}, [], None, "video", {"status": None}, {"error": {"code": "oops"}}])
def test_nonsense_is_unexpected(body):
    with pytest.raises(UnexpectedReply):
        to_progress(_reply(body), content=CONTENT)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"detail": "Video not found"}),
        (400, {"code": "task_not_exist", "message": "task_not_exist", "data": None}),
        (500, {"error": {"message": "record not found", "type": "None", "param": "None", "code": "500"}}),
    ],
)
def test_a_video_that_nobody_knows_is_said_in_three_ways(status, body):
    with pytest.raises(NoSuchTicket):
        to_progress(_reply(body, status), content=CONTENT)


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, "content_policy_violation", RefusalKind.CONTENT),
        (403, "moderation_blocked", RefusalKind.CONTENT),
        (200, "moderation_blocked", RefusalKind.CONTENT),
        (400, "invalid_value", RefusalKind.INPUT),
        (429, "insufficient_quota", MisconfiguredKind.BALANCE),
        (400, "budget_exceeded", MisconfiguredKind.BALANCE),
        (403, "insufficient_user_quota", MisconfiguredKind.BALANCE),
        (403, "quota_not_enough", MisconfiguredKind.BALANCE),
        (401, "invalid_api_key", MisconfiguredKind.KEY),
        (404, "model_not_found", MisconfiguredKind.ADDRESS),
    ],
)
def test_the_kind_of_an_error_goes_before_its_status(status, code, error):
    refusal = of_submit(_reply({"error": {"message": "no", "type": None, "param": None, "code": code}}, status))
    assert isinstance(refusal, Refused | Misconfigured)
    assert refusal.kind is error


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("code", ["moderation_blocked", "insufficient_quota"])
def test_a_broken_server_is_not_believed_to_have_refused(status, code):
    assert isinstance(of_submit(_reply({"error": {"message": "no", "code": code}}, status)), OutcomeUnknown)


@pytest.mark.parametrize("body", [{"error": None}, {"error": {"code": "oops"}}, {"status": "queued"}, []])
def test_an_answer_without_an_id_is_unexpected(body):
    assert isinstance(of_submit(_reply(body)), UnexpectedReply)


def _of(provider, mode):
    return next(shape for shape in provider.offers[0].formats if shape.mode is mode)


def _reply(body, status=200):
    return Reply(status, body, "")
