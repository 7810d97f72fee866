"""From a wish to the one offer and format that will make it, or the sentence that says what would fit instead."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.core.credits import Tariff
from bot.core.model import ListPrice
from bot.core.texts import Say, Sentence
from providers.contract import Format, Mode, Offer


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants; None leaves it to us."""

    prompt: str
    frames: int
    """Number of pictures: 0, 1 or 2."""
    moves: frozenset[str] = frozenset()
    model: str | None = None
    seconds: int | None = None
    resolution: str | None = None

    @property
    def mode(self) -> Mode:
        return (Mode.TEXT, Mode.IMAGE, Mode.FIRST_LAST)[self.frames]


@dataclass(frozen=True, slots=True)
class Choice:
    """The offer that will make it, in which format, for how many credits."""

    offer: Offer
    format: Format
    price: int


class Unfit(Exception):
    """Nothing we have fits the wish; `sentence` names what would."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.say)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything on the shelf, in the operator's order of preference."""

    offers: tuple[Offer, ...]
    tariff: Tariff

    def models(self, allowed: frozenset[str] | None = None) -> tuple[str, ...]:
        """The public names, each once."""
        return tuple(dict.fromkeys(o.model for o in self.offers if allowed is None or o.model in allowed))

    def offer(self, key: str) -> Offer | None:
        """The offer that a job was given to; None if the operator has removed it since."""
        return next((offer for offer in self.offers if offer.key == key), None)

    def repriced(self, prices: Sequence[ListPrice]) -> "Catalog":
        """The same offers at the operator's own list prices, where there are any."""
        if not prices:
            return self
        usd = {(price.offer, price.resolution, price.seconds): price.usd for price in prices}

        def shaped(offer: Offer, shape: Format) -> Format:
            return replace(shape, price_usd=usd.get((offer.key, shape.resolution, shape.seconds), shape.price_usd))

        offers = (replace(o, formats=tuple(shaped(o, shape) for shape in o.formats)) for o in self.offers)
        return replace(self, offers=tuple(offers))

    def choose(
        self,
        wish: Wish,
        *,
        closed: frozenset[str] = frozenset(),
        barred: frozenset[str] = frozenset(),
        allowed: frozenset[str] | None = None,
    ) -> Choice:
        """The cheapest healthy offer that fits, the earlier one where prices are equal.

        Args:
            wish: What is wanted.
            closed: Providers and single offers that are left alone just now; one of them is chosen only where no
                other can make it.
            barred: Those of them that only the operator can mend: never chosen.
            allowed: Models that the community's admins allow; None is all.

        Raises:
            Unfit: With the sentence to answer.
        """
        fitting = self._fitting(self._of_model(wish, allowed), wish)
        choices = [choice for offer in fitting if (choice := self._priced(offer, wish))]
        if not choices:
            raise Unfit(_formats_sentence(fitting, wish))
        usable = [choice for choice in choices if not _is_in(choice.offer, barred)]
        if not usable:
            raise Unfit(Sentence(Say.NOBODY_CAN))
        healthy = [choice for choice in usable if not _is_in(choice.offer, closed)]
        return min(healthy or usable, key=lambda choice: choice.price)

    def next_offer(self, wish: Wish, *, closed: frozenset[str]) -> Choice | None:
        """Another provider's way to make the same model in the same format, for a job that was verifiably refused."""
        offers = (o for o in self.offers if o.model == wish.model and not _is_in(o, closed))
        choices = [choice for offer in offers if _fits(offer, wish) and (choice := self._priced(offer, wish))]
        return min(choices, key=lambda choice: choice.price, default=None)

    def cheapest(self) -> int | None:
        """The price of the cheapest clip there is; None with an empty shelf."""
        return min((self.tariff.price(f.price_usd) for o in self.offers for f in o.formats), default=None)

    def _of_model(self, wish: Wish, allowed: frozenset[str] | None) -> tuple[Offer, ...]:
        if not self.offers:
            raise Unfit(Sentence(Say.NOBODY_CAN))
        known = tuple(offer for offer in self.offers if _is_meant(offer, wish))
        if not known:
            raise Unfit(Sentence(Say.NO_SUCH_MODEL, {"given": wish.model, "models": _names(self.offers)}))
        permitted = tuple(offer for offer in known if allowed is None or offer.model in allowed)
        if not permitted:
            names = ", ".join(self.models(allowed)) or "–"  # noqa: RUF001 typography
            raise Unfit(Sentence(Say.MODEL_NOT_ALLOWED, {"model": _names(known), "models": names}))
        return permitted

    def _fitting(self, offers: tuple[Offer, ...], wish: Wish) -> tuple[Offer, ...]:
        """Narrow down one demand after the other, so that the refusal can name the first that nobody meets."""
        for demand, refusal in _DEMANDS:
            meeting = tuple(offer for offer in offers if demand(offer, wish))
            if not meeting:
                others = [other for other in self.offers if _fits(other, wish)]
                raise Unfit(refusal(offers, others, wish))
            offers = meeting
        return offers

    def _priced(self, offer: Offer, wish: Wish) -> Choice | None:
        for shape in offer.formats:
            if (
                shape.mode is wish.mode
                and wish.seconds in {None, shape.seconds}
                and wish.resolution in {None, shape.resolution}
            ):
                return Choice(offer, shape, self.tariff.price(shape.price_usd))
        return None


