"""What a button carries: an action, a job and its owner in 64 bytes, signed so that nobody can make one up."""

from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.core.model import Button, ButtonAction, JobId
from bot.core.ports import Clock
from bot.core.signing import BadSignature, Signer

MOST_BYTES = 64
"""Of a button (Bot API, InlineKeyboardButton)."""
BUTTONS_IN_A_ROW = 3
_PURPOSE = "telegram button"
_LETTERS = {
    ButtonAction.CANCEL: "c",
    ButtonAction.AGAIN: "a",
    ButtonAction.EDIT: "e",
    ButtonAction.DELETE: "d",
    ButtonAction.YES: "y",
    ButtonAction.NO: "n",
    ButtonAction.JOB: "j",
    ButtonAction.REPORT: "r",
}
_ACTIONS = {letter: action for action, letter in _LETTERS.items()}
_JOB_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Press:
    """What a button asks for, and whose it is."""

    action: ButtonAction
    job: JobId
    owner: int


class Buttons:
    """Draws buttons and reads them back, after any restart.

    Args:
        signer: Signs with a secret that outlives the process.
        clock: Buttons never expire, but signatures are opened at some moment.
    """

    def __init__(self, *, signer: Signer, clock: Clock) -> None:
        self._signer = signer
        self._clock = clock

    def keyboard(self, buttons: tuple[Button, ...], owner: int) -> InlineKeyboardMarkup | None:
        """The buttons under a message; None if there are none."""
        drawn = [InlineKeyboardButton(button.label, callback_data=self.written(button, owner)) for button in buttons]
        rows = [drawn[start : start + BUTTONS_IN_A_ROW] for start in range(0, len(drawn), BUTTONS_IN_A_ROW)]
        return InlineKeyboardMarkup(rows) if rows else None

    def written(self, button: Button, owner: int) -> str:
        return self._signer.sign(_PURPOSE, f"{_LETTERS[button.action]}{button.job}{owner:x}", None)

    def read(self, text: str) -> Press | None:
        """What a button says; None if we did not make it."""
        try:
            said = self._signer.open(_PURPOSE, text, self._clock.now())
        except BadSignature:
            return None
        job, owner = said[1 : 1 + _JOB_LENGTH], said[1 + _JOB_LENGTH :]
        return Press(_ACTIONS[said[0]], JobId(job), int(owner, 16))
