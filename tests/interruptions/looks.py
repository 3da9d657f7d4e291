"""Every command that looks at a source besides the export, as far as this version has it."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from flows.cli import build_parser
from tests.centre import DEMO_ORG
from tests.interruptions.nursery import Nursery
from tests.interruptions.scene import FIRST, LAST, URL_ENV, Store

# In the order in which an engineer goes on; a scaffold is built from the dossier that was left.
DOSSIER = ("source", "dossier")
SCAFFOLD = ("source", "scaffold")
LOOKS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("source", "check"): ("centre",),
    DOSSIER: ("centre", "--out", "dossier"),
    SCAFFOLD: ("centre", "--from", "dossier/*.json", "--as", "drafted"),
    ("inspect",): ("centre", "--out", "inspection", "--day", LAST),
    ("pull",): ("--source", "centre", "--orgs", DEMO_ORG, "--from", FIRST, "--to", LAST),
}


def look(nursery: Nursery, store: Store, url: str) -> Iterator[tuple[str, int]]:
    """Run one command after the other; its name and its exit code when it has ended."""
    for names, arguments in LOOKS.items():
        if _understood(names) and (names != SCAFFOLD or _understood(DOSSIER)):
            given = [_left(store.folder, argument) for argument in arguments]
            yield " ".join(names), nursery.run(store.folder, [*names, *given], {URL_ENV: url})


def _understood(names: tuple[str, ...]) -> bool:
    parser: argparse.ArgumentParser = build_parser()
    for name in names:
        choices = next(one.choices for one in parser._actions if isinstance(one, argparse._SubParsersAction))
        if name not in choices:
            return False
        parser = choices[name]
    return True


def _left(folder: Path, argument: str) -> str:
    return str(next(folder.glob(argument))) if "*" in argument else argument
