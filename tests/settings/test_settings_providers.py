"""The accounts with video APIs: what turns a provider on, and in which order they stand."""

from decimal import Decimal

import pytest

from bot.settings import BadSettings, load_settings
from bot.settings_providers import TITLES
from providers.shelf import MAKERS


def settings(**env):
    return load_settings(env, None)


def test_without_any_key_only_the_preview_provider_is_on():
    assert settings().provider_names == ("preview",)


def test_a_key_turns_its_provider_on_and_the_preview_off():
    assert settings(MINIMAX_API_KEY="k").provider_names == ("minimax",)


def test_the_preview_stays_where_it_is_wanted_beside_others():
    assert settings(MINIMAX_API_KEY="k", PREVIEW="on").provider_names == ("minimax", "preview")


def test_the_operators_order_is_kept_and_what_has_no_key_is_left_out():
    names = settings(
        MINIMAX_API_KEY="k", AIMLAPI_API_KEY="k", VTRIX_API_KEY="k", PROVIDERS="vtrix, replicate, minimax"
    ).provider_names
    assert names == ("vtrix", "minimax")


def test_every_provider_of_the_shelf_can_be_turned_on():
    env = {f"{name.upper()}_API_KEY": "k" for name in TITLES}
    given = settings(**env, RELAY_BASE_URL="https://relay.example", OPENAI_VIDEOS_BASE_URL="http://127.0.0.1:8091")
    assert given.provider_names == tuple(TITLES)
    assert set(TITLES) == set(MAKERS)


def test_an_account_holds_key_address_and_limits():
    account = settings(
        AI302_API_KEY="k", AI302_BASE_URL="http://localhost:8000/", AI302_RPM="7", AI302_CONCURRENCY="3"
    ).accounts()["ai302"]
    assert account.key.get_secret_value() == "k"
    assert account.base_url == "http://localhost:8000"
    assert (account.rate.submits_per_minute, account.rate.at_once) == (7, 3)


def test_a_server_of_ones_own_needs_no_key():
    given = settings(
        OPENAI_VIDEOS_BASE_URL="http://gpu:8091",
        OPENAI_VIDEOS_MODELS="Wan-AI/Wan2.2, MiniMax-H3",
        OPENAI_VIDEOS_SECONDS="4s, 6",
        OPENAI_VIDEOS_SIZES="1280X720",
        OPENAI_VIDEOS_USD_PER_SECOND="0.02",
        OPENAI_VIDEOS_ENCODING="JSON",
    )
    assert given.provider_names == ("openai_videos",)
    assert given.openai_videos_models == ("Wan-AI/Wan2.2", "MiniMax-H3")
    assert given.openai_videos_seconds == (4, 6)
    assert given.openai_videos_sizes == ("1280x720",)
    assert given.openai_videos_usd_per_second == Decimal("0.02")
    assert given.openai_videos_encoding == "json"


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"RELAY_API_KEY": "k"}, "RELAY_BASE_URL"),
        ({"OPENAI_VIDEOS_API_KEY": "k"}, "OPENAI_VIDEOS_BASE_URL"),
        ({"MINIMAX_BASE_URL": "api.minimax.io"}, "MINIMAX_BASE_URL"),
        ({"MINIMAX_BASE_URL": "https://u:p@api.minimax.io"}, "MINIMAX_BASE_URL"),
        ({"MINIMAX_BASE_URL": "https://api.minimax.io/?x=1"}, "MINIMAX_BASE_URL"),
        ({"AI302_CALLBACK_KEY": "call back"}, "AI302_CALLBACK_KEY"),
        ({"AI302_PROMPT_MOST": "2001"}, "AI302_PROMPT_MOST"),
        ({"RELAY_PATH_PREFIX": "minimax/"}, "RELAY_PATH_PREFIX"),
        ({"OPENAI_VIDEOS_SECONDS": "0"}, "OPENAI_VIDEOS_SECONDS"),
        ({"OPENAI_VIDEOS_SECONDS": "four"}, "OPENAI_VIDEOS_SECONDS"),
        ({"OPENAI_VIDEOS_SIZES": "720p"}, "OPENAI_VIDEOS_SIZES"),
        ({"OPENAI_VIDEOS_USD_PER_SECOND": "-1"}, "OPENAI_VIDEOS_USD_PER_SECOND"),
        ({"ALLOW_PRIVATE_ADDRESSES": "perhaps"}, "ALLOW_PRIVATE_ADDRESSES"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_the_variable(env, named):
    with pytest.raises(BadSettings) as told:
        settings(**env)
    assert any(problem.startswith(named) for problem in told.value.problems)


def test_no_key_is_ever_shown():
    with pytest.raises(BadSettings) as told:
        settings(RELAY_API_KEY="very-secret")
    assert "very-secret" not in str(told.value)
    assert "very-secret" not in repr(settings(MINIMAX_API_KEY="very-secret"))
