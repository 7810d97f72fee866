"""What machines that watch are told, and whether the ready dashboard asks for nothing else."""

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from bot.core.alerts import Alerts
from bot.core.bulletins import Bulletins
from bot.core.model import Health, Reason, State
from bot.core.nightly import Nightly
from bot.core.statistics import Calls, Ends, Figures
from bot.core.store import Drift
from bot.web.loop_lag import EVERY, LoopLag
from bot.web.metrics import Metrics
from bot.web.server import WebServer
from tests.fakes.clock import FakeClock

DASHBOARD = Path(__file__).parents[2] / "docs" / "grafana.json"


class Books:
    """Tells what it was given to tell."""

    def __init__(self, figures, healths=(), memories=None):
        self.told = figures
        self.memories = memories or {}
        self.known = {health.provider: health for health in healths}

    async def figures(self):
        return self.told

    async def healths(self):
        return self.known

    async def kept(self, platform, key):
        return self.memories.get((platform, key))

    async def keep(self, platform, key, value):
        self.memories[platform, key] = value

    async def verify(self):
        return [Drift("a wallet's balance is the sum of its ledger", "web:ann", "5", "6")]


NOW = FakeClock().now()
NOTHING = Figures({}, None, {}, 0, 0, (), ())
MUCH = Figures(
    jobs={State.QUEUED: 3},
    oldest_queued=NOW - timedelta(seconds=90),
    moved={"grant": 100, "take": 1, "hold": 60, "spend": 40, "release": 15},
    balance=44,
    held=5,
    calls=(
        Calls("acme", None, 1),
        Calls("acme", State.RENDERING, 7),
        Calls("acme", State.QUEUED, 2),
        Calls("acme", State.FAILED, 3),
        Calls("acme", State.UNSURE, 4),
    ),
    ends=(
        Ends(State.DELIVERED, None, 20),
        Ends(State.FAILED, Reason.CONTENT, 2),
        Ends(State.UNDELIVERED, Reason.PLACE_GONE, 1),
        Ends(State.UNDELIVERED, Reason.TOO_LARGE, 1),
    ),
)
ERRORS = {("acme", "busy"): 6, ("acme", "unusable"): 1}
CHECKED = {("bot", "books"): '{"at": "2026-11-21T03:00:00+00:00", "drifts": 0}'}
HEALTHS = (
    Health("acme", NOW + timedelta(minutes=1), "key", "401", NOW - timedelta(seconds=5), None, "key"),
    Health("preview", NOW, "busy", "", None, NOW, ""),
    Health("other", None, "", "", None, None, ""),
)


def metrics_of(books, registry=None):
    return Metrics(registry=registry or CollectorRegistry(), books=books, errors=lambda: ERRORS, clock=FakeClock())


async def page_of(client, books, registry=None):
    metrics = metrics_of(books, registry)
    async with (
        WebServer(host="127.0.0.1", port=0, public_url=None, routes=metrics.routes()) as server,
        client.get(f"{server.address}/metrics") as answer,
    ):
        assert answer.content_type == "text/plain"
        return await answer.text()


async def test_everything_in_the_books_is_told(client):
    page = await page_of(client, Books(MUCH, HEALTHS))
    for line in (
        'reelbot_jobs{state="queued"} 3.0',
        'reelbot_jobs{state="failed"} 0.0',
        "reelbot_oldest_queued_seconds 90.0",
        'reelbot_credits_total{movement="granted"} 100.0',
        'reelbot_credits_total{movement="taken"} 1.0',
        'reelbot_credits_total{movement="held"} 60.0',
        'reelbot_credits_total{movement="spent"} 40.0',
        'reelbot_credits_total{movement="released"} 15.0',
        'reelbot_wallet_credits{part="balance"} 44.0',
        'reelbot_wallet_credits{part="held"} 5.0',
        'reelbot_provider_calls{outcome="awaited",provider="acme"} 1.0',
        'reelbot_provider_calls{outcome="accepted",provider="acme"} 7.0',
        'reelbot_provider_calls{outcome="refused",provider="acme"} 5.0',
        'reelbot_provider_calls{outcome="lost",provider="acme"} 4.0',
        'reelbot_provider_open{provider="acme"} 0.0',
        'reelbot_provider_open{provider="preview"} 1.0',
        'reelbot_provider_open{provider="other"} 1.0',
        f'reelbot_provider_worked_seconds{{provider="preview"}} {NOW.timestamp()}',
        f'reelbot_provider_trouble_seconds{{provider="acme"}} {NOW.timestamp() - 5}',
        'reelbot_provider_errors_total{kind="busy",provider="acme"} 6.0',
        'reelbot_deliveries{outcome="delivered"} 20.0',
        'reelbot_deliveries{outcome="undelivered"} 2.0',
        'reelbot_ended_jobs{reason="content",state="failed"} 2.0',
        'reelbot_ended_jobs{reason="",state="delivered"} 20.0',
    ):
        assert _in_any_order(line) in {_in_any_order(told) for told in page.splitlines()}
    assert "process_resident_memory_bytes" in page


