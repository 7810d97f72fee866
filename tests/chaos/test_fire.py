"""Five minutes of fire: real processes, killed, stopped and starved, on three chats and eight APIs; then the audit.

`make chaos SECONDS=3600` burns for longer and hotter, and with `FLEET=postgres` over several hosts. This one waits more
than it works, and so burns beside the other tests.
"""

import asyncio
import sys

import pytest

from tests.chaos.fleet import ROOT
from tests.fakes.unmeasured import unmeasured

FIRES = {"sqlite": (7, 180), "postgres": (8, 120)}
"""On what: its seed, and its seconds; settling and auditing take about another minute."""
RATE, EVERY = 1.5, 10.0
END_WITHIN = 780

pytestmark = [pytest.mark.crash, pytest.mark.long, pytest.mark.timeout(END_WITHIN + 20)]


@pytest.fixture(params=FIRES)
def fleet(request):
    if request.param == "postgres":
        # Says why there is none, before anything burns.
        request.getfixturevalue("postgres")
    return request.param


async def test_after_a_fire_nothing_is_lost_paid_twice_or_told_wrongly(tmp_path, fleet):
    seed, seconds = FIRES[fleet]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.chaos", "--fleet", fleet, "--seed", str(seed), "--folder", str(tmp_path / "fire"),
        "--seconds", str(seconds), "--rate", str(RATE), "--every", str(EVERY),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env=unmeasured(),
    )  # fmt: skip
    try:
        told, _ = await asyncio.wait_for(process.communicate(), END_WITHIN)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    print(told.decode())
    assert process.returncode == 0, told.decode()
    assert "all promises held" in told.decode()
