"""A package as its papers tell of it: what the manifest, the format and the acceptance report in it say."""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from exports.acceptance.package import REPORT, format_of
from exports.papers.content import BLANK
from schemas.errors import PackageError
from schemas.format import Format, FormatTable


@dataclass(frozen=True)
class Told:
    """A package's own words; `report` is its acceptance report.

    `papers` are the file names of the papers in it: they do not list themselves.
    """

    manifest: dict[str, Any]
    form: Format
    report: dict[str, Any]
    papers: tuple[str, ...]

    @property
    def institution(self) -> tuple[str, str]:
        """Name and code."""
        record = self.manifest["feijian:institution"]
        return record["name"], record["code"]

    @property
    def period(self) -> str:
        """Both days."""
        period = self.manifest["feijian:period"]
        return f"{period['from']} 至 {period['to']}"

    @property
    def version(self) -> str:
        """The version in words; a blank line when the manifest has none."""
        number = self.manifest.get("feijian:version")
        return f"第 {number} 版" if number else BLANK

    @property
    def kind(self) -> str:
        """What this delivery is beside others of the same period."""
        if self.manifest.get("feijian:rehearsal_of"):
            return "演练，不作正式交付"
        corrects = self.manifest.get("feijian:corrects")
        if not corrects:
            return "正式交付"
        return f"更正，代替 {corrects['name'] if isinstance(corrects, dict) else corrects}"

    @property
    def format(self) -> str:
        """The format's title and name."""
        return f"{self.form.title}（{self.form.id}）"

    @property
    def root(self) -> str:
        """Root of the Merkle tree over all data."""
        return str(self.manifest.get("feijian:merkle", {}).get("root", "")) or "（本包没有计算）"

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The files of the tables."""
        return list(self.manifest["resources"])

    @cached_property
    def files(self) -> list[dict[str, Any]]:
        """Every file that a paper lists: tables first, papers not at all."""
        others = [record for record in self.manifest["feijian:files"] if record["path"] not in self.papers]
        return [*self.resources, *others]

    @cached_property
    def tables(self) -> list[FormatTable]:
        """The format's tables that the package holds."""
        held = {record["feijian:table"] for record in self.resources}
        return [table for table in self.form.tables if table.name in held]

    def rows(self, table: str = "") -> int:
        """Rows of one table, or of all."""
        return sum(one["feijian:rows"] for one in self.resources if table in ("", one["feijian:table"]))

    def sums(self, table: FormatTable) -> list[tuple[str, str]]:
        """Label and sum (yuan) of each money column, over all months."""
        months = self.manifest["feijian:totals"].get(table.name, {}).values()
        return [
            (
                f"{table.column(name).label} {name}",
                str(sum((Decimal(m["sums"][name]) for m in months), Decimal("0.00"))),
            )
            for name in table.money
        ]


def told(manifest: dict[str, Any], deliver: Path, papers: tuple[str, ...]) -> Told:
    """Read what the papers tell of.

    Raises:
        PackageError: the package has no acceptance report, or it cannot be read.
        SettingsError: the format is not in the package, and the registry does not know it.
    """
    path = deliver / REPORT
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise PackageError(f"{path} 缺失或已损坏，不能据此写交接材料。") from None
    return Told(manifest, format_of(deliver, manifest), report, papers)
