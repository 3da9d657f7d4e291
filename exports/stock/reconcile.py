"""The reconciliation of stock (进销存核对) as tables in DuckDB, laid out from std tables or from a package."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from exports.duck import one_row

HERE = Path(__file__).parent
_GOODS = """
SELECT n.* EXCLUDE (fixmedins_hilist_id, medins_list_codg), g.*
FROM stock_good AS g
LEFT JOIN stock_name AS n USING (fixmedins_hilist_id)
WHERE $item IS NULL OR $item IN (g.fixmedins_hilist_id, g.medins_list_codg)
ORDER BY g.fixmedins_hilist_id
"""
_PLACES = """
SELECT n.name, n.medins_list_codg, n.min_prcunt, w.inv_name, w.inv_lv, p.*
FROM stock_place AS p
LEFT JOIN stock_name AS n USING (fixmedins_hilist_id)
LEFT JOIN stock_place_name AS w USING (inv_codg)
WHERE $item IS NULL OR $item IN (p.fixmedins_hilist_id, n.medins_list_codg)
ORDER BY p.fixmedins_hilist_id, p.inv_codg
"""
_CODES = """
SELECT *
FROM stock_code
WHERE $item IS NULL OR medins_list_codg = $item
    OR medins_list_codg IN (SELECT medins_list_codg FROM stock_name WHERE fixmedins_hilist_id = $item)
ORDER BY medins_list_codg
"""


TOLERANCE = Decimal("0.01")  # smallest units; that of the rules S01, S02 and S05


@dataclass(frozen=True)
class Reconciliation:
    """What a reconciliation says; quantities in smallest billing units, None where nothing is known of them.

    `places` has one row per item and warehouse, `goods` one per item over all warehouses, `codes` one per billing code
    (the columns of tables.sql). `opening` and `closing` say whether there are balances of the day before the period
    and of its last day, `sales` whether the stock knows sales at all.
    """

    places: list[dict[str, Any]]
    goods: list[dict[str, Any]]
    codes: list[dict[str, Any]]
    opening: bool
    closing: bool
    sales: bool

    @property
    def uneven(self) -> list[dict[str, Any]]:
        """Items and warehouses where opening and movements do not give the closing balance."""
        return [row for row in self.places if row["difference"] is not None and abs(row["difference"]) > TOLERANCE]

    @property
    def transferred(self) -> list[dict[str, Any]]:
        """Items whose transfers do not net to zero over all warehouses."""
        return [row for row in self.goods if abs(row["transfer_in"] + row["transfer_out"]) > TOLERANCE]

    @property
    def counted(self) -> list[dict[str, Any]]:
        """Items with differences found at a stocktake."""
        return [row for row in self.goods if row["counted_up"] or row["counted_down"]]

    @property
    def over_bought(self) -> list[dict[str, Any]]:
        """Billing codes of which more was billed than was there: opening balance and purchases."""
        return [row for row in self.codes if row["over_bought"]]

    @property
    def over_sold(self) -> list[dict[str, Any]]:
        """Billing codes of which more was billed than the stock gave out as sold."""
        return [row for row in self.codes if row["over_sold"]]


def lay_out(database: Any, source: str = "std") -> None:
    """Make the tables of `tables.sql` from what is open in the database.

    Args:
        database: an open DuckDB with `date_from` and `date_until` set; for `std` with the std tables, for `package`
            with the tables of the national list under their own names.
        source: `std` or `package`, the SQL file that reads it.
    """
    for name in (source, "tables"):
        database.execute((HERE / f"{name}.sql").read_text(encoding="utf-8"))


def reconcile(database: Any, source: str = "std", item: str | None = None) -> Reconciliation:
    """Lay the tables out and read them, all goods or those of one item or billing code.

    Args:
        database: as `lay_out` wants it.
        source: `std` or `package`.
        item: a stock item's code or a billing code; None: all.
    """
    lay_out(database, source)
    goods = _records(database, _GOODS, item)
    places = _records(database, _PLACES, item)
    codes = _records(database, _CODES, item)
    opening, closing, sales = one_row(database, "SELECT opening, closing, sales FROM stock_known")
    return Reconciliation(places, goods, codes, opening, closing, sales)


def _records(database: Any, sql: str, item: str | None) -> list[dict[str, Any]]:
    """Rows by column name; decimals exact and without trailing zeros."""
    cursor = database.execute(sql, {"item": item})
    names = [column[0] for column in cursor.description]
    return [{name: _short(value) for name, value in zip(names, row, strict=True)} for row in cursor.fetchall()]


def _short(value: Any) -> Any:
    if not isinstance(value, Decimal):
        return value
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
