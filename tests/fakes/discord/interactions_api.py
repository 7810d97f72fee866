"""Interactions over REST: the first answer, the response behind its token, and follow-ups."""

from aiohttp import web

from tests.fakes.discord import drafts
from tests.fakes.discord.asked import Answer, Asked, Deed
from tests.fakes.discord.bodies import Body
from tests.fakes.discord.calls import Call
from tests.fakes.discord.messages import Flag, Message
from tests.fakes.discord.refusals import Refusal
from tests.fakes.discord.shapes import message_shape
from tests.fakes.discord.world import World

FITTING = {
    Deed.COMMAND: {Answer.MESSAGE, Answer.THINKING, Answer.FORM},
    Deed.PRESS: {*Answer} - {Answer.CHOICES},
    Deed.TYPING: {Answer.CHOICES},
    Deed.FORM: {*Answer} - {Answer.CHOICES, Answer.FORM},
}
"""Which answers Discord takes to which deed: a form cannot open another form."""
MOST_FOLLOW_UPS = 5
"""For an app that only the person brought along."""


class InteractionsApi:
    """The interactions so far, and the calls around them. *answer_seconds* and *token_seconds* may be changed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.asked: dict[int, Asked] = {}
        self.answer_seconds = 3.0
        self.token_seconds = 900.0

    def calls(self):
        return {
            Call.CALLBACK: self.callback,
            Call.GET_ORIGINAL: self.get_original,
            Call.EDIT_ORIGINAL: self.edit_original,
            Call.DELETE_ORIGINAL: self.delete_original,
            Call.FOLLOW_UP: self.follow_up,
            Call.GET_FOLLOW_UP: self.get_follow_up,
            Call.EDIT_FOLLOW_UP: self.edit_follow_up,
            Call.DELETE_FOLLOW_UP: self.delete_follow_up,
        }

    def expire_tokens(self) -> None:
        """Every token given out so far is dead, as after fifteen minutes."""
        for asked in self.asked.values():
            asked.expired = True

    # ------------------------------------------------------------------------------------------- the first answer

    def callback(self, request: web.Request, body: Body):
        asked = self._open(request)
        answer, form = self._fitting(asked, body), (body.json or {}).get("data") or {}
        if answer in {Answer.MESSAGE, Answer.THINKING}:
            asked.original = self._respond(asked, answer, Body(form, body.files))
        elif answer is Answer.UPDATE:
            self._write(asked.source, asked, Body(form, body.files))
            asked.original = asked.source
        elif answer is Answer.SILENT:
            asked.original = asked.source
        elif answer is Answer.CHOICES:
            asked.choices = _checked_choices(form["choices"])
        else:
            asked.form = drafts.checked_form(form)
        asked.answer = answer
        asked.heard.set()
        return self._receipt(asked, request)

    def _open(self, request: web.Request) -> Asked:
        asked = self.asked.get(int(request.match_info["interaction_id"]))
        if asked is None or asked.token != request.match_info["interaction_token"]:
            raise Refusal.of(10062)
        if asked.answer is not None:
            raise Refusal.of(40060)
        if asked.expired or self._world.now() - asked.born > self.answer_seconds:
            raise Refusal.of(10062)
        return asked

    def _fitting(self, asked: Asked, body: Body) -> Answer:
        kind = (body.json or {}).get("type")
        if kind not in {*Answer} or Answer(kind) not in FITTING[asked.deed]:
            raise Refusal.of_form("type", f"not possible here: {kind}")
        if Answer(kind) in {Answer.UPDATE, Answer.SILENT} and asked.source is None:
            raise Refusal.of_form("type", "there is no message to update")
        return Answer(kind)

    def _respond(self, asked: Asked, answer: Answer, body: Body) -> Message:
        _reopen(asked)
        message = Message(self._world.new_id(), asked.channel, self._world.bot, asked=asked)
        alone = (body.json or {}).get("flags", 0) & Flag.EPHEMERAL
        if alone or asked.seen_by_asker_alone:
            message.ephemeral_for, message.flags = asked.user, Flag.EPHEMERAL
        if answer is Answer.THINKING:
            message.flags |= Flag.LOADING
        else:
            self._fill(message, asked, body)
        self._world.add_message(message)
        return message

    def _receipt(self, asked: Asked, request: web.Request):
        if request.query.get("with_response", "false").lower() not in {"1", "true"}:
            return None
        of = {"id": str(asked.id), "type": int(asked.deed), "channel_id": str(asked.channel.id)}
        of |= {"response_message_ephemeral": False, "response_message_loading": asked.answer is Answer.THINKING}
        if asked.answer in {Answer.CHOICES, Answer.FORM, Answer.SILENT} or asked.original is None:
            return {"interaction": of}
        message = asked.original
        of |= {"response_message_id": str(message.id), "response_message_ephemeral": message.ephemeral_for is not None}
        kind = Answer.UPDATE if asked.answer is Answer.UPDATE else Answer.MESSAGE
        return {"interaction": of, "resource": {"type": int(kind), "message": message_shape(message)}}

    # ------------------------------------------------------------------------------------------- behind the token

    def get_original(self, request: web.Request, _body: Body):
        return message_shape(self._original(request))

    def edit_original(self, request: web.Request, body: Body):
        message = self._original(request)
        return self._edit(message, self._by_token(request), body)

    def delete_original(self, request: web.Request, _body: Body) -> None:
        self._delete(self._original(request))

    def get_follow_up(self, request: web.Request, _body: Body):
        return message_shape(self._message(request))

    def edit_follow_up(self, request: web.Request, body: Body):
        return self._edit(self._message(request), self._by_token(request), body)

    def delete_follow_up(self, request: web.Request, _body: Body) -> None:
        self._delete(self._message(request))

    def follow_up(self, request: web.Request, body: Body):
        asked = self._by_token(request)
        if asked.channel.deleted:
            raise Refusal.of(10003)
        if asked.original is not None and asked.original.thinking and not asked.original.deleted:
            # After a deferral the first follow-up becomes the response, and its ephemeral flag means nothing.
            return self._edit(asked.original, asked, body)
        if asked.by_user_install and len(asked.follow_ups) >= MOST_FOLLOW_UPS:
            raise Refusal.of(40094)
        message = self._respond(asked, Answer.MESSAGE, body)
        asked.follow_ups.append(message)
        return message_shape(message)

    def _by_token(self, request: web.Request) -> Asked:
        if int(request.match_info["webhook_id"]) != self._world.application_id:
            raise Refusal.of(10015)
        token = request.match_info["webhook_token"]
        found = [asked for asked in self.asked.values() if asked.token == token]
        if not found or found[0].expired or self._world.now() - found[0].born > self.token_seconds:
            raise Refusal.of(50027)
        if found[0].answer is None:
            raise Refusal.of(10015)
        return found[0]

    def _original(self, request: web.Request) -> Message:
        asked = self._by_token(request)
        return self._there(asked, asked.original)

    def _message(self, request: web.Request) -> Message:
        asked = self._by_token(request)
        number = int(request.match_info["message_id"])
        own = [message for message in (asked.original, *asked.follow_ups) if message and message.id == number]
        return self._there(asked, own[0] if own else None)

    def _there(self, asked: Asked, message: Message | None) -> Message:
        if asked.channel.deleted:
            raise Refusal.of(10003)
        if message is None or message.deleted:
            raise Refusal.of(10008)
        return message

    def _edit(self, message: Message, asked: Asked, body: Body):
        if message.channel.archived:
            raise Refusal.of(50083, status=403)
        self._write(message, asked, body)
        return message_shape(message)

    def _write(self, message: Message, asked: Asked, body: Body) -> None:
        """The first words after "thinking…" notify like a new message; an edit never does."""
        first = message.thinking
        self._fill(message, asked, body, ping=first)
        if not first:
            message.edits += 1
            message.edited_at = self._world.now()
        self._world.announce("MESSAGE_UPDATE", message)

    def _fill(self, message: Message, asked: Asked, body: Body, *, ping: bool = True) -> None:
        def store(file):
            return self._world.store(file, asked.channel)

        drafts.apply(message, body, most_bytes=asked.most_bytes, store=store)
        if ping:
            allowed = (body.json or {}).get("allowed_mentions")
            message.pinged |= drafts.pinged(message, allowed, by_interaction=True)

    def _delete(self, message: Message) -> None:
        message.deleted = True
        self._world.announce("MESSAGE_DELETE", message)


def _reopen(asked: Asked) -> None:
    """Posting into a sleeping thread wakes it, unless it is locked."""
    if asked.channel.deleted:
        raise Refusal.of(10003)
    if asked.channel.archived:
        if asked.channel.locked:
            raise Refusal.of(50083, status=403)
        asked.channel.reopen()


def _checked_choices(choices):
    if len(choices) > 25:
        raise Refusal.of_form("choices", "Must be 25 or fewer in length.")
    for choice in choices:
        value = choice["value"]
        if not 1 <= len(choice["name"]) <= 100 or (isinstance(value, str) and not 1 <= len(value) <= 100):
            raise Refusal.of_form("choices", "Must be between 1 and 100 in length.")
    return choices
