from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot.core.model import UserId
from bot.settings import BadSettings, Settings, likely_typos, load_settings
from bot.settings_chats import ChatSettings
from bot.settings_providers import ProviderSettings
from bot.settings_values import Address, LogFormat, LogLevel, Switch

APART = {*ProviderSettings.model_fields, *ChatSettings.model_fields}


def problems(**env: str) -> tuple[str, ...]:
    with pytest.raises(BadSettings) as caught:
        load_settings(env, None)
    return caught.value.problems


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_needs_to_be_set():
    settings = load_settings({}, None)

    assert settings.listen == Address("127.0.0.1", 8080)
    assert settings.database_url.get_secret_value() == "sqlite:///data/reelbot.db"
    assert settings.job_deadline == timedelta(hours=1)
    assert settings.web_chat_on
    assert settings.secrets == (settings.database_url,)


def test_every_setting_can_be_given(tmp_path):
    settings = load_settings(
        {
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": "sqlite:////var/lib/reelbot.db",
            "LISTEN": "0.0.0.0:0",
            "PUBLIC_URL": "https://video.example.org/bot/",
            "WEB_CHAT": "ON",
            "ADMIN_PASSWORD": "12345678",
            "SECRET_KEY": "k" * 32,
            "OPERATORS": "web:anna, telegram:456",
            "PROVIDERS": "Preview, preview",
            "PREVIEW": "off",
            "PREVIEW_RPM": "30",
            "PREVIEW_CONCURRENCY": "2",
            "CREDIT_USD": "0.02",
            "PRICE_MARGIN": "1.5",
            "STARTING_CREDITS": "25",
            "FREE_DAILY_CREDITS": "10",
            "CONFIRM_ABOVE": "0",
            "ALLOW_PRIVATE_ADDRESSES": "true",
            "JOB_DEADLINE": "1h30m",
            "KEEP_DAYS": "30",
            "LOG_LEVEL": "debug",
            "LOG_FORMAT": "json",
        },
        None,
    )

    assert {name: value for name, value in settings if name not in APART} == {
        "data_dir": tmp_path,
        "database_url": SecretStr("sqlite:////var/lib/reelbot.db"),
        "listen": Address("0.0.0.0", 0),
        "public_url": "https://video.example.org/bot",
        "web_chat": Switch.ON,
        "admin_password": SecretStr("12345678"),
        "secret_key": SecretStr("k" * 32),
        "operators": (UserId("web", "anna"), UserId("telegram", "456")),
        "providers": ("preview",),
        "preview": Switch.OFF,
        "preview_rpm": 30,
        "preview_concurrency": 2,
        "credit_usd": Decimal("0.02"),
        "price_margin": Decimal("1.5"),
        "starting_credits": 25,
        "free_daily_credits": 10,
        "confirm_above": 0,
        "allow_private_addresses": True,
        "job_deadline": timedelta(minutes=90),
        "keep_days": 30,
        "log_level": LogLevel.DEBUG,
        "log_format": LogFormat.JSON,
    }


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("CONFIRM_ABOVE", "-1", "a whole number from 0 on"),
        ("CREDIT_USD", "0", "a number above 0"),
        ("CREDIT_USD", "NaN", "a number above 0"),
        ("FREE_DAILY_CREDITS", "ten", "a whole number from 0 on"),
        ("JOB_DEADLINE", "0s", "a duration from `1s` to `7d`"),
        ("JOB_DEADLINE", "8d", "a duration from `1s` to `7d`"),
        ("JOB_DEADLINE", "60", "a duration from `1s` to `7d`"),
        ("KEEP_DAYS", "0", "a whole number from 1 to 3650"),
        ("LISTEN", "8080", "`host:port`"),
        ("LISTEN", "::1:8080", "`host:port`"),
        ("LISTEN", "[localhost]:8080", "`host:port`"),
        ("LISTEN", "127.0.0.1:65536", "`host:port`"),
        ("LOG_FORMAT", "xml", "`plain` or `json`"),
        ("LOG_LEVEL", "loud", "`debug`, `info`, `warning` or `error`"),
        ("OPERATORS", "anna", "`platform:id`"),
        ("PREVIEW", "yes", "`auto`, `on` or `off`"),
        ("PREVIEW_RPM", "0", "a whole number from 1"),
        ("PREVIEW_CONCURRENCY", "many", "a whole number from 1"),
        ("PRICE_MARGIN", "-1", "a number above 0"),
        ("PUBLIC_URL", "ftp://example.org", "an http(s) address"),
        ("PUBLIC_URL", "example.org", "an http(s) address"),
        ("PUBLIC_URL", "https://", "an http(s) address"),
        ("PUBLIC_URL", "https://anna:pw@example.org", "an http(s) address"),
        ("PUBLIC_URL", "https://example.org:99999", "an http(s) address"),
        ("PUBLIC_URL", "https://example.org/?q=1", "an http(s) address"),
        ("PUBLIC_URL", "https://example.org/a/../b", "an http(s) address"),
        ("STARTING_CREDITS", "some", "`auto` or a whole number from 0 on"),
        ("WEB_CHAT", "maybe", "`auto`, `on` or `off`"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_the_variable(name, value, wanted):
    (line,) = problems(**{name: value})

    assert line.startswith(f'{name} is "{value}": it has to be {wanted}')


@pytest.mark.parametrize(
    ("name", "value"),
    [("ADMIN_PASSWORD", "hunter2"), ("SECRET_KEY", "tooshort"), ("DATABASE_URL", "postgresql://anna:hunter2@db")],
)
def test_a_wrong_secret_is_named_and_not_shown(name, value):
    (line,) = problems(**{name: value})

    assert line.startswith(f"{name} is (not shown here): it has to be ")
    assert value not in line


def test_the_error_brings_no_cause_that_would_show_a_secret():
    with pytest.raises(BadSettings) as caught:
        load_settings({"ADMIN_PASSWORD": "hunter2"}, None)

    assert caught.value.__suppress_context__


def test_all_wrong_variables_are_named_at_once():
    lines = problems(LISTEN="here", KEEP_DAYS="0", PROVIDERS="preview,nonesuch")

    assert [line.split()[0] for line in lines] == ["LISTEN", "KEEP_DAYS", "PROVIDERS"]


def test_an_unknown_provider_is_refused_with_the_known_ones():
    (problem,) = problems(PROVIDERS="nonesuch")
    assert problem.startswith("PROVIDERS names nonesuch: known providers are minimax, ")
    assert problem.endswith(", replicate, preview.")
    assert load_settings({"PROVIDERS": "b,a"}, None, known_providers=("a", "b")).providers == ("b", "a")


def test_a_file_in_the_place_of_the_folder_is_refused_without_blaming_the_database(tmp_path):
    file = write(tmp_path / "data", "")

    (line,) = problems(DATA_DIR=str(file))

    assert line == f'DATA_DIR is "{file}": it has to be a folder, or a path where one can be made.'


def test_a_home_that_nobody_has_is_refused():
    assert problems(DATA_DIR="~nobody-of-that-name/data")


def test_the_web_chat_is_not_shown_to_strangers_without_a_password():
    (line,) = problems(LISTEN="0.0.0.0:8080")

    assert line.startswith("ADMIN_PASSWORD is not set: it has to be when LISTEN is 0.0.0.0:8080")


@pytest.mark.parametrize(
    "env",
    [
        {"LISTEN": "0.0.0.0:8080", "ADMIN_PASSWORD": "12345678"},
        {"LISTEN": "0.0.0.0:8080", "WEB_CHAT": "off"},
        {"LISTEN": "[::1]:8080"},
        {"LISTEN": "localhost:8080"},
        {"LISTEN": "127.8.9.1:8080"},
    ],
)
def test_the_web_chat_is_served_where_it_is_safe(env):
    assert str(load_settings(env, None).listen) == env["LISTEN"]


def test_a_named_host_counts_as_reached_by_others():
    assert problems(LISTEN="bot.internal:8080")


def test_the_environment_goes_before_the_file(tmp_path):
    file = write(tmp_path / "settings", "KEEP_DAYS=3\nCONFIRM_ABOVE=5\nOTHERS=9\n")

    settings = load_settings({"KEEP_DAYS": "4", "CONFIRM_ABOVE": "", "PATH": "/bin"}, file)

    assert (settings.keep_days, settings.confirm_above) == (4, 5)


def test_an_empty_value_counts_as_none(tmp_path):
    file = write(tmp_path / "settings", "ADMIN_PASSWORD=\nPUBLIC_URL=   \nKEEP_DAYS\n")

    assert load_settings({"SECRET_KEY": " "}, file) == load_settings({}, None)


def test_a_file_from_a_windows_editor_is_read(tmp_path):
    file = tmp_path / "settings"
    file.write_bytes(b"\xef\xbb\xbfKEEP_DAYS=3\r\nLOG_LEVEL=debug\r\n")

    settings = load_settings({}, file)

    assert (settings.keep_days, settings.log_level) == (3, LogLevel.DEBUG)


def test_a_file_that_is_not_there_changes_nothing(tmp_path):
    assert load_settings({}, tmp_path / "none") == load_settings({}, None)


def test_an_unreadable_file_stops_the_start(tmp_path):
    file = tmp_path / "settings"
    file.write_bytes(b"KEEP_DAYS=\xff\n")

    with pytest.raises(BadSettings, match=r"settings cannot be read .*UTF-8"):
        load_settings({}, file)


def test_without_a_mapping_the_environment_of_the_process_is_read(monkeypatch):
    monkeypatch.setenv("KEEP_DAYS", "11")

    assert load_settings(dotenv=None).keep_days == 11
    assert Settings().keep_days == 7


def test_a_slip_in_a_name_is_warned_of(tmp_path):
    file = write(tmp_path / "settings", "DATABSE_URL=x\nOPERATOR=web:anna\nKEEP_DAYS=3\nEDITOR=vi\n")

    assert likely_typos(file) == (
        f"DATABSE_URL in {file} is no setting. Did you mean DATABASE_URL?",
        f"OPERATOR in {file} is no setting. Did you mean OPERATORS?",
    )


def test_settings_do_not_change_and_do_not_show_their_secrets():
    settings = load_settings({"ADMIN_PASSWORD": "hunter2hunter2"}, None)

    with pytest.raises(ValidationError):
        settings.keep_days = 1
    assert "hunter2" not in repr(settings)
    assert SecretStr("hunter2hunter2") in settings.secrets


def test_starting_credits_are_given_by_themselves_only_where_nothing_costs_money():
    automatic, fixed = load_settings({}, None), load_settings({"STARTING_CREDITS": "7"}, None)

    assert (automatic.first_credits(only_preview=True), automatic.first_credits(only_preview=False)) == (100, 0)
    assert (fixed.first_credits(only_preview=True), fixed.first_credits(only_preview=False)) == (7, 7)


@pytest.mark.parametrize(
    ("switch", "answers"), [("auto", (True, False)), ("on", (True, True)), ("off", (False, False))]
)
def test_a_switch_decides_by_itself_only_on_auto(switch, answers):
    assert (Switch(switch).decide(auto=True), Switch(switch).decide(auto=False)) == answers
