"""A package on disk, as its receiver finds it: the manifest, and the tables read back from the files."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from exports.duck import quoted
from exports.manifest import relation
from schemas.errors import PackageError
from schemas.format import Format, FormatTable
from schemas.registry import load_format, load_pack_folder

REPORT = "reports/acceptance.json"


def format_of(deliver: Path, manifest: dict[str, Any]) -> Format:
    """The format of a package: the one that lies in it, so that it can be read without our registry.

    Raises:
        SettingsError: there is none in it, and the registry does not know its name either.
    """
    folder = deliver / "format"
    identifier = manifest["feijian:format"]
    return load_pack_folder(folder, identifier) if folder.is_dir() else load_format(identifier)


@dataclass(frozen=True)
class Delivery:
    """The `deliver/` folder of a package with what its manifest says."""

    folder: Path
    manifest: dict[str, Any]
    form: Format

    @property
    def months(self) -> list[str]:
        """Every month of the period, `yyyymm`."""
        return list(self.manifest["feijian:months"])

    @property
    def period(self) -> tuple[str, str]:
        """First and last day, ISO."""
        period = self.manifest["feijian:period"]
        return period["from"], period["to"]

    def resources(self, table: str) -> list[dict[str, Any]]:
        """The files of one table, in order."""
        return [record for record in self.manifest["resources"] if record["feijian:table"] == table]

    def tables(self) -> list[FormatTable]:
        """The format's tables that the package holds."""
        held = {record["feijian:table"] for record in self.manifest["resources"]}
        return [table for table in self.form.tables if table.name in held]

    def open_views(self, database: Any) -> None:
        """Make every table readable in DuckDB under its own name, straight from the files."""
        for table in self.tables():
            scan = relation(self.resources(table.name), table, self.folder)
            database.execute(f"CREATE VIEW {quoted(table.name)} AS SELECT * FROM {scan}")


def declared_rows(delivery: Delivery) -> dict[str, int]:
    """Rows per table as the manifest has them."""
    return {
        table.name: sum(record["feijian:rows"] for record in delivery.resources(table.name))
        for table in delivery.tables()
    }


def declared_sums(delivery: Delivery, table: FormatTable) -> dict[str, Decimal]:
    """Money sums of a table over all months as the manifest has them, in yuan.

    Raises:
        PackageError: the manifest has no totals for the table.
    """
    try:
        months = delivery.manifest["feijian:totals"][table.name]
    except KeyError:
        raise PackageError(f"清单 datapackage.json 中没有表 {table.name} 的合计。") from None
    return {
        column: sum((Decimal(month["sums"][column]) for month in months.values()), Decimal(0)) for column in table.money
    }
