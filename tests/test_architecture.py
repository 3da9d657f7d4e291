"""The rules of the house that a machine can hold us to."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("flows", "schemas", "exports")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
MAY_IMPORT = {
    "flows": {"flows", "exports", "schemas", "tests"},
    "exports": {"exports", "schemas"},
    "schemas": {"schemas"},
}
OURS = {"flows", "exports", "schemas", "tests"}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_go_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    tops = {name.split(".")[0] for name in imported(path)} & OURS
    assert tops <= MAY_IMPORT[package]


def test_only_demo_and_sample_reach_for_the_synthetic_centre() -> None:
    reaching = [path.name for path in SOURCES if any(name.startswith("tests") for name in imported(path))]
    assert reaching == ["commands.py", "county_commands.py"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 45, node.name


def test_there_is_no_room_called_utils() -> None:
    assert not [path for path in SOURCES if path.stem in {"utils", "helpers", "common", "misc"}]


def test_the_help_of_the_command_answers_without_heavy_imports() -> None:
    reached = imported(ROOT / "flows" / "cli.py")
    assert not reached & {"pandas", "duckdb", "pandera", "prefect", "pyarrow"}
