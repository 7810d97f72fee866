"""Answers that take more than one sentence: lists, pages and papers, made from values alone."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.catalog import Catalog, spans
from bot.core.commands import COMMANDS
from bot.core.model import Account, Job
from bot.core.store import LedgerRow, OverLimit
from bot.core.texts import Say, Sentence, say
from providers.contract import CAMERA_MOVES, Mode, Offer

PROMPT_SHOWN = 60
"""Characters of a prompt in a list."""
LENGTHS_LISTED = 3
"""A model with more lengths than this shows them as a range."""


def _lines(language: str, sentences: Iterable[Sentence]) -> str:
    return "\n".join(say(sentence, language) for sentence in sentences)


def over_limit(over: OverLimit, now: datetime) -> Sentence:
    """The refusal of a limit: its name, what is left, when it resets and how long that is from *now*."""
    cap = over.cap
    left = max(0, cap.most - over.used)
    wait = (cap.resets_at - now).total_seconds() if cap.resets_at else 0.0
    values = {"most": cap.most, "left": left, "amount": cap.amount, "resets": cap.resets_at, "wait": wait}
    whose = "everywhere_" if cap.everywhere else ""
    return Sentence(Say(f"over_{whose}{cap.limit}"), values)


def help_page(language: str, names: Sequence[str] = COMMANDS) -> str:
    """How to ask, and every command in *names* with what it does."""
    rows = (f"/{name} – {say(Sentence(Say(f'about_{name}')), language)}" for name in names)  # noqa: RUF001 typography
    return say(Sentence(Say.HELP, {"commands": "\n".join(rows)}), language)


def privacy(days: int, services: Sequence[str], language: str) -> str:
    """What is kept, and who else sees it."""
    return say(Sentence(Say.PRIVACY, {"days": days, "providers": ", ".join(services)}), language)


def jobs(latest: Sequence[Job], language: str) -> str:
    """The person's latest jobs, a line each."""
    if not latest:
        return say(Sentence(Say.NO_JOB_YET), language)
    rows = (
        Sentence(Say.JOB_LINE, {"job": job.id, "state": job.state.value, "prompt": shortened(job.request.prompt)})
        for job in latest
    )
    return _lines(language, (Sentence(Say.JOBS_INTRO), *rows))


