"""Named faults of the county, one file per system."""

from importlib import import_module
from pathlib import Path

from tests.county.faults.registry import FAULTS as FAULTS
from tests.county.faults.registry import Fault as Fault

for _path in sorted(Path(__file__).parent.glob("*.py")):
    if _path.stem not in ("__init__", "registry"):
        import_module(f"tests.county.faults.{_path.stem}")
