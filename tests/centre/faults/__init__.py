"""Named ways in which a hospital's data is wrong, one switch each, sorted by what they break."""

from tests.centre.faults import codes as codes
from tests.centre.faults import dates as dates
from tests.centre.faults import money as money
from tests.centre.faults import persons as persons
from tests.centre.faults import quarantine as quarantine
from tests.centre.faults import references as references
from tests.centre.faults import refunds as refunds
from tests.centre.faults import stock as stock
from tests.centre.faults import supply as supply
from tests.centre.faults import texts as texts
from tests.centre.faults import traps as traps
from tests.centre.faults import unreadable as unreadable
from tests.centre.faults.registry import FAULTS, Broken, Fault, Tables, break_tables

__all__ = ["FAULTS", "Broken", "Fault", "Tables", "break_tables"]
