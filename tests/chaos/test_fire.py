"""A short fire: real processes, killed, stopped and starved, on three chats and eight video APIs; then the audit.

`make chaos SECONDS=3600` burns for longer, and with `FLEET=postgres` over several hosts. It waits more than it works,
and so runs beside the other tests.
"""

import asyncio
import sys

import pytest

from tests.chaos.fleet import ROOT
from tests.fakes.unmeasured import unmeasured

SEED, SECONDS = 7, 90
"""Of fire; settling and auditing take about another minute."""
END_WITHIN = 780

pytestmark = [pytest.mark.crash, pytest.mark.long, pytest.mark.timeout(END_WITHIN + 20)]


async def test_after_a_fire_nothing_is_lost_paid_twice_or_told_wrongly(tmp_path):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.chaos",
        "--seconds", str(SECONDS), "--seed", str(SEED), "--folder", str(tmp_path / "fire"),
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
