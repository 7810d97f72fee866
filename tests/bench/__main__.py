"""`python -m tests.bench`: every figure that the design promises, beside a floor measured in the same run."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Container, Mapping
from functools import partial
from pathlib import Path

from tests.bench import (
    a_million,
    acknowledged,
    asking,
    called_back,
    deliveries,
    hold_settle,
    in_flight,
    pages,
    restart,
    start_up,
    taken_over,
)
from tests.bench.databases import Databases, open_databases
from tests.bench.figures import Row, keep, show
from tests.bench.sizes import QUICK, REAL, Sizes

ON_SQLITE: Mapping[str, Callable[[Sizes], Awaitable[list[Row]]]] = {
    family.NAME: family.measure for family in (start_up, pages, asking, restart, called_back, deliveries)
}
ANYWHERE: Mapping[str, Callable[[Sizes, Databases], Awaitable[list[Row]]]] = {
    family.NAME: family.measure for family in (hold_settle, acknowledged, a_million, in_flight)
}
ON_POSTGRES: Mapping[str, Callable[[Sizes, Databases], Awaitable[list[Row]]]] = {taken_over.NAME: taken_over.measure}
FAMILIES = (*ON_SQLITE, *ANYWHERE, *ON_POSTGRES)
MOST_SECONDS = 1_800.0


async def measure(names: Container[str], sizes: Sizes, *, postgres: bool) -> list[Row]:
    """Measure one family after the other, so that none disturbs the next."""
    rows: list[Row] = []
    async with asyncio.timeout(MOST_SECONDS), open_databases(postgres=postgres) as databases:
        bound = {name: partial(family, databases=databases) for name, family in (ANYWHERE | ON_POSTGRES).items()}
        families = {name: bound[name] for name in bound if postgres or name in ANYWHERE} | (
            {} if postgres else ON_SQLITE
        )
        for name, family in families.items():
            if name in names:
                print(f"measuring {name}{databases.where} …", flush=True)
                rows += await family(sizes)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes: shows that it works, not how fast")
    parser.add_argument("--postgres", action="store_true", help="with the books in a PostgreSQL")
    parser.add_argument("--only", choices=FAMILIES, action="append", help="only this family; may be repeated")
    chosen = parser.parse_args()
    sizes = QUICK if chosen.quick else REAL
    rows = asyncio.run(measure(chosen.only or FAMILIES, sizes, postgres=chosen.postgres))
    show(rows)
    keep(rows, Path("bench.json"))


if __name__ == "__main__":
    main()
