"""The contract of `Store` and `Messages`: each database passes it, given fixtures `store` and `scene`."""

from tests.contracts.store_abuse import BlocksContract, RejectionsContract, ReportsContract
from tests.contracts.store_admission import AdmissionContract
from tests.contracts.store_chats import InboxContract, MemoryContract, RelocatingContract
from tests.contracts.store_jobs import AskingContract, CarryingContract, OpeningContract, OutsideContract
from tests.contracts.store_keeping import ForgettingContract, MessagesContract, UpkeepContract
from tests.contracts.store_limits import LimitsContract
from tests.contracts.store_money import MoneyContract
from tests.contracts.store_pausing import PausingContract
from tests.contracts.store_providers import (
    AdoptingContract,
    BillContract,
    CallsContract,
    HealthContract,
    ListPriceContract,
)


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
    HealthContract,
    PausingContract,
    ListPriceContract,
    BillContract,
    CallsContract,
    AdoptingContract,
    InboxContract,
    MemoryContract,
    RelocatingContract,
    BlocksContract,
    RejectionsContract,
    ReportsContract,
):
    """All of it; a test file subclasses it for each database."""
