"""Bad weather between the bot and the world: platforms that refuse, lose, repeat and cut; callbacks of every kind."""

import asyncio
import random
from collections import Counter

import aiohttp

from tests.chaos import dice
from tests.chaos.outside import Outside
from tests.chaos.records import FORGED
from tests.fakes.discord import trouble
from tests.fakes.discord.calls import Call
from tests.fakes.telegram import faults

TELEGRAM_METHODS = {
    "sendmessage": 8, "editmessagetext": 6, "editmessagemedia": 8, "getupdates": 2, "answercallbackquery": 2,
    "deletemessage": 2, "file": 2, "*": 3,
}  # fmt: skip
DISCORD_CALLS = {
    Call.CALLBACK: 2, Call.EDIT_ORIGINAL: 10, Call.FOLLOW_UP: 4, Call.CREATE_MESSAGE: 8, Call.EDIT_MESSAGE: 5,
    Call.GET_ORIGINAL: 1, Call.LIST_MESSAGES: 1, Call.GET_MESSAGE: 1, Call.DOWNLOAD: 1,
}  # fmt: skip
WAITING_MOST = 4
"""Faults that may wait for one call: in calm hours they would pile up."""
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
        for api in self._outside.apis.values():
            dice.set_loose(api, self._luck, self._outside.thrown)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._often(0.25, self._on_telegram))
            group.create_task(self._often(0.25, self._on_discord))
            group.create_task(self._often(7.0, self._on_the_gateway))
            group.create_task(self._often(5.0, self._at_the_apis))
            group.create_task(self._call_back())

    def calm(self) -> None:
        """Everything behaves from now on."""
        self._outside.telegram.heal()
        self._outside.telegram.let_go()
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
        done = luck.random() < 0.5
        fault = luck.choice([
            faults.flood(luck.randint(1, 30)), faults.server_error(500, done=done), faults.page(502, done=done),
            faults.page(504, done=done), faults.cut(done=done), faults.cut(done=done), faults.late(),
        ])  # fmt: skip
        if method == "editmessagemedia" and luck.random() < 0.15:
            fault = luck.choice([faults.too_large(), faults.as_animation()])
        if method == "getupdates" and luck.random() < 0.3:
            fault = luck.choice([faults.conflict(), faults.unauthorized()])
        if luck.random() < 0.1:
            telegram.let_go()
        if len(telegram._faults[method]) < WAITING_MOST:
            telegram.fail(method, fault)
        return f"telegram {fault.how.name.lower()}{' after it was done' if fault.done else ''}"

    def _on_discord(self) -> str:
        troubles, luck = self._outside.discord.troubles, self._luck
        name, one = luck.choice([
            ("5xx", trouble.broken(luck.choice([500, 502, 503, 504]))),
            ("5xx after it was done", trouble.broken(luck.choice([500, 502, 504]), took_effect=True)),
            ("429", trouble.too_many(luck.choice([0.2, 1.0, 3.0]))),
            ("429 everywhere", trouble.too_many(0.5, everywhere=True)),
            ("cut", trouble.cut_before()),
            ("cut after it was done", trouble.cut_after()),
            ("late", trouble.slow(luck.uniform(0.1, 2.0), took_effect=luck.random() < 0.5)),
        ])  # fmt: skip
        if luck.random() < 0.25:
            name, one = luck.choice([("half upload", trouble.half_upload(1000)), ("413", trouble.too_large(page=True))])
            if len(troubles.uploads) < WAITING_MOST:
                troubles.next_upload(one)
            return f"discord {name}"
        call = luck.choices(list(DISCORD_CALLS), list(DISCORD_CALLS.values()))[0]
        if len(troubles.waiting.get(call, ())) < WAITING_MOST:
            troubles.next(call, one)
        return f"discord {name}"

    def _on_the_gateway(self) -> str:
        gateway, luck = self._outside.discord.gateway, self._luck
        gateway.repeats = luck.choice([0, 0, 2, 5])
        gateway.refuses_resumes = luck.random() < 0.2
        name, act = luck.choice([
            ("cut", gateway.drop),
            ("closed", lambda: gateway.drop(code=4000)),
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
        if self._luck.random() < 0.5:
            dice.answer_late(api)
            return "api answers late"
        api.expire_links()
        return "api links expire"

    async def _call_back(self) -> None:
        """True, repeated, forged and misdirected callbacks."""
        async with aiohttp.ClientSession(timeout=CALL_WITHIN) as session:
            while True:
                await asyncio.sleep(self._luck.expovariate(8))
                names = [bill for bill in self._outside.billed[-200:] if bill.callback]
                if names:
                    bill = self._luck.choice(names)
                    about = self._luck.choice([bill.task, bill.task, bill.task, FORGED])
                    await self._tell(session, bill, about)

    async def _tell(self, session, bill, about: str) -> None:
        self.blown["callback" if about == bill.task else "callback about nothing"] += 1
        api = self._outside.apis[bill.provider]
        if hasattr(api, "secret"):
            secret = self._luck.choice([api.secret, api.secret, WRONG_SECRET])
            headers, body = api.callback(about, int(self._outside.course.now()), secret)
            await call(session, bill.callback, headers, body)
            return
        word = self._luck.choice(["processing", "success", "failed"])
        told = {"task_id": about, "status": word, "n": self._luck.random()}
        await call(session, bill.callback, None, self._luck.choice([told, told, {"id": about}]))


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
