"""The Prefect flow orders the same stages and gives the same bytes, without a server of anybody's."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.house import FIRST, LAST, Exported

ROOT = Path(__file__).resolve().parents[2]


def processes() -> set[str]:
    """Command lines of all processes that have to do with Prefect's server."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_text().replace("\0", " ")
        except OSError:
            continue
        if "prefect" in line and "uvicorn" in line:
            found.add(f"{path.parent.name} {line}")
    return found


def test_the_flow_runs_offline_gives_the_same_bytes_and_leaves_no_process(clean: Exported, tmp_path: Path) -> None:
    toml = f'[sources.centre]\nadapter = "sample"\nurl = "{clean.job.source.location()}"\n'
    (tmp_path / "feijian.toml").write_text(toml, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PYTHONPATH": str(ROOT),
        "https_proxy": "http://127.0.0.1:1",
    }
    before = processes()
    command = ["-m", "flows.cli", "export", "--source", "centre", "--org", clean.job.org, "--from", FIRST, "--to", LAST]
    done = subprocess.run(
        [sys.executable, *command, "--prefect", "--json"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    package = tmp_path / json.loads(done.stdout)["package"]
    files = {path.name: path.read_bytes() for path in (package / "deliver" / "data").iterdir()}
    assert files == clean.data()
    assert (package / "deliver" / "datapackage.json").read_bytes() == (clean.deliver / "datapackage.json").read_bytes()
    assert processes() == before


def test_the_command_does_not_touch_prefect_by_itself(clean: Exported) -> None:
    code = "import sys, flows.export, flows.commands, flows.cli; print('prefect' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_deployment_names_a_flow_that_exists() -> None:
    text = (ROOT / "prefect.yaml").read_text(encoding="utf-8")
    assert "entrypoint: flows/annual_export.py:annual_export" in text
    assert "def annual_export(" in (ROOT / "flows" / "annual_export.py").read_text(encoding="utf-8")
