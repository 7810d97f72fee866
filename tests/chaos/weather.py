"""Bad weather between the bot and the world: platforms that refuse, lose, repeat and cut; callbacks of every kind.

What would end a chat for good is left out: a token that is refused again and again, and the closings of Discord after
which nobody listens with this token. A single 401 or 404 of Telegram's comes from proxies and restarts too, and occurs.
"""

import asyncio
import random
from collections import Counter

import aiohttp

from tests.chaos import dice
from tests.chaos.outside import Outside
from tests.chaos.records import FORGED
from tests.chaos.spells import HEARTBEAT_MS, any_spell
from tests.fakes.discord import trouble
from tests.fakes.discord.calls import Call
from tests.fakes.telegram import faults

TELEGRAM_METHODS = {
    "sendmessage": 8, "editmessagetext": 6, "editmessagemedia": 8, "getupdates": 2, "answercallbackquery": 2,
    "deletemessage": 2, "sendvideo": 0.5, "file": 2, "*": 3,
}  # fmt: skip
TELEGRAM_FAULTS = {
    lambda luck, _: faults.flood(luck.randint(1, 30)): 5,
    lambda _, done: faults.server_error(500, done=done): 5,
    lambda luck, done: faults.page(luck.choice([502, 503, 504]), done=done): 10,
    lambda _, done: faults.cut(done=done): 10,
    lambda *_: faults.late(): 1.5,
    lambda _, done: faults.silence(done=done): 0.2,
    lambda *_: faults.unauthorized(): 0.3,
    lambda *_: faults.not_found(): 0.3,
}
"""What happens to one call, with how often; a silent one keeps its caller for 20 s."""
DISCORD_CALLS = {
    Call.CALLBACK: 2, Call.EDIT_ORIGINAL: 10, Call.FOLLOW_UP: 4, Call.CREATE_MESSAGE: 8, Call.EDIT_MESSAGE: 5,
    Call.GET_ORIGINAL: 1, Call.LIST_MESSAGES: 1, Call.GET_MESSAGE: 1, Call.DOWNLOAD: 1,
}  # fmt: skip
CALLBACKS = {"true": 12, "about nothing": 4, "misdirected": 1, "forged": 1}
"""Kinds of callbacks, with how often."""
SPELL_EVERY = 20.0
"""Seconds between the end of one spell and the next, in the mean."""
WAITING_MOST = 4
"""Faults that may wait for one call: in calm hours they would pile up."""
DISCORD_TROUBLES = {
    ("5xx", lambda luck: trouble.broken(luck.choice([500, 502, 503, 504, 524]))): 5,
    ("5xx after it was done", lambda luck: trouble.broken(luck.choice([500, 502, 504, 524]), took_effect=True)): 5,
    ("429", lambda luck: trouble.too_many(luck.choice([0.2, 1.0, 3.0]))): 5,
    ("429 everywhere", lambda _: trouble.too_many(0.5, everywhere=True)): 5,
    ("429 of the wall in front", lambda luck: trouble.too_many(1.0, via=False, page=luck.random() < 0.5)): 0.3,
    ("cut", lambda _: trouble.cut_before()): 5,
    ("cut after it was done", lambda _: trouble.cut_after()): 5,
    ("late", lambda luck: trouble.slow(luck.uniform(0.1, 2.0), took_effect=luck.random() < 0.5)): 5,
    ("very late", lambda luck: trouble.slow(luck.uniform(20.0, 40.0), took_effect=luck.random() < 0.5)): 0.2,
}
"""What happens to one call, with how often."""
CLOSE_CODES = (4000, 4001, 4002, 4003, 4005, 4007, 4008, 4009)
"""After all others of Discord's own nobody listens with this token any more."""
WRONG_SECRET = "whsec_" + "A" * 32
CALL_WITHIN = aiohttp.ClientTimeout(total=5)


