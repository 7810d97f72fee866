"""What is blocked where: words and patterns in prompts, people, servers; and what else abuse leaves behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.core.model import CommunityId, JobId, UserId


class BlockKind(StrEnum):
    """What is blocked."""

    WORD = "word"
    """A word or several, found as whole words whatever their case."""
    PATTERN = "pattern"
    """A regular expression that a prompt may not fit anywhere."""
    PERSON = "person"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Ban:
    """One entry of a block list; the same one stands there once."""

    scope: CommunityId
    """Where it holds: a community, or `EVERYWHERE`."""
    kind: BlockKind
    what: str
    """The words, the pattern, or the `platform:id` of the person or server."""


@dataclass(frozen=True, slots=True)
class Block:
    """An entry as it stands in the list."""

    ban: Ban
    actor: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody says that a clip should not be."""

    job: JobId
    reporter: UserId
    community: CommunityId | None
    reason: str


class Blocks(Protocol):
    """What is blocked, refused and reported. Every method is one transaction and may raise `StoreTrouble`.

    Who lifted a block, when and why, is kept as well as who set it. `/forget` lifts nothing.
    """

    async def block(self, ban: Ban, actor: str, reason: str) -> bool:
        """Put an entry into the list; False if it stands there already."""
        ...

    async def unblock(self, ban: Ban, actor: str, reason: str = "") -> bool:
        """Take an entry out of the list; False if it is not there."""
        ...

    async def blocks(self, scope: CommunityId | None) -> list[Block]:
        """What stands in the list of *scope*, in the order it came there; None is every list, one after the other."""
        ...

    async def rejections(self, user: UserId, since: datetime) -> Sequence[datetime]:
        """When services refused wishes of a person because of their content, at *since* or later, oldest first."""
        ...

    async def report(self, report: Report) -> bool:
        """Keep a report; False if this person has reported this job before."""
        ...

    async def reports_of(self, job: JobId, community: CommunityId) -> int:
        """How many people have reported a job as one that this community can see."""
        ...

    async def reports_since(self, reporter: UserId, since: datetime) -> int:
        """How many jobs a person has reported at *since* or later."""
        ...
