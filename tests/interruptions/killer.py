"""Ends a command with SIGKILL, and all it started, at a moment that a seed has drawn."""

import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from exports.seal.signature import FILE, SIGNER
from tests.interruptions.nursery import Child, Nursery
from tests.interruptions.scene import EXPORT, STAGES, Store, package_files

PUBLICATION = "publication"
TICK = 0.001
SEED = 7
# Where a run spends its time and where it matters; `drift` without a prior year is over at once.
PLACES = ("raw", "std", "findings", "out", "validation", "rendered", "sealed", PUBLICATION)


@dataclass(frozen=True)
class Moment:
    """A moment of a run: so much of a stage's usual time after the stage began."""

    stage: str
    share: float

    def begun(self, store: Path) -> bool:
        """Whether the stage has begun."""
        return any(store.glob("deliver/.*" if self.stage == PUBLICATION else f"runs/*/.{self.stage}"))

    def over(self, store: Path) -> bool:
        """Whether the stage is whole: the package, or the stage's folder, has its name."""
        return any(store.glob("deliver/[!.]*" if self.stage == PUBLICATION else f"runs/*/{self.stage}"))


def moments(number: int) -> list[Moment]:
    """So many moments, the same every time, spread over all places."""
    drawn = random.Random(SEED)
    return [Moment(PLACES[place % len(PLACES)], round(drawn.random(), 3)) for place in range(number)]


def in_order(chosen: list[Moment]) -> list[Moment]:
    """Moments in the order in which one run comes to them."""
    order = (*STAGES, PUBLICATION)
    return sorted(chosen, key=lambda moment: (order.index(moment.stage), moment.share))


def strike(child: Child, moment: Moment, seconds: dict[str, float], then: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal to a command at a moment, at the latest when the stage is whole.

    Args:
        child: the command.
        moment: when.
        seconds: how long each stage takes.
        then: the signal.

    Raises:
        AssertionError: the command ended before that.
    """
    wait_until(child, lambda: moment.begun(child.folder) or moment.over(child.folder))
    until = time.monotonic() + moment.share * seconds[moment.stage]
    wait_until(child, lambda: time.monotonic() >= until or moment.over(child.folder))
    child.signal(then)


def wait_until(child: Child, come: Callable[[], bool]) -> None:
    """Wait for something that a running command does.

    Raises:
        AssertionError: it ended before.
    """
    while not come():
        assert not child.ended(TICK) or come(), f"it ended before the moment came: {child.said()}"


@dataclass(frozen=True)
class Scene:
    """A source, who runs commands on it, and what a run that nothing disturbed left.

    `signed` are the files of its package with their SHA-256, `seconds` how long each of its stages took, `keys` the
    folder of the key that signed it.
    """

    nursery: Nursery
    environment: dict[str, str]
    keys: Path
    signed: dict[str, str]
    seconds: dict[str, float]

    @property
    def unsigned(self) -> dict[str, str]:
        """The package of a store without a key: a signature adds two files and changes none."""
        return {name: digest for name, digest in self.signed.items() if not name.endswith((FILE, SIGNER))}

    def start(self, store: Store, *arguments: str) -> Child:
        """Start a command in a store."""
        return self.nursery.start(store.folder, arguments, self.environment)

    def resume(self, store: Store) -> int:
        """Resume the run of a store and let it end; its exit code."""
        return self.start(store, "resume", store.run.id).wait()

    def kills(self, store: Store, at: list[Moment]) -> Iterator[Moment]:
        """Kill an export at the first moment, and the run when it is resumed at each of the others.

        Each moment is given when it is past, so that the caller can look at what the kill left.
        """
        for number, moment in enumerate(at):
            child = self.start(store, "resume", store.run.id) if number else self.start(store, *EXPORT)
            strike(child, moment, self.seconds)
            assert child.wait() == -signal.SIGKILL, child.said()
            yield moment


def undisturbed(nursery: Nursery, store: Store, environment: dict[str, str]) -> Scene:
    """Export the source that the environment names in a store with a key, and see what that gives."""
    child = nursery.start(store.folder, EXPORT, environment)
    publication = Moment(PUBLICATION, 0)
    wait_until(child, lambda: publication.begun(store.folder))
    began = time.monotonic()
    wait_until(child, lambda: publication.over(store.folder))
    seconds = {PUBLICATION: time.monotonic() - began}
    assert child.wait() == 0, child.said()
    seconds |= {note["stage"]: note["seconds"] for note in store.ledger() if "stage" in note}
    return Scene(nursery, environment, store.folder / "keys", package_files(store), seconds)