async def test_what_the_nightly_check_found_is_told_with_its_moment(client):
    books, clock = Books(MUCH), FakeClock()
    bulletins = Bulletins(alerts=Alerts(platforms={}, operators=()), clock=clock)
    await Nightly(store=books, memory=books, clock=clock, bulletins=bulletins, first_in=0).verify()
    page = await page_of(client, books)
    told = {_in_any_order(line) for line in page.splitlines()}
    assert {("reelbot_books_drifts", frozenset({""}), 1.0)} <= told
    assert {("reelbot_books_verified_seconds", frozenset({""}), clock.now().timestamp())} <= told


async def test_books_that_were_never_checked_are_not_said_to_balance(client):
    samples = [line for line in (await page_of(client, Books(MUCH))).splitlines() if line.startswith("reelbot_books")]
    assert samples == []


def _in_any_order(line):
    """A line of figures, whatever the order of its labels (timestamps are written in several ways)."""
    name, labels, value = re.fullmatch(r"(\w+)(\{.*\})? (\S+)", line).groups() if line[:1] != "#" else (line, "", "0")
    return name, frozenset((labels or "").strip("{}").split(",")), float(value)


async def test_empty_books_are_told_too(client):
    page = await page_of(client, Books(NOTHING))
    assert "reelbot_oldest_queued_seconds 0.0" in page
    assert 'reelbot_deliveries{outcome="delivered"} 0.0' in page


async def test_every_look_tells_what_holds_then(client):
    books = Books(MUCH)
    metrics = metrics_of(books)
    async with WebServer(host="127.0.0.1", port=0, public_url=None, routes=metrics.routes()) as server:
        for figures, count in ((MUCH, "3.0"), (NOTHING, "0.0")):
            books.told = figures
            async with client.get(f"{server.address}/metrics") as answer:
                assert f'reelbot_jobs{{state="queued"}} {count}' in await answer.text()


class TestLoopLag:
    async def test_a_late_loop_is_seen(self):
        registry = CollectorRegistry()
        lag = LoopLag(registry=registry)
        assert lag.worst_lately() == 0.0
        looking = asyncio.get_running_loop().create_task(lag.run())
        await asyncio.sleep(EVERY * 1.5)
        looking.cancel()
        assert registry.get_sample_value("reelbot_loop_lag_seconds_count") == 1

    def test_the_worst_of_the_last_half_minute_is_known(self):
        lag = LoopLag(registry=CollectorRegistry())
        for seconds in (0.9, *([0.01] * 59)):
            lag.note(seconds)
        assert lag.worst_lately() == 0.9
        lag.note(0.02)
        assert lag.worst_lately() == 0.02


@pytest.fixture(scope="module")
def dashboard():
    return json.loads(DASHBOARD.read_text(encoding="utf-8"))


class TestDashboard:
    async def test_every_question_asks_for_figures_that_are_told(self, client, dashboard):
        registry = CollectorRegistry()
        LoopLag(registry=registry)
        page = await page_of(client, Books(MUCH, HEALTHS, CHECKED), registry)
        told = {sample.name for family in text_string_to_metric_families(page) for sample in family.samples}
        asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
        assert len(asked) >= 12
        for question in asked:
            names = set(re.findall(r"\b(?:reelbot|process)_\w+", question))
            assert names, question
            assert names <= told, question

    async def test_every_label_is_one_that_the_figures_have(self, client, dashboard):
        registry = CollectorRegistry()
        LoopLag(registry=registry)
        page = await page_of(client, Books(MUCH, HEALTHS, CHECKED), registry)
        labels = {}
        for family in text_string_to_metric_families(page):
            for sample in family.samples:
                labels.setdefault(sample.name, set()).update(sample.labels)
        for panel in dashboard["panels"]:
            for target in panel.get("targets", ()):
                for name, inside in re.findall(r"\b((?:reelbot|process)_\w+)\{([^}]*)\}", target["expr"]):
                    assert set(re.findall(r"(\w+)\s*[=!]", inside)) <= labels[name], target["expr"]
                (name,) = set(re.findall(r"\b(?:reelbot|process)_\w+", target["expr"])) or {""}
                for group in re.findall(r"\bby \(([^)]*)\)", target["expr"]):
                    assert {label.strip() for label in group.split(",")} <= labels[name], target["expr"]

    def test_its_panels_do_not_overlap(self, dashboard):
        taken = set()
        for panel in dashboard["panels"]:
            place = panel["gridPos"]
            cells = {
                (x, y)
                for x in range(place["x"], place["x"] + place["w"])
                for y in range(place["y"], place["y"] + place["h"])
            }
            assert place["x"] + place["w"] <= 24
            assert not cells & taken
            taken |= cells
        assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])

    def test_it_can_be_imported_with_any_source_of_data(self, dashboard):
        assert dashboard["id"] is None
        assert dashboard["__inputs"][0]["pluginId"] == "prometheus"
        sources = {panel["datasource"]["uid"] for panel in dashboard["panels"]}
        assert sources == {"${DS_PROMETHEUS}"}
