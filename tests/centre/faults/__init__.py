"""Named ways in which a hospital's data is wrong, one switch each, sorted by what they break."""

from tests.centre.faults import first as first
from tests.centre.faults import quarantine as quarantine
from tests.centre.faults.registry import FAULTS, Broken, Fault, Tables, break_tables

__all__ = ["FAULTS", "Broken", "Fault", "Tables", "break_tables"]
