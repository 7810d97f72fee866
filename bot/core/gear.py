"""What the parts of a life work with: the world outside, and the verbs that they share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.admission import Admission
from bot.core.alerts import Alerts
from bot.core.asking import Asker
from bot.core.bells import Bells
from bot.core.breaker import Breaker
from bot.core.bulletins import Bulletins
from bot.core.estimate import Estimate, Estimates
from bot.core.gate import Gate
from bot.core.lease import Lease
from bot.core.model import Job, UserId
from bot.core.moves import Moves
from bot.core.ordering import Addresses
from bot.core.ports import Clock, Files, Media, Platform
from bot.core.store import Store
from bot.core.telling import Teller
from providers.contract import Provider


@dataclass(frozen=True, slots=True)
class World:
    """Everything a life touches outside itself."""

    store: Store
    providers: Mapping[str, Provider]
    platforms: Mapping[str, Platform]
    files: Files
    media: Media
    clock: Clock
    addresses: Addresses
    lease: Lease | None = field(default_factory=Lease)
    """None where no other process carries jobs of this database."""


@dataclass(frozen=True, slots=True)
class Gear:
    """The shared verbs, and the world they act on."""

    world: World
    admission: Admission
    breaker: Breaker
    asker: Asker
    moves: Moves
    teller: Teller
    estimates: Estimates
    gate: Gate
    bulletins: Bulletins

    def provider(self, job: Job) -> Provider | None:
        """Who makes the job; None if that provider is no longer configured."""
        return self.world.providers.get(job.provider)

    async def estimate(self, job: Job) -> Estimate:
        """How long the job's offer usually takes."""
        provider = self.provider(job)
        return await self.estimates.of(job.offer, least=provider.pace.ask_seconds_least if provider else 10.0)

    def elapsed(self, job: Job) -> float:
        """Seconds since the job was submitted."""
        since = job.submitted_at or job.changed_at
        return (self.world.clock.now() - since).total_seconds()


def make_gear(
    *, world: World, bells: Bells, operators: Sequence[UserId] = (), speaks: Callable[[], bool] = lambda: True
) -> Gear:
    """Put the shared verbs together.

    Args:
        world: What they act on.
        bells: Wake the carriers.
        operators: Who is told what only an operator can mend.
        speaks: Whether it is this process that tells them, and not another one.
    """
    store, clock = world.store, world.clock
    alerts = Alerts(platforms=world.platforms, operators=operators)
    breaker = Breaker(store=store, clock=clock, alerts=alerts, speaks=speaks)
    paces = {name: provider.pace for name, provider in world.providers.items()}
    admission = Admission(store=store, paces=paces, breaker=breaker, bells=bells, clock=clock)
    asker = Asker(providers=world.providers, store=store, files=world.files, addresses=world.addresses, breaker=breaker)
    moves = Moves(store=store, admission=admission, bells=bells, clock=clock, lease=world.lease)
    teller = Teller(platforms=world.platforms, moves=moves, clock=clock)
    gate, bulletins = Gate(store=store, clock=clock), Bulletins(alerts=alerts, clock=clock)
    return Gear(world, admission, breaker, asker, moves, teller, Estimates(store=store), gate, bulletins)
