"""`python -m tests.bench`: every figure that the design promises, beside a floor measured in the same run."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Container, Mapping
from pathlib import Path

from tests.bench import (
    a_million,
    acknowledged,
    asking,
    called_back,
    deliveries,
    hold_settle,
    in_flight,
    killed,
    pages,
    photos,
    restart,
    slash_commands,
    start_up,
    taken_over,
)
from tests.bench.databases import Databases, open_databases
from tests.bench.figures import Row, keep, show
from tests.bench.sizes import QUICK, REAL, Sizes

Family = Callable[[Sizes, Databases], Awaitable[list[Row]]]


def _alone(measure: Callable[[Sizes], Awaitable[list[Row]]]) -> Family:
    """A family that has a database of its own, or none."""
    return lambda sizes, _databases: measure(sizes)


ANYWHERE: Mapping[str, Family] = {
    family.NAME: family.measure
    for family in (
        start_up,
        hold_settle,
        restart,
        called_back,
        deliveries,
        acknowledged,
        slash_commands,
        a_million,
        in_flight,
        killed,
    )
}
ON_SQLITE: Mapping[str, Family] = {family.NAME: _alone(family.measure) for family in (pages, asking, photos)}
ON_POSTGRES: Mapping[str, Family] = {taken_over.NAME: taken_over.measure}
FAMILIES = {"sqlite": ON_SQLITE | ANYWHERE, "postgres": ANYWHERE | ON_POSTGRES}
NAMES = sorted({name for families in FAMILIES.values() for name in families})
MOST_SECONDS = 1_800.0


async def measure(kind: str, names: Container[str], sizes: Sizes) -> list[Row]:
    """Measure one family after the other, so that none disturbs the next."""
    rows: list[Row] = []
    async with asyncio.timeout(MOST_SECONDS), open_databases(postgres=kind == "postgres") as databases:
        for name, family in FAMILIES[kind].items():
            if name in names:
                print(f"measuring {name}{databases.where} …", flush=True)
                rows += await family(sizes, databases)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes: shows that it works, not how fast")
    parser.add_argument("--on", choices=FAMILIES, action="append", help="only with this database; may be repeated")
    parser.add_argument("--only", choices=NAMES, action="append", help="only this family; may be repeated")
    chosen = parser.parse_args()
    sizes = QUICK if chosen.quick else REAL
    rows = [
        row for kind in chosen.on or FAMILIES for row in asyncio.run(measure(kind, chosen.only or NAMES, sizes))
    ]  # fmt: skip
    show(rows)
    keep(rows, Path("bench.json"))


if __name__ == "__main__":
    main()
