"""One fire from beginning to end: build the world, let it burn, let it settle, and have it audited."""

import asyncio
import itertools
import json
import math
import os
import random
import shutil
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.chaos import books, dice, seen, whims
from tests.chaos.audit import audit, idle, left_behind
from tests.chaos.clock import Course
from tests.chaos.deeds import Deeds
from tests.chaos.discord_crowd import DiscordCrowd
from tests.chaos.fire import Fire
from tests.chaos.fleet import Fall, Fleet, sailing
from tests.chaos.logbook import read_logs
from tests.chaos.names import Names
from tests.chaos.outside import Outside, make_outside
from tests.chaos.postgres_fleet import PostgresFleet
from tests.chaos.prices import Prices, make_prices
from tests.chaos.records import Record, Told
from tests.chaos.spells import SPELLS
from tests.chaos.sqlite_fleet import SqliteFleet
from tests.chaos.stories import cancelled_although_made
from tests.chaos.telegram_crowd import TelegramCrowd
from tests.chaos.truth import tell_the_truth
from tests.chaos.weather import Weather
from tests.chaos.web_crowd import WebCrowd
from tests.fakes.loopback import tiny_clip
from tests.story.api_house import free_port, variables

TIMES = 20.0
"""How much faster time goes: a deadline of ten minutes is over in half a minute."""
TIMES_AFTERWARDS = 60.0
TIMES_OF_THE_LAST_DAY = 600.0
SETTLE_WITHIN = 180.0
"""Real seconds in which fewer jobs must be under way than ever before, in each part of the settling: thousands of clips
take one machine longer than a few do."""
LOOK_EVERY = 1.0
A_DAY_LATER = 26 * 3600.0
TIME_FOR_EVERYTHING = 2700.0
"""Seconds of fire in which every spell is cast, and every fault of APIs and chats comes."""
OPEN_ENDED = ("unsure free", "overdue free", "fetching free")
"""What may go on for a day: the credits are back, and the clip may still come."""
FLEETS = {fleet.name: fleet for fleet in (SqliteFleet, PostgresFleet)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done."""

    seed: int
    seconds: float
    """Of fire, in real time; settling and auditing come on top."""
    folder: Path
    fleet: str = "sqlite"
    rate: float = 4.0
    """Deeds of people in a real second."""
    fire_every: float = 5.0
    say: Callable[[str], None] = print


@dataclass
class Verdict:
    """What came of it."""

    findings: list[str] = field(default_factory=list)
    counts: dict[str, Mapping[str, int]] = field(default_factory=dict)
    folder: Path | None = None

    @property
    def clean(self) -> bool:
        return not self.findings


@dataclass
class Scene:
    """Everything of one run."""

    plan: Plan
    course: Course
    outside: Outside
    deeds: Deeds
    fleet: Fleet
    telegram: TelegramCrowd
    discord: DiscordCrowd
    address: str
    weather: Weather
    fire: Fire
    prices: Prices
    shut_out: Counter[str] = field(default_factory=Counter)
    told: list[Told] = field(default_factory=list)


def _luck(plan: Plan, part: str) -> random.Random:
    """Each part has its own: what one does changes nothing for another."""
    return random.Random(f"{plan.seed}/{part}")


def _environment(outside: Outside, telegram: TelegramCrowd, port: int) -> dict[str, str]:
    """What the operator writes."""
    rates = {f"{name.upper()}_{what}": "120" for name in outside.apis for what in ("RPM", "CONCURRENCY")}
    return {
        **os.environ,  # noqa: TID251 what every child process needs
        **variables(outside.apis, port),
        **rates,
        "STARTING_CREDITS": "2500",
        "CONFIRM_ABOVE": "45",
        "JOB_DEADLINE": "10m",
        "KEEP_DAYS": "60",
        "TELEGRAM_TOKEN": outside.telegram.token,
        "TELEGRAM_API_BASE": outside.telegram.address,
        "DISCORD_TOKEN": outside.discord.token,
        "DISCORD_API_BASE": outside.discord.api_base,
        "DISCORD_GATEWAY_URL": outside.discord.gateway_url,
        "OPERATORS": f"telegram:{telegram.operator.id}",
        "SECRET_KEY": "chaos-secret-of-a-run-0123456789abcdef",
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "info",
    }


@asynccontextmanager
async def _staged(plan: Plan) -> AsyncGenerator[Scene]:
    course = Course(TIMES)
    clip = await asyncio.to_thread(tiny_clip, plan.folder / "clip.mp4")
    outside = make_outside(course, _luck(plan, "apis"), clip, Names(plan.folder))
    async with outside.serve():
        outside.known_by_names()
        outside.discord.ask_for_shards(FLEETS[plan.fleet].shards)
        deeds = Deeds(_luck(plan, "people"))
        telegram, discord = TelegramCrowd(outside.telegram, deeds), DiscordCrowd(outside.discord, deeds)
        port = free_port()
        env = _environment(outside, telegram, port)
        fleet = FLEETS[plan.fleet](plan.folder, env, course)
        async with fleet.prepared():
            prices = await make_prices(env | _where(fleet), _luck(plan, "prices"))
            await prices.begin()
            yield Scene(
                plan, course, outside, deeds, fleet, telegram, discord, f"http://127.0.0.1:{port}",
                Weather(outside, _luck(plan, "weather")), Fire(fleet, _luck(plan, "fire"), every=plan.fire_every),
                prices,
            )  # fmt: skip


def _where(fleet: Fleet) -> dict[str, str]:
    return {"DATA_DIR": str(fleet.data_dir), "DATABASE_URL": fleet.database_url}


# ------------------------------------------------------------------------------------------------ the fire itself


async def _burn(scene: Scene) -> WebCrowd:
    """People live, weather blows and the fire burns for as long as the plan says."""
    loop = asyncio.get_running_loop()
    end = loop.time() + scene.plan.seconds
    async with asyncio.TaskGroup() as group:
        web = WebCrowd(scene.address, scene.deeds, group)
        aside = [
            group.create_task(scene.weather.blow()),
            group.create_task(scene.fire.burn()),
            group.create_task(scene.prices.change()),
            group.create_task(_shut_out(scene)),
            group.create_task(_report(scene, end)),
        ]
        crowds = (scene.telegram, scene.discord, web)
        while loop.time() < end:
            await asyncio.sleep(scene.deeds.luck.expovariate(scene.plan.rate))
            await scene.deeds.luck.choice(crowds).act()
        for one in aside:
            one.cancel()
    return web


async def _shut_out(scene: Scene) -> None:
    while True:
        await asyncio.sleep(scene.deeds.luck.expovariate(1 / 6))
        scene.shut_out[scene.deeds.luck.choice((scene.telegram, scene.discord)).shut_out()] += 1


async def _report(scene: Scene, end: float) -> None:
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(30)
        left, fires = end - loop.time(), sum(scene.fire.burnt.values())
        did = sum(scene.deeds.done.values())
        scene.plan.say(f"  {left:5.0f} s to go: {did} deeds, {len(scene.outside.billed)} paid tasks, {fires} fires")


# ------------------------------------------------------------------------------------------------ afterwards


async def _settle(scene: Scene, web: WebCrowd) -> list[str]:
    """Everything behaves; every job has to come to an end that its person has heard of."""
    scene.course.quicken(TIMES_AFTERWARDS)
    late: list[str] = []
    async with _anew(scene):
        # A page that got no answer says the same again: a clip may be deleted, and its person not be told yet.
        late += [complaint for person in web.people for complaint in await person.insist()]
        late += await _until_ended(scene, "after the fire", besides=OPEN_ENDED)
        (waiting,) = await books.look(scene.fleet.database_url, books.unsure_in)
        telling = await tell_the_truth(scene.outside, waiting)
        scene.told += telling.told
        scene.plan.say(f"  the truth told: {dict(telling.answers)}, {len(scene.told)} times to jobs that waited for it")
        late += await _until_ended(scene, "after the truth was told", besides=OPEN_ENDED)
    scene.course.skip(A_DAY_LATER)
    scene.course.quicken(TIMES_OF_THE_LAST_DAY)
    async with _anew(scene):
        late += await _until_ended(scene, "a day later", besides=())
        late += [complaint for person in web.people for complaint in await person.watch_all()]
    return late


@asynccontextmanager
async def _anew(scene: Scene) -> AsyncGenerator[None]:
    """The whole fleet, with clocks that are right."""
    for member in scene.fleet.members:
        member.dial.set()
    async with sailing(scene.fleet):
        yield


async def _until_ended(scene: Scene, when: str, *, besides: tuple[str, ...]) -> list[str]:
    loop = asyncio.get_running_loop()
    end, fewest = loop.time() + SETTLE_WITHIN, math.inf
    living: dict[str, str] = {}
    while loop.time() < end:
        await asyncio.sleep(LOOK_EVERY)
        (living, letters) = await books.look(scene.fleet.database_url, books.living_in, books.unanswered_in)
        under_way = len(living)
        living = {job: state for job, state in living.items() if state not in besides}
        if not living and not letters and not scene.outside.telegram.updates.pending:
            return []
        if under_way < fewest:
            end, fewest = loop.time() + SETTLE_WITHIN, under_way
    left = Counter(living.values())
    scene.plan.say(f"  {when}: {dict(left)}, {len(letters)} letters are left, and none less for {SETTLE_WITHIN:.0f} s")
    return [f"{when} job {job} is still {state}" for job, state in living.items()]


async def _read(scene: Scene) -> Record:
    url = scene.fleet.database_url
    jobs, calls, lines, purses, notes, drifts, unanswered, stories = await books.look(
        url, books.jobs_of, books.attempts_of, books.lines_of, books.purses_of, books.notes_of, books.drifts_in,
        books.unanswered_in, books.steps_of,
    )  # fmt: skip
    known = frozenset(job.id for job in jobs)
    deeds, telegram, discord = scene.deeds, scene.outside.telegram, scene.outside.discord
    shown = [*notes, *seen.on_telegram(telegram, known), *seen.on_discord(discord, known, scene.discord.had_time)]
    wrong = {name: api.wrong_requests for name, api in scene.outside.apis.items() if api.wrong_requests}
    complaints = [*telegram.complaints, *discord.wrong_requests, *(f"{name}: {one}" for name, one in wrong.items())]
    wished = [
        *seen.wished_on_telegram(telegram, scene.telegram.sent),
        *seen.wished_on_discord(scene.discord.sent, scene.discord.had_time),
    ]
    telegram.complaints.clear()
    return Record(
        billed=scene.outside.bills(), attempts=calls, jobs=jobs, lines=lines, purses=purses, shown=shown,
        drifts=drifts, unanswered=unanswered, accepted=deeds.accepted, hurt=frozenset(deeds.hurt),
        asked_again=deeds.asked_again, deleted=frozenset(deeds.deleted), complaints=complaints,
        wished=wished, pending=[str(update) for update in telegram.updates.pending],
        lost_answers=read_logs(scene.plan.folder).lost_answers,
        wishes=deeds.openings_by_user(jobs), stories=stories, told=scene.told,
        apis=tuple(scene.outside.apis),
    )  # fmt: skip


async def set_fire(plan: Plan) -> Verdict:
    """Do all of it. The folder stays if anything was found, with all that is needed to look into it."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    verdict = Verdict(folder=plan.folder)
    async with _staged(plan) as scene:
        async with sailing(scene.fleet):
            web = await _burn(scene)
            scene.weather.calm()
            scene.telegram.make_peace()
            scene.discord.make_peace()
        verdict.findings += await _settle(scene, web)
        await web.close()
        record = await _read(scene)
        verdict.findings += [
            *audit(record),
            *idle(record, plan.seconds),
            *_never_seen(scene),
            *_falls(scene),
            *_never_burnt(scene),
            *read_logs(plan.folder).bugs,
        ]
        verdict.counts = _counts(scene, record)
        await _keep(scene, record, verdict)
    return verdict


def _falls(scene: Scene) -> list[str]:
    falls = [fall for member in scene.fleet.members for fall in member.falls if not fall.excused]
    return [
        f"process {fall.member} ended {_how(fall)} with code {fall.code}, see {fall.log}"
        for fall in falls
        if not scene.outside.unwelcome.explains(fall)
    ]


def _how(fall: Fall) -> str:
    return "when it was asked to stop" if fall.asked_to else "by itself"


def _never_burnt(scene: Scene) -> list[str]:
    """A run that spared the bot something has not shown that it bears it."""
    return [f"fire that never burned: {kind}" for kind in scene.fire.never_burnt(scene.plan.seconds)]


def _never_seen(scene: Scene) -> list[str]:
    """Likewise for what the world outside may do, if there was time for all of it."""
    if scene.plan.seconds < TIME_FOR_EVERYTHING:
        return []
    came = scene.weather.blown + scene.outside.thrown
    everything = [*(spell.name for spell in SPELLS), *dice.names(), *sorted(whims.names())]
    return [f"weather that never came: {name}" for name in everything if not came[name]]


def _counts(scene: Scene, record: Record) -> dict[str, Mapping[str, int]]:
    excused = Counter(f"ended {_how(f)}, code {f.code}" for m in scene.fleet.members for f in m.falls)
    return {
        "people": scene.deeds.done,
        "jobs": Counter(job.state for job in record.jobs),
        "reasons": Counter(f"{job.state}: {job.reason}" for job in record.jobs if job.reason),
        "charges": Counter(job.charge for job in record.jobs),
        "paid tasks": Counter(bill.provider for bill in record.billed),
        "sales": scene.prices.sales,
        "processes": scene.fire.burnt + excused,
        "platforms": scene.weather.blown,
        "video APIs": scene.outside.thrown,
        "places": scene.shut_out,
        "notes left behind": left_behind(record),
        "cancelled although the clip was made, in state": cancelled_although_made(record),
        "log": read_logs(scene.plan.folder).said,
    }


async def _keep(scene: Scene, record: Record, verdict: Verdict) -> None:
    """Write down what was seen, and the stories of the jobs that findings speak of."""
    if verdict.clean:
        shutil.rmtree(scene.plan.folder, ignore_errors=True)
        return
    words = {word.strip(".,:;()'\"") for finding in verdict.findings for word in finding.split()}
    named = {job.id for job in record.jobs if job.id in words or job.wish in words}
    (stories,) = await books.look(scene.fleet.database_url, lambda c: books.stories_in(c, named))
    parts = {
        "findings": verdict.findings,
        "stories": stories,
        "counts": {name: dict(count) for name, count in verdict.counts.items()},
        "jobs": [asdict(job) for job in record.jobs if job.id in named],
        "shown": [repr(one) for one in record.shown if one.jobs & named],
        "billed": [asdict(one) for one in itertools.islice(record.billed, 100_000)],
    }
    for name, part in parts.items():
        (scene.plan.folder / f"{name}.json").write_text(json.dumps(part, indent=1, default=str))
