"""`reelbot check` says what Telegram knows of the bot, and what to change in BotFather."""

import pytest
from pydantic import SecretStr

from bot.platforms.telegram.account import Account
from bot.platforms.telegram.checking import verify
from tests.fakes.telegram.faults import server_error, silence
from tests.fakes.telegram.server import TOKEN
from tests.fakes.telegram.updates import Webhook


def account(telegram, **more):
    return Account(SecretStr(more.pop("token", TOKEN)), telegram.address, **more)


async def test_a_bot_that_polls_in_privacy_mode_is_fine(telegram):
    verdicts = await verify(account(telegram))
    assert all(verdict.fine for verdict in verdicts)
    assert [verdict.words.split(":")[0] for verdict in verdicts] == [
        "the token belongs to @reel_test_bot",
        "privacy mode is on",
        "it polls; no webhook stands in the way.",
    ]


@pytest.mark.parametrize("token", ["7000000001:wrong", "nonsense"])
async def test_a_wrong_token_is_said_with_its_remedy(telegram, token):
    (verdict,) = await verify(account(telegram, token=token))
    assert (verdict.fine, "BotFather" in verdict.words, token in verdict.words) == (False, True, False)


async def test_privacy_mode_that_is_off_is_said_with_how_to_change_it(telegram):
    telegram.privacy = False
    verdict = (await verify(account(telegram)))[1]
    assert (verdict.fine, "/setprivacy" in verdict.words) == (True, True)


async def test_a_bot_that_may_not_join_groups_is_told_how_to(telegram, monkeypatch):
    me = telegram.me()
    monkeypatch.setattr(telegram, "me", lambda: me | {"can_join_groups": False})
    verdict = (await verify(account(telegram)))[1]
    assert (verdict.fine, "/setjoingroups" in verdict.words) == (False, True)


async def test_a_server_that_is_not_there_is_said_by_its_address(telegram):
    there = telegram.address
    telegram.address = "http://127.0.0.1:1"
    (verdict,) = await verify(account(telegram))
    telegram.address = there
    assert (verdict.fine, "http://127.0.0.1:1" in verdict.words, TOKEN in verdict.words) == (False, True, False)


async def test_a_server_in_trouble_is_no_wrong_token(telegram):
    telegram.fail("getMe", server_error())
    (verdict,) = await verify(account(telegram))
    assert (verdict.fine, "TELEGRAM_API_BASE" in verdict.words) == (False, True)


async def test_a_server_that_never_answers_is_given_up(telegram, monkeypatch):
    monkeypatch.setattr("bot.platforms.telegram.checking.VERIFY_SECONDS", 0.1)
    telegram.fail("getMe", silence(done=False))
    (verdict,) = await verify(account(telegram))
    assert "no answer in time" in verdict.words


@pytest.mark.parametrize(
    ("url", "base", "local", "fine", "words"),
    [
        ("https://elsewhere.example/x", None, False, True, "taken down"),
        ("", "https://reel.example", False, True, "as soon as the bot runs"),
        ("https://elsewhere.example/x", "https://reel.example", False, True, "as soon as the bot runs"),
        ("https://reel.example/telegram/abc", "https://reel.example/", False, True, "set and works"),
        ("", "http://reel.example", False, False, "PUBLIC_URL with https"),
        ("http://reel.example/telegram/abc", "http://reel.example", True, True, "set and works"),
    ],
    ids=["left over", "not yet", "another", "ours", "plain http", "plain http, local"],
)
async def test_the_state_of_the_webhook_is_said(telegram, url, base, local, fine, words):
    telegram.updates.webhook.url = url
    verdict = (await verify(account(telegram, webhook_base=base, local_server=local)))[2]
    assert (verdict.fine, words in verdict.words) == (fine, True)


async def test_a_webhook_that_telegram_cannot_reach_is_said_with_its_reason(telegram, ana):
    telegram.updates.webhook = Webhook("https://reel.example/telegram/abc", last_error=(1, "Connection refused"))
    ana.send_text("waiting")
    verdict = (await verify(account(telegram, webhook_base="https://reel.example")))[2]
    assert (verdict.fine, "Connection refused" in verdict.words) == (False, True)
