"""What a centre to be generated looks like."""

from dataclasses import dataclass, field
from datetime import date

from tests.centre.draw import Draw

LINES_PER_VISIT = 5.475


@dataclass(frozen=True)
class CentreSettings:
    """Settings of a generated hospital database.

    Args:
        orgs: how many institutions share the database.
        visits: outpatient visits of each institution in the whole window.
        date_from: the first day.
        date_to: the last day, included.
        seed: same seed and settings, same tables.
        faults: names from `tests.centre.faults.FAULTS` to break the tables with.
    """

    orgs: int = 1
    visits: int = 2000
    date_from: date = date(2024, 1, 1)
    date_to: date = date(2024, 12, 31)
    seed: int = 650402
    faults: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse settings that describe no centre."""
        if self.orgs < 1 or self.visits < 1 or self.date_to < self.date_from:
            raise ValueError("orgs and visits must be positive and the window not empty")

    @classmethod
    def for_lines(cls, lines: int, seed: int = 650402) -> "CentreSettings":
        """One centre over 2024 with about `lines` fee lines (outpatient and inpatient together)."""
        return cls(visits=max(1, round(lines / LINES_PER_VISIT)), seed=seed)

    @property
    def first_day(self) -> int:
        """The first day, in days since 1970-01-01."""
        return (self.date_from - date(1970, 1, 1)).days

    @property
    def last_day(self) -> int:
        """The last day, in days since 1970-01-01."""
        return (self.date_to - date(1970, 1, 1)).days

    @property
    def months(self) -> int:
        """How many calendar months the window touches."""
        return (self.date_to.year - self.date_from.year) * 12 + self.date_to.month - self.date_from.month + 1

    def draw(self, name: str) -> Draw:
        """The random stream called `name`."""
        return Draw(self.seed, name)
