"""Bad weather between the bot and the world: when which fault comes, on chats and APIs; callbacks of every kind.

What a fault does stands in `dice.py` (one call of an API), `whims.py` (one call of a chat) and `spells.py` (a while).
"""

import asyncio
import random
from collections import Counter

import aiohttp

from tests.chaos import dice, whims
from tests.chaos.outside import Outside
from tests.chaos.records import FORGED
from tests.chaos.spells import HEARTBEAT_MS, dealt

CALLBACKS = {"true": 12, "about nothing": 4, "misdirected": 1, "forged": 1}
"""Kinds of callbacks, with how often."""
SPELL_EVERY = 20.0
"""Seconds between the end of one spell and the next, in the mean."""
WAITING_MOST = 4
"""Faults that may wait for one call: in calm hours they would pile up."""
CLOSE_CODES = (4000, 4001, 4002, 4003, 4005, 4007, 4008, 4009)
"""After all others of Discord's own nobody may connect as before: that is a spell."""
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
        telegram = self._outside.telegram
        method, fault = whims.on_telegram(self._luck)
        if len(telegram._faults[method]) < WAITING_MOST:
            telegram.fail(method, fault)
        return f"telegram {whims.name_of(fault)}"

    def _let_telegram_answer(self) -> str:
        """What is late comes; what is held for ever is cut now and then, for an upload is waited for 9 minutes."""
        telegram = self._outside.telegram
        telegram.let_go()
        if self._luck.random() < 0.1:
            telegram.end_silence()
            telegram.publish_scheduled()
        return "telegram answers late"

    def _on_discord(self) -> str:
        troubles = self._outside.discord.troubles
        if self._luck.random() < 0.25:
            name, one = whims.on_an_upload(self._luck)
            if len(troubles.uploads) < WAITING_MOST:
                troubles.next_upload(one)
            return f"discord {name}"
        name, call, one = whims.on_discord(self._luck)
        if len(troubles.waiting.get(call, ())) < WAITING_MOST:
            troubles.next(call, one)
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
        for spell in dealt(self._luck):
            await asyncio.sleep(self._luck.expovariate(1 / SPELL_EVERY))
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
        kind = "true" if kind == "misdirected" and about == bill.task else kind
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
