"""`make chaos`: sets fire to the bot for a while and says whether its promise held."""

import argparse
import asyncio
import logging
import secrets
import sys
import tempfile
from pathlib import Path

from tests.chaos.run import FLEETS, Plan, Verdict, set_fire


def main() -> int:
    """The exit code: 0 if nothing was found."""
    words = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    words.add_argument("--seconds", type=float, default=300.0, help="of fire; settling comes on top")
    words.add_argument(
        "--seed", type=int, default=None, help="the same one deals the same blows; what comes of them differs"
    )
    words.add_argument("--fleet", choices=sorted(FLEETS), default="sqlite")
    words.add_argument("--rate", type=float, default=4.0, help="deeds of people in a second")
    words.add_argument("--every", type=float, default=5.0, help="seconds between two blows at the processes")
    words.add_argument("--folder", type=Path, default=None, help="stays if anything was found")
    given = words.parse_args()
    seed = given.seed if given.seed is not None else secrets.randbelow(1_000_000)
    folder = given.folder or Path(tempfile.mkdtemp(prefix=f"reelbot-chaos-{seed}-"))
    plan = Plan(seed, given.seconds, folder, given.fleet, given.rate, given.every, say=_say)
    _say(f"fire: seed {seed}, {given.seconds:.0f} s, {given.fleet}, in {folder}")
    # What the bot cuts off in the middle of an answer is no news of the world's servers.
    logging.getLogger("aiohttp.server").disabled = True
    verdict = asyncio.run(set_fire(plan))
    _tell(verdict)
    _say(f"seed {seed}: {'all promises held' if verdict.clean else 'PROMISES WERE BROKEN'}")
    return 0 if verdict.clean else 1


def _tell(verdict: Verdict) -> None:
    for name, count in verdict.counts.items():
        _say(f"{name}: {', '.join(f'{number} {what}' for what, number in sorted(count.items()))}")
    for finding in verdict.findings[:60]:
        _say(f"FOUND: {finding}")
    if not verdict.clean:
        _say(f"{len(verdict.findings)} findings; everything lies in {verdict.folder}")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