def shortened(prompt: str) -> str:
    """A prompt on one line."""
    flat = " ".join(prompt.split())
    return flat if len(flat) <= PROMPT_SHOWN else f"{flat[: PROMPT_SHOWN - 1]}…"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the community that somebody asks in gives them."""

    most: int | None = None
    """What they may spend a day there; None is not limited."""
    used: int = 0
    pool: int | None = None
    """What the community itself can pay; None if it does not pay for its members."""


def credits_page(
    account: Account, lines: Sequence[LedgerRow], catalog: Catalog, language: str, allowance: Allowance | None = None
) -> str:
    """Balance, what is held, what the next clip costs, what may be spent, the latest movements."""
    sentences = [Sentence(Say.CREDITS, {"balance": account.wallet.balance})]
    if account.wallet.held:
        sentences.append(Sentence(Say.CREDITS_HELD, {"held": account.wallet.held}))
    if (cheapest := catalog.cheapest()) is not None:
        sentences.append(Sentence(Say.CREDITS_NEXT, {"price": cheapest}))
    if catalog.tariff.daily_credits:
        sentences.append(Sentence(Say.CREDITS_DAILY, {"amount": catalog.tariff.daily_credits}))
    sentences += _allowed(allowance or Allowance())
    sentences += [_receipt(line) for line in lines]
    return _lines(language, sentences)


def _allowed(allowance: Allowance) -> Iterator[Sentence]:
    if allowance.most is not None:
        left = max(0, allowance.most - allowance.used)
        yield Sentence(Say.CREDITS_LEFT_HERE, {"left": left, "most": allowance.most})
    if allowance.pool is not None:
        yield Sentence(Say.CREDITS_POOL_HERE, {"balance": allowance.pool})


def _receipt(line: LedgerRow) -> Sentence:
    names = {
        "grant": Say.RECEIPT_GRANT,
        "take": Say.RECEIPT_TAKE,
        "hold": Say.RECEIPT_HELD,
        "spend": Say.RECEIPT_SPENT,
        "release": Say.RECEIPT_RELEASED,
    }
    amount = abs(line.balance_change or line.held_change)
    return Sentence(names[line.kind], {"at": line.at, "amount": amount, "job": line.job, "why": line.reason})


def models(catalog: Catalog, allowed: frozenset[str] | None, language: str) -> str:
    """Every model with its formats and prices, and the camera moves."""
    rows = [
        Sentence(Say.MODEL_LINE, {"model": name, "formats": _formats(catalog, name, language)})
        for name in catalog.models(allowed)
    ]
    moves = {move for offer in catalog.offers for move in offer.camera_moves}
    if moves:
        known = ", ".join(move for move in CAMERA_MOVES if move in moves)
        rows.append(Sentence(Say.MOVES_LINE, {"moves": known}))
    return _lines(language, (Sentence(Say.MODELS_INTRO), *rows))


def _formats(catalog: Catalog, model: str, language: str) -> str:
    """Each size with its lengths and prices: the cheapest way to have each, for that is the one people get."""
    cheapest: dict[tuple[str, int], int] = {}
    for offer in _of(catalog, model):
        for shape in offer.formats:
            cell, price = (shape.resolution, shape.seconds), catalog.tariff.price(shape.price_usd)
            cheapest[cell] = min(price, cheapest.get(cell, price))
    sizes = dict.fromkeys(resolution for resolution, _ in cheapest)
    tags = (_tag(size, {s: p for (other, s), p in cheapest.items() if other == size}, language) for size in sizes)
    pictures = [
        say(Sentence(mark), language)
        for mode, mark in ((Mode.TEXT, Say.FROM_TEXT), (Mode.IMAGE, Say.FROM_PHOTO), (Mode.FIRST_LAST, Say.FROM_TWO))
        if any(shape.mode is mode for offer in _of(catalog, model) for shape in offer.formats)
    ]
    return f"{', '.join(tags)} ({', '.join(pictures)})"


def _tag(size: str, prices: Mapping[int, int], language: str) -> str:
    """`768P 6 s 28 credits, 10 s 56 credits`; many lengths are a range from the lowest to the highest price."""
    if len(prices) > LENGTHS_LISTED:
        least, most = min(prices.values()), max(prices.values())
        cost = say(Sentence(Say.PRICE_RANGE, {"least": least, "most": most}), language)
        return f"{size} {spans(prices)} s {cost}"
    costs = (f"{s} s {say(Sentence(Say.PRICE, {'price': price}), language)}" for s, price in sorted(prices.items()))
    return f"{size} {', '.join(costs)}"


def _of(catalog: Catalog, model: str) -> tuple[Offer, ...]:
    return tuple(offer for offer in catalog.offers if offer.model == model)


def compose(job: Job) -> str:
    """The text that makes the same video again, to be changed and sent; what is typed at its end is prompt."""
    request = job.request
    photo = f" photo={job.id}" if request.first_frame else ""
    spoiler = " spoiler=on" if request.spoiler else ""
    options = f"model={request.model} seconds={request.seconds} resolution={request.resolution}{photo}{spoiler}"
    return f"/video {options} {request.prompt}"


def export(account: Account, kept: Sequence[Job], lines: Sequence[LedgerRow]) -> bytes:
    """Everything we have about a person, as JSON."""
    document = {
        "user": str(account.user),
        "name": account.name,
        "language": account.language,
        "balance": account.wallet.balance,
        "held": account.wallet.held,
        "videos": [_exported(job) for job in kept],
        "ledger": [
            {
                "at": _moment(line.at),
                "kind": line.kind,
                "balance_change": line.balance_change,
                "held_change": line.held_change,
                "video": line.job,
                "reason": line.reason,
            }
            for line in lines
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False).encode()


def _exported(job: Job) -> dict[str, object]:
    return {
        "id": job.id,
        "created_at": _moment(job.created_at),
        "state": job.state.value,
        "prompt": job.request.prompt,
        "model": job.request.model,
        "seconds": job.request.seconds,
        "resolution": job.request.resolution,
        "photos": [name for name in (job.request.first_frame, job.request.last_frame) if name],
        "clip": job.clip.file if job.clip else None,
        "spoiler": job.request.spoiler,
        "price": job.price,
        "charge": job.charge.value,
    }


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