def _is_in(offer: Offer, closed: frozenset[str]) -> bool:
    return offer.provider in closed or offer.key in closed


def _is_meant(offer: Offer, wish: Wish) -> bool:
    return not offer.by_name_only if wish.model is None else wish.model == offer.model


def _takes_mode(offer: Offer, wish: Wish) -> bool:
    return any(shape.mode is wish.mode for shape in offer.formats)


def _has_text_enough(offer: Offer, wish: Wish) -> bool:
    return bool(wish.prompt) or (wish.frames > 0 and not offer.prompt_needed_with_picture)


def _takes_length(offer: Offer, wish: Wish) -> bool:
    return len(wish.prompt) <= offer.prompt_most


def _follows_moves(offer: Offer, wish: Wish) -> bool:
    return wish.moves <= offer.camera_moves


def _fits(offer: Offer, wish: Wish) -> bool:
    return all(demand(offer, wish) for demand, _ in _DEMANDS)


def _mode_refusal(offers: Sequence[Offer], others: Sequence[Offer], wish: Wish) -> Sentence:
    named, nothing = {
        Mode.TEXT: (Say.MODEL_NEEDS_PICTURE, Say.NOTHING_NEEDS_NO_PICTURE),
        Mode.IMAGE: (Say.MODEL_NEEDS_NO_PICTURE, Say.NOTHING_TAKES_A_PICTURE),
        Mode.FIRST_LAST: (Say.MODEL_TAKES_ONE_PICTURE, Say.NOTHING_TAKES_TWO_PICTURES),
    }[wish.mode]
    if not others:
        return Sentence(nothing)
    return Sentence(named, {"model": _names(offers), "models": _names(others)})


def _empty_refusal(offers: Sequence[Offer], others: Sequence[Offer], wish: Wish) -> Sentence:
    if not wish.frames:
        return Sentence(Say.EMPTY_PROMPT)
    if not others:
        return Sentence(Say.NOTHING_NEEDS_NO_WORDS)
    return Sentence(Say.PROMPT_NEEDED, {"model": _names(offers), "models": _names(others)})


def _length_refusal(offers: Sequence[Offer], others: Sequence[Offer], wish: Wish) -> Sentence:
    longest = max(offers, key=lambda offer: offer.prompt_most)
    values = {"length": len(wish.prompt), "model": longest.model, "most": longest.prompt_most}
    if not others:
        return Sentence(Say.PROMPT_TOO_LONG, values)
    return Sentence(Say.PROMPT_TOO_LONG_FOR, values | {"models": _names(others)})


def _moves_refusal(offers: Sequence[Offer], others: Sequence[Offer], wish: Wish) -> Sentence:
    missing = sorted(wish.moves - frozenset[str]().union(*(offer.camera_moves for offer in offers)))
    move = missing[0] if missing else min(wish.moves)
    if not others:
        return Sentence(Say.NOTHING_HAS_MOVES, {"move": move})
    return Sentence(Say.MODEL_HAS_NO_MOVES, {"model": _names(offers), "move": move, "models": _names(others)})


_DEMANDS: tuple[
    tuple[Callable[[Offer, Wish], bool], Callable[[Sequence[Offer], Sequence[Offer], Wish], Sentence]], ...
] = (
    (_has_text_enough, _empty_refusal),
    (_takes_mode, _mode_refusal),
    (_takes_length, _length_refusal),
    (_follows_moves, _moves_refusal),
)


def _names(offers: Iterable[Offer]) -> str:
    return ", ".join(dict.fromkeys(offer.model for offer in offers)) or "–"  # noqa: RUF001 typography


def _formats_sentence(offers: Sequence[Offer], wish: Wish) -> Sentence:
    lengths: dict[str, set[int]] = {}
    for offer in offers:
        for shape in offer.formats:
            if shape.mode is wish.mode:
                lengths.setdefault(shape.resolution, set()).add(shape.seconds)
    shapes = (f"{spans(seconds)} s {resolution}" for resolution, seconds in lengths.items())
    return Sentence(Say.NO_SUCH_FORMAT, {"formats": ", ".join(shapes)})


def spans(lengths: Iterable[int]) -> str:
    """Whole seconds as people write them: `6/10`, and from three in a row on as a range."""
    runs: list[list[int]] = []
    for length in sorted(set(lengths)):
        if runs and length == runs[-1][-1] + 1:
            runs[-1].append(length)
        else:
            runs.append([length])
    return "/".join(_span(run) for run in runs)


def _span(run: Sequence[int]) -> str:
    short = len(run) < 3  # noqa: PLR2004 two numbers are no range
    return "/".join(map(str, run)) if short else f"{run[0]}–{run[-1]}"  # noqa: RUF001 typography
