"""The contract of `Store` and `Messages`: each database passes it, given fixtures `store` and `scene`."""

from tests.contracts.store_admission import AdmissionContract
from tests.contracts.store_jobs import AskingContract, CarryingContract, OpeningContract, OutsideContract
from tests.contracts.store_keeping import ForgettingContract, MessagesContract, UpkeepContract
from tests.contracts.store_limits import LimitsContract
from tests.contracts.store_money import MoneyContract


class StoreContract(
    MoneyContract,
    LimitsContract,
    OpeningContract,
    AskingContract,
    CarryingContract,
    OutsideContract,
    AdmissionContract,
    ForgettingContract,
    UpkeepContract,
    MessagesContract,
):
    """All of it; a test file subclasses it for each database."""
