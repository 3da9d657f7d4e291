"""Two harmless tables may name somebody together: what goes outside is held against what went outside before.

If one question lies inside another (a village in its township, January to March in January to June), the difference of
their counts is a count of its own; when it is small the later answer is refused. Both are kept as counts in a file
beside the access log, by account; nothing of a person stands there.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from exports.disclosure.suppression import THRESHOLD
from schemas.errors import DisclosureError

WHOLE_TIME = "0001-01-01"


@dataclass(frozen=True)
class Released:
    """Counts that went outside: for which card, organisations, days (ISO, first and last excluded) and other filters.

    `counts` is row and column -> true count. A question about a moment has the days from the beginning of time.
    """

    account: str
    card: str
    orgs: tuple[str, ...]
    first: str
    until: str
    filters: dict[str, str]
    counts: dict[str, int]

    def nested(self, other: "Released") -> bool:
        """Whether one of the two questions lies inside the other, so that the difference is a count of something.

        Filters that differ are taken to be nested: 65 years and older lies in 60 and older.
        """
        own, theirs = set(self.orgs), set(other.orgs)
        places = own <= theirs or theirs <= own
        inside = self.first >= other.first and self.until <= other.until
        around = self.first <= other.first and self.until >= other.until
        return places and (inside or around)


def require_apart(sidecar: Path, answer: Released, threshold: int = THRESHOLD) -> None:
    """Refuse an answer that, taken from an earlier one, leaves a small count.

    Args:
        sidecar: the file of earlier answers.
        answer: what is about to go outside.
        threshold: the smallest difference that may be seen, besides none.

    Raises:
        DisclosureError: it does; the sentence does not say by how much.
    """
    for earlier in released(sidecar, answer):
        for key in sorted(set(answer.counts) & set(earlier.counts)):
            if 0 < abs(answer.counts[key] - earlier.counts[key]) < threshold:
                raise DisclosureError(
                    f"这次的数与以前对外提供的同类数据（{earlier.until} 之前、{len(earlier.orgs)} 个机构）相差太小，"
                    "两者相减会暴露个人，因此不对外提供；请改用相隔更久的期间或更大的范围。"
                )


def released(sidecar: Path, answer: Released) -> Iterable[Released]:
    """Earlier answers of the account to the same card that lie inside the new one or around it."""
    for record in _records(sidecar):
        earlier = Released(**{**record, "orgs": tuple(record["orgs"])})
        if (earlier.account, earlier.card) == (answer.account, answer.card) and earlier.nested(answer):
            yield earlier


def remember(sidecar: Path, answer: Released) -> None:
    """Keep an answer that went outside, durably."""
    sidecar.parent.mkdir(parents=True, exist_ok=True)
    with sidecar.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(answer), ensure_ascii=False, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _records(sidecar: Path) -> list[dict[str, Any]]:
    if not sidecar.is_file():
        return []
    lines = sidecar.read_text(encoding="utf-8").splitlines()
    try:
        return [json.loads(line) for line in lines if line]
    except ValueError:
        raise DisclosureError(f"{sidecar} 读不出，无法与以前对外的数据比较，因此不对外提供。") from None
