"""`python -m tests.bench`: every figure that the design promises, beside a floor measured in the same run."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from tests.bench import acknowledged, hold_settle, in_flight, restart, start_up
from tests.bench.figures import Row, keep, show
from tests.bench.sizes import QUICK, REAL, Sizes

FAMILIES: Mapping[str, Callable[[Sizes], Awaitable[list[Row]]]] = {
    family.NAME: family.measure for family in (start_up, hold_settle, restart, acknowledged, in_flight)
}
MOST_SECONDS = 360.0


async def measure(names: list[str], sizes: Sizes) -> list[Row]:
    """Measure one family after the other, so that none disturbs the next."""
    rows: list[Row] = []
    async with asyncio.timeout(MOST_SECONDS):
        for name in names:
            print(f"measuring {name} …", flush=True)
            rows += await FAMILIES[name](sizes)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes: shows that it works, not how fast")
    parser.add_argument("--only", choices=FAMILIES, action="append", help="only this family; may be repeated")
    chosen = parser.parse_args()
    rows = asyncio.run(measure(chosen.only or list(FAMILIES), QUICK if chosen.quick else REAL))
    show(rows)
    keep(rows, Path("bench.json"))


if __name__ == "__main__":
    main()
