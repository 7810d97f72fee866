"""Models, lengths, sizes and prices in few lines: what differs in nothing but its length or source shares one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.core.catalog import Catalog
from bot.core.costs import FROM, dollars
from bot.core.model import ListPrice
from providers.contract import Format, Offer

RANGE = 3
"""From this many lengths in a row on they are written as a range."""
OWN = " *"
"""Marks a price that the operator has set."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """One clip that a provider makes, and what it is made from."""

    provider: str
    model: str
    resolution: str
    seconds: int
    usd: Decimal
    own: bool
    sources: tuple[str, ...]

    def continues(self, other: "_Cell") -> bool:
        """Whether it is a second longer than *other*, and else the same but for the price."""
        mine = (self.provider, self.model, self.resolution, self.own, self.sources)
        return self.seconds == other.seconds + 1 and mine == (
            other.provider, other.model, other.resolution, other.own, other.sources,
        )  # fmt: skip


def price_rows(catalog: Catalog, own: Sequence[ListPrice]) -> list[tuple[object, ...]]:
    """Provider, model, length, size, US dollars, credits and sources, a line each.

    Args:
        catalog: At the prices that hold now.
        own: The prices that the operator has set.
    """
    keys = {(price.offer, price.resolution, price.seconds) for price in own}
    return [_row(run, catalog) for run in _runs(_cells(catalog.offers, keys))]


def _cells(offers: Iterable[Offer], own: set[tuple[str, str, int]]) -> list[_Cell]:
    sources: dict[tuple[str, str, str, int, Decimal, bool], list[str]] = {}
    for offer in offers:
        for shape in offer.formats:
            marked = (offer.key, shape.resolution, shape.seconds) in own
            clip = (offer.provider, offer.model, shape.resolution, shape.seconds, shape.price_usd, marked)
            sources.setdefault(clip, []).append(FROM[shape.mode])
    return [_Cell(*clip, tuple(dict.fromkeys(found))) for clip, found in sources.items()]


def _runs(cells: Sequence[_Cell]) -> Iterator[list[_Cell]]:
    """Cells that make one line together: as many lengths in a row as make a range, or one alone."""
    run: list[_Cell] = []
    for cell in _in_order(cells):
        if run and not cell.continues(run[-1]):
            yield from _together(run)
            run = []
        run.append(cell)
    yield from _together(run)


def _in_order(cells: Sequence[_Cell]) -> list[_Cell]:
    """Shortest first among those that may share a line; the lines stay in the order of the shelf."""
    groups: dict[tuple[object, ...], list[_Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.provider, cell.model, cell.resolution, cell.sources), []).append(cell)
    return [cell for group in groups.values() for cell in sorted(group, key=lambda cell: cell.seconds)]


def _together(run: list[_Cell]) -> list[list[_Cell]]:
    return [run] if len(run) >= RANGE else [[cell] for cell in run]


def _row(run: Sequence[_Cell], catalog: Catalog) -> tuple[object, ...]:
    first, last = run[0], run[-1]
    least, most = min(cell.usd for cell in run), max(cell.usd for cell in run)
    usd = f"{_span(dollars(least), dollars(most))}{OWN if first.own else ''}"
    price = _span(catalog.tariff.price(least), catalog.tariff.price(most))
    length = f"{_span(first.seconds, last.seconds)} s"
    return (first.provider, first.model, length, first.resolution, usd, price, ", ".join(first.sources))


def _span(first: object, last: object) -> object:
    return first if first == last else f"{first}-{last}"


def formats_in_words(formats: Iterable[Format]) -> str:
    """Which clips there are, lengths in a row as a range: `4-15 s 768P, 6 s 1080P`."""
    lengths: dict[str, set[int]] = {}
    for shape in formats:
        lengths.setdefault(shape.resolution, set()).add(shape.seconds)
    return ", ".join(
        f"{length} s {resolution}" for resolution, found in lengths.items() for length in _spans(sorted(found))
    )


def _spans(lengths: Sequence[int]) -> list[str]:
    runs: list[list[int]] = []
    for length in lengths:
        if runs and length == runs[-1][-1] + 1:
            runs[-1].append(length)
        else:
            runs.append([length])
    return [
        words
        for run in runs
        for words in ([f"{run[0]}-{run[-1]}"] if len(run) >= RANGE else [str(length) for length in run])
    ]
