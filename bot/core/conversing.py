"""One message together with whoever sent it, and the sentence that ends its walk early."""

from dataclasses import dataclass

from bot.core.model import Account, Incoming, Reply, UserId
from bot.core.texts import Say, Sentence, say


class Answered(Exception):
    """The command ends here, with this sentence."""

    def __init__(self, name: Say, **values: object) -> None:
        super().__init__(name)
        self.sentence = Sentence(name, values)


@dataclass(frozen=True, slots=True)
class Asking:
    """One incoming message together with the account of whoever sent it."""

    incoming: Incoming
    account: Account

    @property
    def user(self) -> UserId:
        return self.account.user

    @property
    def language(self) -> str:
        return self.account.language

    def reply(self, name: Say, **values: object) -> Reply:
        return Reply(text=say(Sentence(name, values), self.language))
