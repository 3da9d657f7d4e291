"""What people write today: pandas reads and merges, openpyxl writes one workbook per table.

It starts from the std tables, so that it is spared the conversion of the hospital's own schema, takes the
official columns straight from them, and checks nothing.

Usage: python -m tests.bench.rival STD_FOLDER OUT_FOLDER
"""

import sys
from pathlib import Path

import pandas as pd

from exports.assembly import has_sql
from schemas.format import FormatTable
from schemas.registry import load_format

SHEET_ROWS = 1_048_575


def write(frame: pd.DataFrame, path: Path) -> None:
    """One workbook; a new sheet wherever Excel's limit is reached."""
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        for number, start in enumerate(range(0, max(len(frame), 1), SHEET_ROWS), start=1):
            frame.iloc[start : start + SHEET_ROWS].to_excel(writer, sheet_name=f"Sheet{number}", index=False)


def merged(std: Path) -> dict[str, pd.DataFrame]:
    """The joins, one frame per table of the list."""
    bookkeeping = ["_row", "_excluded", "_lost", "fixmedins_code"]
    read = {
        path.stem: pd.read_parquet(path).drop(columns=bookkeeping, errors="ignore") for path in std.glob("*.parquet")
    }
    people = read["settlement"].merge(read["person"], on="psn_no", how="left", suffixes=("", "_person"))
    stays = people.merge(read["admission"], on="mdtrt_id", how="inner", suffixes=("", "_stay"))
    lines = read["fee_line"].merge(people, on="setl_id", how="left", suffixes=("", "_setl"))
    moves = read["stock_movement"].merge(
        read["stock_item"], on="fixmedins_hilist_id", how="left", suffixes=("", "_item")
    )
    balances = read["stock_balance"].merge(
        read["stock_item"], on="fixmedins_hilist_id", how="left", suffixes=("", "_i")
    )
    mapping = read["stock_item"].merge(
        read["catalogue_mapping"], on="medins_list_codg", how="left", suffixes=("", "_m")
    )
    return {
        "SETTLE_ZY": stays.sort_values("setl_time"),
        "SETTLE_ZY_DIAGNOSIS": stays.sort_values("setl_time"),
        "MDCS_FUND_SETL_LIST_OPRN_D": read["operation"].merge(
            stays, on="mdtrt_id", how="inner", suffixes=("", "_stay")
        ),
        "SETTLE_ZY_DETAIL": lines[lines["mz_zy"] == "ZY"].sort_values(["setl_time", "setl_id"]),
        "SETTLE_MZ": people[people["mz_zy"] == "MZ"].sort_values("setl_time"),
        "SETTLE_MZ_DETAIL": lines[lines["mz_zy"] == "MZ"].sort_values(["setl_time", "setl_id"]),
        "HIS_VS_YB_STORE_MAPPING": mapping,
        "HIS_VS_YB_STORE": balances,
        "HIS_VS_YB_INVENTORY": moves[moves["cnt"] > 0].sort_values("inv_chg_time"),
        "HIS_VS_YB_DELIVER": moves[moves["cnt"] <= 0].sort_values("inv_chg_time"),
        "CONVERT_UNIT": read["stock_item"],
    }


def official(frame: pd.DataFrame, table: FormatTable) -> pd.DataFrame:
    """The list's columns, each taken from the std column it corresponds to where the frame has that."""
    columns = {}
    for column in table.columns:
        name = column.std_field.partition(".")[2]
        columns[column.name] = frame[name] if name in frame else pd.Series([None] * len(frame), index=frame.index)
    return pd.DataFrame(columns)


def main(std: str, out: str) -> None:
    """Make every table of the national list as a workbook."""
    frames = merged(Path(std))
    for table in filter(has_sql, load_format("nhsa/2024").tables):
        write(official(frames.pop(table.name), table), Path(out) / f"{table.name}.xlsx")


if __name__ == "__main__":
    main(*sys.argv[1:])
