"""What a chat does to one call, thrown anew each time: how every fault of the two loopback chats is weighted.

A single 401 or 404 of Telegram's comes from proxies and restarts too; a token that is refused again and again is among
the spells.
"""

import random

from tests.fakes.discord import trouble
from tests.fakes.discord.calls import Call
from tests.fakes.discord.trouble import Trouble
from tests.fakes.telegram import faults
from tests.fakes.telegram.faults import Fault

TELEGRAM_METHODS = {
    "sendmessage": 8, "editmessagetext": 6, "editmessagemedia": 8, "getupdates": 2, "answercallbackquery": 2,
    "deletemessage": 2, "sendvideo": 0.5, "file": 2, "*": 3,
}  # fmt: skip
TELEGRAM_FAULTS = (
    (5, lambda luck, _: faults.flood(luck.randint(1, 30))),
    (0.3, lambda luck, _: faults.flood(luck.randint(60, 240))),
    (5, lambda _, done: faults.server_error(500, done=done)),
    (10, lambda luck, done: faults.page(luck.choice([502, 503, 504]), done=done)),
    (10, lambda _, done: faults.cut(done=done)),
    (1.5, lambda *_: faults.late()),
    (0.2, lambda _, done: faults.silence(done=done)),
    (0.3, lambda *_: faults.unauthorized()),
    (0.3, lambda *_: faults.not_found()),
)
"""How often, and what; a silent one keeps its caller for 20 s."""
ON_CLIPS = (faults.too_large(), faults.as_animation())
ON_UPDATES = (faults.conflict(), faults.unauthorized(), faults.not_found())
DISCORD_CALLS = {
    Call.CALLBACK: 2, Call.EDIT_ORIGINAL: 10, Call.FOLLOW_UP: 4, Call.CREATE_MESSAGE: 8, Call.EDIT_MESSAGE: 5,
    Call.GET_ORIGINAL: 1, Call.LIST_MESSAGES: 1, Call.GET_MESSAGE: 1, Call.DOWNLOAD: 1, Call.DELETE_MESSAGE: 1,
    Call.OPEN_DM: 0.5, Call.GET_CHANNEL: 0.5, Call.EDIT_CHANNEL: 0.5, Call.SYNC_COMMANDS: 0.3, Call.GATEWAY_BOT: 0.3,
}  # fmt: skip
DISCORD_TROUBLES = (
    (5, "5xx", lambda luck: trouble.broken(luck.choice([500, 502, 503, 504, 524]))),
    (5, "5xx after it was done", lambda luck: trouble.broken(luck.choice([500, 502, 504, 524]), took_effect=True)),
    (5, "429", lambda luck: trouble.too_many(luck.choice([0.2, 1.0, 3.0]))),
    (5, "429 everywhere", lambda _: trouble.too_many(0.5, everywhere=True)),
    (2, "429 that others share", lambda luck: trouble.too_many(luck.choice([0.5, 2.0]), scope="shared")),
    (0.2, "429 for long", lambda luck: trouble.too_many(luck.uniform(31.0, 60.0))),
    (0.3, "429 of the wall in front", lambda luck: trouble.too_many(1.0, via=False, page=_maybe(luck))),
    (5, "cut", lambda _: trouble.cut_before()),
    (5, "cut after it was done", lambda _: trouble.cut_after()),
    (5, "late", lambda luck: trouble.slow(luck.uniform(0.1, 2.0), took_effect=_maybe(luck))),
    (0.2, "very late", lambda luck: trouble.slow(luck.uniform(20.0, 40.0), took_effect=_maybe(luck))),
)
"""How often, its name, and what."""
UPLOAD_TROUBLES = (
    (2, "half upload", lambda _: trouble.half_upload(1000)),
    (1, "413 as a page", lambda _: trouble.too_large(page=True)),
    (1, "413", lambda _: trouble.too_large()),
)
EDITED_TOO_OFTEN = 30046


def on_telegram(luck: random.Random) -> tuple[str, Fault]:
    """A method, or `*` or `file`, and what its next call meets; clips, and whoever asks for updates, meet some more."""
    method = luck.choices(list(TELEGRAM_METHODS), list(TELEGRAM_METHODS.values()))[0]
    _, make = _drawn(luck, TELEGRAM_FAULTS)
    fault = make(luck, _maybe(luck))
    if method == "editmessagemedia" and luck.random() < 0.15:
        fault = luck.choice(ON_CLIPS)
    if method == "sendvideo":
        fault = faults.without_id()
    if method == "getupdates" and luck.random() < 0.3:
        fault = luck.choice(ON_UPDATES)
    return method, fault


def on_discord(luck: random.Random) -> tuple[str, Call, Trouble]:
    """Its name, a call, and what its next request meets."""
    call = luck.choices(list(DISCORD_CALLS), list(DISCORD_CALLS.values()))[0]
    if call is Call.EDIT_MESSAGE and luck.random() < 0.05:
        return "edited too often", call, trouble.refused(EDITED_TOO_OFTEN)
    _, name, make = _drawn(luck, DISCORD_TROUBLES)
    return name, call, make(luck)


def on_an_upload(luck: random.Random) -> tuple[str, Trouble]:
    """Its name, and what the next file meets that is sent to Discord."""
    _, name, make = _drawn(luck, UPLOAD_TROUBLES)
    return name, make(luck)


def names() -> set[str]:
    """Of everything that is said to go wrong with a call of a chat, as it is counted."""
    luck = random.Random(0)
    telegram = {name_of(make(luck, done)) for _, make in TELEGRAM_FAULTS for done in (True, False)}
    telegram |= {name_of(fault) for fault in (*ON_CLIPS, *ON_UPDATES, faults.without_id())}
    discord = {"edited too often", *(one[1] for one in (*DISCORD_TROUBLES, *UPLOAD_TROUBLES))}
    return {f"telegram {name}" for name in telegram} | {f"discord {name}" for name in discord}


def name_of(fault: Fault) -> str:
    """For the count: how it goes wrong, with the status where there is one."""
    status = f" {fault.refusal.status}" if fault.refusal else ""
    return f"{fault.how.name.lower().replace('_', ' ')}{status}{' after it was done' if fault.done else ''}"


def _drawn(luck: random.Random, weighted):
    return luck.choices(weighted, [one[0] for one in weighted])[0]


def _maybe(luck: random.Random) -> bool:
    return luck.random() < 0.5