class Weather:
    """Blows until told to stop."""

    def __init__(self, outside: Outside, luck: random.Random):
        self._outside = outside
        self._luck = luck
        self.blown: Counter[str] = Counter()

    async def blow(self) -> None:
        """Everything at once, until cancelled."""
        self._outside.discord.gateway.heartbeat_ms = HEARTBEAT_MS
        for api in self._outside.apis.values():
            dice.set_loose(api, self._luck, self._outside.thrown)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._often(0.25, self._on_telegram))
            group.create_task(self._often(6.0, self._let_telegram_answer))
            group.create_task(self._often(0.25, self._on_discord))
            group.create_task(self._often(7.0, self._on_the_gateway))
            group.create_task(self._often(3.0, self._at_the_apis))
            group.create_task(self._call_back())
            group.create_task(self._cast_spells())

    def calm(self) -> None:
        """Everything behaves from now on."""
        self._outside.telegram.heal()
        self._outside.telegram.let_go()
        self._outside.telegram.end_silence()
        self._outside.telegram.publish_scheduled()
        self._outside.discord.troubles.over()
        self._outside.discord.gateway.repeats = 0
        self._outside.discord.gateway.refuses_resumes = False
        for api in self._outside.apis.values():
            dice.tame(api)

    async def _often(self, seconds: float, act) -> None:
        while True:
            await asyncio.sleep(self._luck.expovariate(1 / seconds))
            self.blown[act()] += 1

    # ------------------------------------------------------------------------------------------- platforms

    def _on_telegram(self) -> str:
        telegram, luck = self._outside.telegram, self._luck
        method = luck.choices(list(TELEGRAM_METHODS), list(TELEGRAM_METHODS.values()))[0]
        make = luck.choices(list(TELEGRAM_FAULTS), list(TELEGRAM_FAULTS.values()))[0]
        fault = make(luck, luck.random() < 0.5)
        if method == "editmessagemedia" and luck.random() < 0.15:
            fault = luck.choice([faults.too_large(), faults.as_animation()])
        if method == "sendvideo":
            fault = faults.without_id()
        if method == "getupdates" and luck.random() < 0.3:
            fault = luck.choice([faults.conflict(), faults.unauthorized(), faults.not_found()])
        if len(telegram._faults[method]) < WAITING_MOST:
            telegram.fail(method, fault)
        return f"telegram {_named(fault)}"

    def _let_telegram_answer(self) -> str:
        """What is late comes; what is held for ever is cut now and then, for an upload is waited for 9 minutes."""
        telegram = self._outside.telegram
        telegram.let_go()
        if self._luck.random() < 0.1:
            telegram.end_silence()
            telegram.publish_scheduled()
        return "telegram answers late"

    def _on_discord(self) -> str:
        troubles, luck = self._outside.discord.troubles, self._luck
        call = luck.choices(list(DISCORD_CALLS), list(DISCORD_CALLS.values()))[0]
        name, make = luck.choices(list(DISCORD_TROUBLES), list(DISCORD_TROUBLES.values()))[0]
        if call is Call.EDIT_MESSAGE and luck.random() < 0.05:
            name, make = "edited too often", lambda _: trouble.refused(30046)
        if luck.random() < 0.25:
            half, large = trouble.half_upload(1000), trouble.too_large(page=luck.random() < 0.5)
            name, one = luck.choice([("half upload", half), ("413 as a page" if large.page else "413", large)])
            if len(troubles.uploads) < WAITING_MOST:
                troubles.next_upload(one)
        elif len(troubles.waiting.get(call, ())) < WAITING_MOST:
            troubles.next(call, make(luck))
        return f"discord {name}"

    def _on_the_gateway(self) -> str:
        gateway, luck = self._outside.discord.gateway, self._luck
        gateway.repeats = luck.choice([0, 0, 2, 5])
        gateway.refuses_resumes = luck.random() < 0.2
        name, act = luck.choice([
            ("cut", gateway.drop),
            ("closed", lambda: gateway.drop(code=luck.choice(CLOSE_CODES))),
            ("asked to reconnect", gateway.ask_to_reconnect),
            ("invalid, resumable", lambda: gateway.invalidate(resumable=True)),
            ("invalid", gateway.invalidate),
            ("sessions forgotten", gateway.forget_sessions),
            ("tokens dead", self._outside.discord.interactions.expire_tokens),
        ])  # fmt: skip
        act()
        return f"gateway {name}"

    # ------------------------------------------------------------------------------------------- video APIs

    def _at_the_apis(self) -> str:
        api = self._luck.choice(list(self._outside.apis.values()))
        name, act = self._luck.choice([
            ("answers late", api.end_silence), ("links expire", api.expire_links),
            ("ways change", self._outside.change_ways), ("results removed", self._outside.remove_results),
        ])  # fmt: skip
        act()
        return f"api {name}"

    async def _cast_spells(self) -> None:
        while True:
            await asyncio.sleep(self._luck.expovariate(1 / SPELL_EVERY))
            spell = any_spell(self._luck)
            self.blown[spell.name] += 1
            async with spell.over(self._outside, self._luck):
                await asyncio.sleep(self._luck.uniform(*spell.seconds))

    async def _call_back(self) -> None:
        """True and repeated callbacks, and those about nothing, about another's task, or to a forged address."""
        async with aiohttp.ClientSession(timeout=CALL_WITHIN) as session:
            while True:
                await asyncio.sleep(self._luck.expovariate(8))
                names = [bill for bill in self._outside.billed[-200:] if bill.callback]
                if names:
                    await self._tell(session, self._luck.choice(names))

    async def _tell(self, session, bill) -> None:
        kind = self._luck.choices(list(CALLBACKS), list(CALLBACKS.values()))[0]
        address = _forged(bill.callback) if kind == "forged" else bill.callback
        about = {"about nothing": FORGED, "misdirected": self._anothers(bill)}.get(kind, bill.task)
        status = await call(session, address, *self._words(self._outside.apis[bill.provider], about))
        self.blown[f"callback {kind}{f', answered {status}' if kind == 'forged' else ''}"] += 1

    def _words(self, api, about: str):
        """Headers and body; of those that are signed, some with another key."""
        if hasattr(api, "secret"):
            secret = self._luck.choice([api.secret, api.secret, WRONG_SECRET])
            return api.callback(about, int(self._outside.course.now()), secret)
        word = self._luck.choice(["processing", "success", "failed"])
        told = {"task_id": about, "status": word, "n": self._luck.random()}
        return None, self._luck.choice([told, told, {"id": about}])

    def _anothers(self, bill) -> str:
        """A task of another job of the same API, and one that was asked about: so that job is known to have it.

        Of a task that nobody has asked about yet, its name in a callback is all that anybody can know.
        """
        polled = self._outside.apis[bill.provider].polled
        others = [one.task for one in self._outside.billed[-200:] if one.provider == bill.provider]
        known = [task for task in others if task != bill.task and polled[task] > 1]
        return self._luck.choice(known) if known else bill.task


