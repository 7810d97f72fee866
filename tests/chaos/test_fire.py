"""Five minutes of fire, in which everything of it comes about once; then the audit.

Real processes are killed, stopped and starved, on one host and on several, for people on three chats and eight APIs.
`make chaos SECONDS=3600` burns for longer and with more people. This one waits more than it works, and so burns beside
the other tests.
"""

import asyncio
import sys

import pytest

from tests.chaos.fleet import ROOT
from tests.fakes.unmeasured import unmeasured

FIRES = {"sqlite": (7, 142), "postgres": (8, 168)}
"""On what: its seed, and its seconds, in which everything happens once; settling and auditing take another minute."""
RATE, EVERY = 1.5, 5.0
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
