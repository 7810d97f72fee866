"""What commands, options and choices are called, and say of themselves, in the languages that Discord knows."""

from collections import Counter

import pytest
import regex

from bot.core.texts import LANGUAGES
from tests.fakes.discord.calls import Call
from tests.fakes.discord.spec_file import open_spec
from tests.platforms.discord.stage import scene

LOCALES = {"de": "de", "es-ES": "es", "es-419": "es", "zh-CN": "zh", "zh-TW": "zh"}
NAME = regex.compile(r"[-_'\p{L}\p{N}\p{Deva}\p{Thai}]{1,32}")
"""Discord, Application Commands, "Application Command Naming"."""
GROUPS = {"limits", "block", "unblock"}
"""Typed by another name, a command with others inside shows none of them (discord/discord-api-docs, issue 5105)."""
MESSAGE_COMMAND = "Animate this image"


@pytest.fixture
async def commands(tmp_path, in_ci):
    async with scene(tmp_path, check=open_spec(in_ci=in_ci).request_problems) as house:
        async with house.running():
            await house.discord.eventually(lambda: house.discord.exchanges_of(Call.SYNC_COMMANDS))
        assert house.discord.wrong_requests == []
        return house.discord.application.commands[None]


def named(siblings):
    """Everything with a name, together with what is beside it, from the outside in."""
    yield siblings
    for one in siblings:
        if one.get("options"):
            yield from named(one["options"])


def all_of(commands):
    return [one for siblings in named(commands) for one in siblings]


def localised(one, locale):
    return (one.get("name_localizations") or {}).get(locale, one["name"])


async def test_commands_and_options_have_names_that_discord_takes(commands):
    for one in all_of(commands):
        for locale in LOCALES:
            name = localised(one, locale)
            if one["name"] == MESSAGE_COMMAND:
                assert 1 <= len(name) <= 32
            else:
                assert NAME.fullmatch(name), name
                assert name == name.lower()


async def test_no_two_names_beside_each_other_are_the_same(commands):
    for siblings in named(commands):
        for locale in LOCALES:
            counted = Counter(localised(one, locale) for one in siblings)
            assert [name for name, times in counted.items() if times > 1] == []


async def test_a_name_in_another_language_is_never_another_commands_real_one(commands):
    for siblings in named(commands):
        real = {one["name"] for one in siblings}
        for one in siblings:
            assert not {localised(one, locale) for locale in LOCALES} & (real - {one["name"]})


async def test_everything_but_groups_has_a_name_in_every_language(commands):
    for locale in LOCALES:
        without = {one["name"] for one in all_of(commands) if locale not in (one.get("name_localizations") or {})}
        assert without == GROUPS


async def test_a_language_has_names_for_what_there_is_and_for_nothing_else(commands):
    named_here = {one["name"] for one in all_of(commands)} - GROUPS - {MESSAGE_COMMAND}

    assert {code: set(language.names) for code, language in LANGUAGES.items() if code != "en"} == dict.fromkeys(
        set(LOCALES.values()), named_here
    )


async def test_choices_and_descriptions_are_said_in_every_language(commands):
    languages = {language.name for language in LANGUAGES.values()}
    for one in all_of(commands):
        described = one.get("description_localizations") or {}
        assert one["name"] == MESSAGE_COMMAND or all(1 <= len(described[locale]) <= 100 for locale in LOCALES)
        for choice in one.get("choices") or ():
            # A language is called what its own speakers call it, whoever reads it.
            named = choice.get("name_localizations") or {}
            assert choice["name"] in languages or all(1 <= len(named[locale]) <= 100 for locale in LOCALES)


async def test_some_of_them_are_what_people_would_look_for(commands):
    by_name = {command["name"]: command for command in commands}
    video = {option["name"]: option for option in by_name["video"]["options"]}

    assert by_name["Animate this image"]["name_localizations"]["de"] == "Dieses Bild animieren"
    assert by_name["help"]["name_localizations"]["es-ES"] == by_name["help"]["name_localizations"]["es-419"] == "ayuda"
    assert by_name["credits"]["name_localizations"]["zh-CN"] == "积分"
    assert video["prompt"]["name_localizations"]["de"] == "beschreibung"
    assert video["seconds"]["description_localizations"]["zh-CN"] == "视频多长"


async def test_english_and_what_we_do_not_speak_keep_the_real_names(commands):
    for one in all_of(commands):
        names = one.get("name_localizations") or {}
        assert names.keys() <= LOCALES.keys() | {"en-US", "en-GB"}
        assert {names.get(locale, one["name"]) for locale in ("en-US", "en-GB", "fr")} == {one["name"]}
