"""Where a wish was made and where its message is, as this adapter writes it into `Place` and handles."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.core.model import Place
from bot.core.ports import PlaceGone

NAME = "discord"


class Spot(BaseModel):
    """Where a wish was made; ids are Discord's snowflakes."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    asker: int
    channel: int
    """The channel, thread, post or private chat itself."""
    parent: int | None = None
    """Where to post when a public thread is shut. A private one has none: what is said in it is not for everybody."""
    named: int | None = None
    """The channel as limits name it: a thread counts as its channel."""
    guild: int | None = None
    nsfw: bool = False
    """Whether that channel is for adults alone, as Discord's flag says; a thread is what its channel is."""
    posts: bool = False
    """Whether the bot itself is there; if not, only the interaction's token can write."""
    interaction: int
    """Names the token that may still edit the response."""
    message: int | None = None
    """Our response to the interaction, which became the note."""

    def answers(self, message: int) -> bool:
        """Whether that message is our response to the interaction, as far as we know."""
        return self.message in {None, message}

    def place(self) -> Place:
        """This spot as the core keeps it."""
        ages = self.nsfw if self.guild is not None else None
        return Place(NAME, self.model_dump_json(exclude_defaults=True), str(self.named or ""), ages)


def spot_of(place: Place) -> Spot:
    """Read a place back.

    Raises:
        PlaceGone: It was not written by this adapter.
    """
    try:
        return Spot.model_validate_json(place.address)
    except ValidationError as error:
        raise PlaceGone("not a place on Discord") from error


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message of ours."""

    channel: int
    message: int

    def handle(self) -> str:
        return f"{self.channel}/{self.message}"


def spoken_of(handle: str | None) -> Spoken | None:
    """Read a handle back; None if there is none."""
    channel, _, message = (handle or "").partition("/")
    return Spoken(int(channel), int(message)) if channel.isdigit() and message.isdigit() else None
