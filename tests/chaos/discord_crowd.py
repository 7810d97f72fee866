"""People on Discord, who ask, press, repeat themselves, rule their servers, and shut the bot out."""

import asyncio
import math

from tests.chaos.deeds import JOB_IN_TEXT, Deeds, unsheltered
from tests.fakes.discord.asked import Asked
from tests.fakes.discord.messages import Picture
from tests.fakes.discord.offers import NotOffered
from tests.fakes.discord.people import Person
from tests.fakes.discord.rights import May
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Guild, Kind
from tests.story.api_house import MODELS_OF_TWO_PICTURES, photo

PEOPLE, GUILDS, CHANNELS = 14, 3, 3
FORM = "Edit prompt"
"""What is written on the button that opens one."""


class DiscordCrowd:
    """Fourteen people in three servers with three channels and a thread each."""

    name = "discord"

    def __init__(self, discord: FakeDiscord, deeds: Deeds):
        self._discord = discord
        self._deeds = deeds
        self._luck = deeds.luck
        self.guilds = [self._server(number) for number in range(GUILDS)]
        self.people = [discord.person(f"D{number}", *self.guilds) for number in range(PEOPLE)]
        self.owners = [discord.person(f"owner {n}", guild) for n, guild in enumerate(self.guilds)]
        for guild, owner in zip(self.guilds, self.owners, strict=True):
            guild.owner = owner.user
            for number in range(CHANNELS):
                guild.channel(f"films {number}").thread(f"more films {number}")
        self._photo = photo()
        self._reopenings = []
        self._token_deaths: list[float] = []
        """When the weather made all tokens die, in the world's seconds."""
        self._peace_at = math.inf
        self._note_token_deaths()
        self._forms: list[tuple[Person, Asked]] = []
        """Whoever asked for a form, whether it has opened yet or not."""
        self.sent: dict[str, Asked] = {}
        """Wishes by their words."""

    def _server(self, number: int) -> Guild:
        """One whose events come by this connection, if there are several."""
        shards = self._discord.gateway.shards
        return self._discord.guild(f"guild {number}", shard=(number % shards, shards))

    def _note_token_deaths(self) -> None:
        kill = self._discord.interactions.expire_tokens

        def killed() -> None:
            self._token_deaths.append(self._discord.world.now())
            kill()

        self._discord.interactions.expire_tokens = killed

    def had_time(self, asked: Asked) -> bool:
        """Whether its token lived as long as Discord promises, at the speed of the fire."""
        dies = asked.born + self._discord.interactions.token_seconds
        return dies < self._peace_at and not any(asked.born <= death < dies for death in self._token_deaths)

    async def act(self) -> None:
        """One person does something."""
        person = self._luck.choice(self.people)
        guild = self._luck.choice(self.guilds)
        if self._luck.random() < 0.2:
            person.goes_to_dm()
        else:
            person.goes_to(self._luck.choice([channel for channel in guild.channels if not channel.archived]))
        deeds = {
            self._wish: 50, self._show: 8, self._press: 28, self._speak: 12, self._rule: 3, self._animate: 2,
            self._fill_in: 6,
        }  # fmt: skip
        await asyncio.sleep(0)
        try:
            self._luck.choices(list(deeds), list(deeds.values()))[0](person)
        except NotOffered:
            self._deeds.done["not offered"] += 1

    def _sent(self, asked) -> None:
        if self._luck.random() < 0.05:
            self._deeds.done["interaction again"] += 1
            self._discord.gateway.dispatch_again(asked)

    def _wish(self, person) -> None:
        words = self._deeds.wish(str(person.user.id))
        self._deeds.done["wish"] += 1
        self._wished(words, person.slash("video", prompt=words, model=self._deeds.model()))

    def _show(self, person) -> None:
        words = self._deeds.wish(str(person.user.id))
        self._deeds.done["wish with a photo"] += 1
        image = Picture("cat.jpg", self._photo, width=640, height=400)
        model, shown = self._luck.choice(["live", self._deeds.model()]), {"image": image}
        if self._luck.random() < 0.25:
            model, shown = self._luck.choice(MODELS_OF_TWO_PICTURES), shown | {"last_image": image}
        self._wished(words, person.slash("video", prompt=words, model=model, **shown))

    def _wished(self, words: str, asked: Asked) -> None:
        self.sent[words] = asked
        self._sent(asked)

    def _press(self, person) -> None:
        messages = [m for m in person.seen()[-30:] if m.labels and m.author.is_bot]
        if not messages:
            return
        message = self._luck.choice(messages)
        label = self._luck.choice(message.labels)
        self._deeds.presses(str(person.user.id), label, message.text)
        asked = person.press(message, label)
        if label == FORM:
            self._forms.append((person, asked))
        self._sent(asked)

    def _animate(self, person) -> None:
        """Choose the app's command in the menu of a picture that somebody posted."""
        message = person.here.say(person.user, "look", pictures=(Picture("cat.jpg", self._photo, width=64, height=40),))
        self._deeds.done["animate an image"] += 1
        self._forms.append((person, person.context_menu("Animate this image", message)))

    def _fill_in(self, _person) -> None:
        """Send a form that has opened; some are sent late, and those of a place that is gone never."""
        opened = [one for one in self._forms if one[1].form is not None and not one[1].channel.deleted]
        if not opened:
            return
        person, asked = self._luck.choice(opened)
        self._forms.remove((person, asked))
        words = self._deeds.wish(str(person.user.id))
        self._deeds.done["fill in a form"] += 1
        self._wished(words, person.submit_modal(asked, prompt=words))

    def _speak(self, person) -> None:
        found = [match[1] for m in person.seen()[-40:] if (match := JOB_IN_TEXT.search(m.text))]
        words = self._luck.choice(["again", "cancel", "job", "job", self._deeds.any_command()])
        self._deeds.done[f"/{words}"] += 1
        options = {}
        if words == "again":
            self._deeds.opens(str(person.user.id))
        elif words == "job" and found:
            options = {"id": self._luck.choice(found)}
            self._deeds.asked_again[options["id"]] += 1
        self._sent(person.slash(words, **options))

    def _rule(self, _person) -> None:
        number = self._luck.randrange(GUILDS)
        owner = self.owners[number].goes_to(self.guilds[number].channels[0])
        limit, value = self._luck.choice([
            ("member_running", "off"), ("member_running", "5"), ("per_video", "200"), ("per_video", "off"),
        ])  # fmt: skip
        self._deeds.done["/limits"] += 1
        self._sent(owner.slash("limits set", limit=limit, value=value))

    # ------------------------------------------------------------------------------------------- shutting out

    def shut_out(self) -> str:
        """Make a place unusable, or one that was usable again; returns what was done."""
        if self._reopenings and self._luck.random() < 0.6:
            self._reopenings.pop(0)()
            return "a channel opened again"
        guild = self._luck.choice(unsheltered(self.guilds))
        channel = self._luck.choice([channel for channel in guild.channels if channel.kind is Kind.TEXT])
        way = self._luck.choice([self._mute, self._archive, self._delete, self._throw_out, self._refuse_dms])
        return way(guild, channel)

    def _hurt(self, channel) -> None:
        self._deeds.hurt.add(f"discord:{channel.id}")
        for other in self._discord.world.channels.values():
            if other.parent is channel:
                self._deeds.hurt.add(f"discord:{other.id}")

    def _mute(self, guild, channel) -> str:
        role = guild.bot_role
        if role is None:
            return "spared"
        self._hurt(channel)
        channel.overwrite(role, take=May.SEND_MESSAGES | May.SEND_MESSAGES_IN_THREADS | May.ATTACH_FILES)
        self._reopenings.append(lambda: channel.overwrite(role))
        return "bot muted in a channel"

    def _archive(self, guild, _channel) -> str:
        threads = [one for one in guild.channels if one.is_thread and not one.archived]
        if not threads:
            return "nothing to archive"
        thread = self._luck.choice(threads)
        self._hurt(thread)
        thread.archive(locked=self._luck.random() < 0.5)
        self._reopenings.append(thread.reopen)
        return "thread archived"

    def _delete(self, guild, channel) -> str:
        if sum(one.kind is Kind.TEXT for one in guild.channels) < CHANNELS:
            return "no channel to spare"
        self._hurt(channel)
        channel.delete()
        guild.channel("films anew").thread("more films anew")
        return "channel deleted"

    def _throw_out(self, guild, _channel) -> str:
        if guild.bot_role is None or self._luck.random() < 0.7:
            return "spared"
        for channel in guild.channels:
            self._hurt(channel)
        guild.throw_out()
        self._reopenings.append(guild.install)
        return "bot thrown out"

    def _refuse_dms(self, _guild, _channel) -> str:
        person = self._luck.choice(unsheltered(self.people)).user
        self._hurt(self._discord.world.dm(person))
        person.takes_dms = False
        self._reopenings.append(lambda: setattr(person, "takes_dms", True))
        return "no messages from the bot"

    def make_peace(self) -> None:
        """Every place that is left is usable again."""
        self._peace_at = self._discord.world.now()
        while self._reopenings:
            self._reopenings.pop()()
