"""openai-hk: the contract, its own document's payloads, and its two paths."""

import pytest
from pydantic import SecretStr

from providers.account import Account
from providers.contract import Done, Mode, Order, Picture, Queued, Running, Ticket
from providers.errors import Misconfigured, MisconfiguredKind, RefusalKind, Refused, UnexpectedReply
from providers.http import Reply
from providers.openai_hk import OFFERS, OpenaiHkProvider, to_body, to_progress, to_ticket
from tests.contracts.provider import ProviderContract
from tests.fakes.apis.openai_hk import FakeOpenaiHk
from tests.fakes.apis.server import KEY

DOCUMENTED = {
    "id": "xmjmtxergdrgc0cm9sdr13fhtc",
    "model": "minimax-i2v",
    "input": {"first_frame_image": "https://avatars.githubusercontent.com/u/3765401?v=4", "prompt": "微笑"},
    "output": "https://file.aigpai.com/czjl/LxajD8twmC7POtwxdbmVIMz6mq0bAsZbKwtAFV8NTieJayBKA/tmp7tdp7rnr.output.mp4",
    "status": "succeeded",
    "error": None,
}


LAST = "https://bot.example/media/last.jpg"


class TestOpenaiHk(ProviderContract):
    def make_fake(self):
        return FakeOpenaiHk()

    def make_provider(self, account, connections):
        return OpenaiHkProvider(account=account, connections=connections)

    @pytest.mark.parametrize(("feed", "path"), [(True, "/vmodel/feed"), (False, "/vmodel")])
    async def test_a_task_is_found_under_either_path_and_the_path_is_remembered(self, connections, order, feed, path):
        fake = FakeOpenaiHk(feed=feed, plain=not feed)
        async with fake.serve() as base_url:
            provider = OpenaiHkProvider(account=Account(SecretStr(KEY), base_url), connections=connections)
            ticket = await self.submitted(provider, order)
            for _ in range(3):
                await provider.poll(ticket)
        assert fake.asked_paths == [path] * 3
        assert fake.wrong_requests == []

    async def test_a_task_that_is_unknown_under_both_paths_changes_nothing_about_them(self, provider, api, order):
        with pytest.raises(Exception, match="404"):
            await provider.poll(Ticket("unheard-of"))
        await provider.poll(await self.submitted(provider, order))
        assert api.asked_paths == ["/vmodel/feed", "/vmodel", "/vmodel/feed"]


def test_the_documents_request_is_made(tmp_path):
    picture = Picture(tmp_path / "x.jpg", "image/jpeg", "https://avatars.githubusercontent.com/u/3765401?v=4")
    body = to_body(Order("ref", "minimax-i2v", "微笑", 6, "720P", picture))
    assert body == {"model": DOCUMENTED["model"], "input": DOCUMENTED["input"]}


def test_a_last_frame_goes_by_its_address_too(tmp_path):
    first = Picture(tmp_path / "x.jpg", "image/jpeg", "https://bot.example/media/first.jpg")
    last = Picture(tmp_path / "y.jpg", "image/jpeg", LAST)
    body = to_body(Order("ref", "minimax-i2v", "smile", 6, "720P", first, last))
    assert body["input"] == {"prompt": "smile", "first_frame_image": first.url, "last_frame_image": LAST}


def test_two_pictures_are_taken_by_the_plain_model_alone():
    taking = {offer.wire_model for offer in OFFERS for shape in offer.formats if shape.mode is Mode.FIRST_LAST}
    assert taking == {"minimax-i2v"}
    assert all(offer.picture_rules.by_url_only for offer in OFFERS if offer.formats[0].mode is not Mode.TEXT)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": {"message": "the prompt was flagged as sensitive"}}, RefusalKind.CONTENT),
        ({"data": {}, "error": 1, "error_des": "余额不足"}, MisconfiguredKind.BALANCE),
        ({"message": "user quota is not enough"}, MisconfiguredKind.BALANCE),
    ],
)
def test_a_success_that_clearly_refuses_is_a_refusal(body, kind):
    with pytest.raises((Refused, Misconfigured)) as told:
        to_ticket(_reply(body))
    assert told.value.kind is kind


@pytest.mark.parametrize("body", [{"error": "upstream hiccup"}, {"data": {}, "error": 0, "error_des": ""}, {"id": ""}])
def test_a_success_that_says_nothing_clear_may_have_made_something(body):
    with pytest.raises(UnexpectedReply):
        to_ticket(_reply(body))


def test_a_picture_without_an_address_is_refused_before_anything_is_sent(tmp_path):
    with pytest.raises(Refused):
        to_body(Order("ref", "minimax-i2v", "smile", 6, "720P", Picture(tmp_path / "x.jpg", "image/jpeg")))


def test_the_documents_answer_is_done():
    assert to_progress(_reply(DOCUMENTED)) == Done(DOCUMENTED["output"])


@pytest.mark.parametrize("output", [["https://cdn.example/a.mp4"], "https://cdn.example/a.mp4"])
def test_output_may_be_a_list(output):
    assert to_progress(_reply(DOCUMENTED | {"output": output})) == Done("https://cdn.example/a.mp4")


@pytest.mark.parametrize("status", ["starting", "processing", "STARTING"])
def test_absent_output_and_error_while_it_is_made_are_fine(status):
    assert isinstance(to_progress(_reply({"id": "x", "status": status})), Queued | Running)


@pytest.mark.parametrize("body", [{}, [], None, {"status": None}, {"status": "succeeded", "output": "ftp://x/y"}])
def test_nonsense_is_unexpected(body):
    with pytest.raises(UnexpectedReply):
        to_progress(_reply(body))


def _reply(body):
    return Reply(200, body, "")
