"""The synthetic township health centre: a hospital system of its own, deterministic by seed, any size.

It serves tests, demo, tutorial and benchmark. Nobody in it exists.
"""

from tests.centre.centre import generate
from tests.centre.faults import FAULTS, Fault
from tests.centre.organisation import org_code
from tests.centre.settings import CentreSettings
from tests.centre.write import write

DEMO_ORG = org_code(0)

__all__ = ["DEMO_ORG", "FAULTS", "CentreSettings", "Fault", "generate", "write"]