def _named(fault: faults.Fault) -> str:
    """For the count: how it goes wrong, with the status where there is one."""
    status = f" {fault.refusal.status}" if fault.refusal else ""
    return f"{fault.how.name.lower().replace('_', ' ')}{status}{' after it was done' if fault.done else ''}"


def _forged(address: str) -> str:
    """The address with another signature."""
    return address[:-4] + ("AAAA" if not address.endswith("AAAA") else "BBBB")


async def call(session: aiohttp.ClientSession, url: str, headers, body) -> int | None:
    """Call back; the status, or None if nobody was there."""
    content = {"data": body} if isinstance(body, bytes) else {"json": body}
    try:
        async with session.post(url, headers=headers, **content) as response:
            await response.read()
            return response.status
    except (aiohttp.ClientError, TimeoutError, OSError):
        return None


async def tell_the_truth(outside: Outside) -> Counter[str]:
    """Every task whose API calls back is named by it once more; how many calls were answered with which status."""
    answers: Counter[str] = Counter()
    async with aiohttp.ClientSession(timeout=CALL_WITHIN) as session:
        for bill in outside.billed:
            api = outside.apis[bill.provider]
            if bill.callback is None or not getattr(api, "greeted", {}).get(bill.task, True):
                continue
            told = {"task_id": bill.task, "status": "success", "file_id": ""}
            signed = hasattr(api, "secret")
            headers, body = api.callback(bill.task, int(outside.course.now())) if signed else (None, told)
            answers[str(await call(session, bill.callback, headers, body))] += 1
    return answers
