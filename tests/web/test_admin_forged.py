"""Forms that are not ours: every form of the console, in every way it can be forged, is refused, logged, and idle."""

import re
import sqlite3
from contextlib import closing

import pytest

from bot.core.model import Charge, State
from bot.core.store import Change
from bot.web.admin.forms import FIELD
from tests.contracts.store_scene import ANN, CLIP, GUILD
from tests.fakes.admin_house import admin_house

FILLED = {
    "act": "give", "amount": "5", "reason": "so", "key": "k", "per_video": "7",
    "offer": "acme/card", "clip": "768P/6", "usd": "0.31",
    "ticket": "t-77", "kind": "word", "what": "gore", "where": "everywhere",
}  # fmt: skip
"""Every field of every form, filled in so that it would do something."""
NAMES = {"who": "web:ann", "kind": "people", "name": "acme", "act": "block"}


@pytest.fixture
async def house(tmp_path):
    async with admin_house(tmp_path) as house:
        await house.scene.rich(ANN, 100)
        lost = await house.scene.submitting(ANN, community=GUILD)
        lost = await house.store.move(lost, Change(State.UNSURE, charge=Charge.RELEASED))
        sent = await house.scene.delivered(ANN)
        clip = house.files.clip(CLIP.file)
        clip.parent.mkdir(parents=True, exist_ok=True)
        clip.write_bytes(b"a clip")
        house.lost, house.sent = lost, sent
        yield house


def every_form(house):
    """The address of every form, as it would be sent."""
    found = []
    for route in house.console.routes():
        if route.method == "POST":
            job = house.sent.id if route.path.endswith("redeliver") else house.lost.id
            names = NAMES | {"job": job} | ({"who": str(GUILD)} if "/servers/" in route.path else {})
            found.append(re.sub(r"\{(\w+)[^}]*\}", lambda part, names=names: names[part[1]], route.path))
    return found


def books(folder):
    """Everything that is written, table by table."""
    with closing(sqlite3.connect(folder / "reelbot.db")) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}


def proof(house, session):
    return house.signer.sign(f"admin form:{session['Cookie'].partition('=')[2]}", "form", None)


def other_session(house):
    return {"Cookie": f"reelbot_session={house.signer.sign(house.login._purpose, 'somebody else', None)}"}


async def sent(house, client, path, *, session, **forged):
    """Send a form; status and sentence of the answer."""
    origin = forged.pop("origin", house.server.address)
    headers = session | {"Origin": origin}
    address = f"{house.server.address}{path}"
    async with client.post(address, data=FILLED | forged, headers=headers, allow_redirects=False) as answer:
        return answer.status, (await answer.json())["error"] if answer.status != 303 else answer.headers["Location"]


FORGERIES = {
    "without a session": (401, lambda house: {"session": {}, FIELD: proof(house, house.session)}),
    "with a forged session": (401, lambda house: {"session": {"Cookie": "reelbot_session=a.b.c"}, FIELD: "x"}),
    "without a proof": (403, lambda house: {"session": house.session}),
    "with a forged proof": (403, lambda house: {"session": house.session, FIELD: "a.b.c"}),
    "with the proof of another session": (
        403,
        lambda house: {"session": house.session, FIELD: proof(house, other_session(house))},
    ),
    "from another site": (
        403,
        lambda house: {
            "session": house.session, FIELD: proof(house, house.session), "origin": "https://evil.example",
        },
    ),
    "from nowhere": (403, lambda house: {"session": house.session, FIELD: proof(house, house.session), "origin": ""}),
}  # fmt: skip


@pytest.mark.parametrize("how", FORGERIES)
async def test_a_forged_form_is_refused_in_a_sentence_and_logged_and_changes_nothing(
    house, client, tmp_path, captured_log, how
):
    status, forge = FORGERIES[how]
    before = books(tmp_path)
    for path in every_form(house):
        captured_log.entries.clear()
        answered, sentence = await sent(house, client, path, **forge(house))
        assert (path, answered) == (path, status)
        assert sentence.endswith(".")
        assert [entry["log_level"] for entry in captured_log.entries] == ["warning"], path
    assert books(tmp_path) == before
    assert house.engine.ensured == []


async def test_the_same_forms_do_something_when_they_are_ours(house, client, tmp_path):
    forms = every_form(house)
    assert len(forms) >= 12
    for path in forms:
        before = books(tmp_path)
        ours = {"session": house.session, FIELD: proof(house, house.session)}
        status, where = await sent(house, client, path, **ours)
        assert (path, status) == (path, 303)
        assert where.startswith("/admin/")
        idle = {"/resume", "/lift", "/give-up"}  # what these undo was not there, or moved on a form before
        assert books(tmp_path) != before or path.endswith(tuple(idle)), path
