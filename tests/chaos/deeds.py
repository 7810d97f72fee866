"""What the people of a fire did: enough to say afterwards what may have come of it."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tests.chaos.records import JobRow
from tests.story.api_house import SERVER_MODEL

T = TypeVar("T")
MODELS = ("hailuo-2.3", "hailuo-02", "video-01", "director", "h3", SERVER_MODEL)
OPENING = ("Again", "Make it")
"""What is written on buttons that open a job; a yes to a price only goes on with one."""
JOB_IN_TEXT = re.compile(r"· ([a-z0-9]{10})\b")


def unsheltered(ones: Sequence[T]) -> list[T]:
    """Two of three of these: the bot is never shut out of the others, so that nothing there is excused."""
    return [one for number, one in enumerate(ones) if number % 3]


@dataclass
class Deeds:
    """Written by everybody who does something."""

    luck: random.Random
    done: Counter[str] = field(default_factory=Counter)
    """How often what was done."""
    openings: Counter[str] = field(default_factory=Counter)
    """By person: messages and clicks that may each have opened a job."""
    wished: dict[str, str] = field(default_factory=dict)
    """Whose wish it is, by its words."""
    accepted: dict[str, str] = field(default_factory=dict)
    """Jobs that people were told of as accepted, with the wish."""
    asked_again: Counter[str] = field(default_factory=Counter)
    deleted: set[str] = field(default_factory=set)
    hurt: set[str] = field(default_factory=set)
    """Places in which the bot was silenced, or from which it was thrown, at any time."""

    def wish(self, person: str) -> str:
        """Words for a new wish that nobody else has."""
        words = f"wish-{len(self.wished) + 1:06d}"
        self.wished[words] = person
        self.opens(person)
        return words

    def opens(self, person: str) -> None:
        """Somebody does what may open a job."""
        self.openings[person] += 1

    def presses(self, person: str, label: str, text: str) -> None:
        """Somebody presses a button under a message with this text."""
        self.done[f"press {label.lower()}"] += 1
        found = JOB_IN_TEXT.search(text)
        if label in OPENING:
            self.opens(person)
        elif label == "Delete" and found:
            self.deleted.add(found[1])
        elif label == "Send it again" and found:
            self.asked_again[found[1]] += 1

    def model(self) -> str:
        return self.luck.choice(MODELS)

    def any_command(self) -> str:
        """Something that costs nothing."""
        return self.luck.choice(["credits", "jobs", "models", "help"])

    def openings_by_user(self, jobs: Iterable[JobRow]) -> dict[str, int]:
        """By user of the bot, for those who have a job: what may have opened one.

        Only a chat's own people have the bot's names for them; who a browser is, its wishes tell.
        """
        users = {job.user: job.user.partition(":")[2] for job in jobs}
        users |= {job.user: self.wished[job.wish] for job in jobs if job.user.startswith("web:") and job.wish}
        return {user: self.openings[person] for user, person in users.items()}
