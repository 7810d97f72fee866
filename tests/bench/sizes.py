"""How large and how long every benchmark is: the real sizes, and small ones that only show that it works."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Times are in seconds."""

    in_flight: int = 10_000
    ask_every: float = 20.0
    settling: float = 24.0
    """Until every job has asked once and what a start brings with it is over."""
    settling_learned: float = 64.0
    """The same with learned intervals, of which the longest is a minute."""
    watching: float = 45.0
    restarts: tuple[int, ...] = (10_000, 2_000)
    pairs: int = 4_000
    races: int = 10
    starts: int = 5
    asked: int = 4_000
    """Tasks whose schedule is looked at."""
    beside: int = 2_000
    """Jobs in flight while commands come in."""
    commands_for: float = 20.0
    commands_per_second: int = 50
    finished: int = 100_000
    """Jobs in the books while the console is looked at."""
    finished_most: int = 1_000_000
    """Jobs in the books while lives go by."""
    people: int = 100_000
    """Known then."""
    servers: int = 10_000
    """With limits of their own then."""
    lives: int = 60
    calls: int = 60
    """Callbacks, of as many jobs, while others are in flight."""
    taken_over: int = 60
    """Jobs of a host that dies."""
    deaths: int = 100
    """Of a bot that is killed while it works."""
    at_once: int = 20
    """Clips delivered, and orders with photos sent, at once."""
    large: int = 48_000_000
    """Bytes of each: nearly as many as Telegram takes."""
    photo_side: int = 2048
    """Pixels of each photo: as many as the bot ever sends."""
    looks: int = 9
    """At every page."""


REAL = Sizes()
QUICK = Sizes(
    in_flight=200,
    ask_every=10.0,
    settling=1.0,
    settling_learned=1.0,
    watching=2.0,
    restarts=(200, 50),
    pairs=200,
    races=2,
    starts=1,
    asked=300,
    beside=50,
    commands_for=2.0,
    finished=200,
    finished_most=200,
    people=300,
    servers=300,
    lives=3,
    calls=8,
    taken_over=20,
    deaths=4,
    at_once=4,
    large=1_000_000,
    photo_side=512,
    looks=1,
)
