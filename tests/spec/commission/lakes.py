"""A lake on disk with a few made-up rows of two counties, for what is asked through the command."""

from pathlib import Path
from typing import Any

from exports.duck import write_parquet
from exports.lake.catalogue import Lake, Part, commit
from exports.seal.digests import file_sha256
from schemas.commission.std import MODELS, lake_table
from tests.county.residents import identity_number
from tests.spec.commission.test_masking import empty_lake, put
from tests.spec.commission.test_scope import ORGS

CONFIG = """
[accounts.town]
area = "C01"
top = "C"
unit = "甲镇卫生院"
[accounts.county]
area = "J1"
top = "D"
unit = "甲区卫健委"
[accounts.sums]
area = "J1"
top = "A"
[accounts.boss]
area = "*"
role = "approver"
top = "D"
[accounts.second]
area = "*"
role = "approver"
top = "D"
"""


def fill(database: Any) -> None:
    """Thirty persons of county J1 at V01, six at C02, four of county J2, all hypertensive and never visited."""
    from datetime import date

    for code, parent, level, admin in ORGS:
        put(
            database, "organisation", org_code=code, org_name=f"{code}院", org_kind="centre", level=level,
            parent_code=parent, admin_code=admin, xpcc_flag="0", valid_from="2020-01-01",
        )  # fmt: skip
    for number, org in enumerate(["V01"] * 30 + ["C02"] * 6 + ["V11"] * 4):
        empi, birth = f"E{number}", date(1950, 3, 1 + number % 28)
        put(
            database, "resident", org_code=org, empi=empi, name=f"某{'甲乙丙丁戊己庚辛壬癸'[number % 10]}", birth=birth,
            id_no=identity_number("650402", birth, 901 + number), sex="1", mobile=f"139123456{number:02d}",
        )  # fmt: skip
        put(
            database, "health_archive", org_code=org, mana_org=org, create_org=org, empi=empi, status="0",
            archive_no=f"65040210020100{number:03d}", create_date="2020-01-01",
        )  # fmt: skip
        put(database, "htn_file", org_code=org, empi=empi, file_id=f"F{number}", status="0", register_date="2023-01-01")


def write_lake(folder: Path, database: Any) -> None:
    """Write every table that has rows as one file, and the catalogue that names them."""
    parts = []
    for name in MODELS:
        [(rows,)] = database.execute(f"SELECT count(*) FROM lake.{name}").fetchall()
        if rows:
            path = folder / "data" / f"{name}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            listed = ", ".join(f'"{column.name}"' for column in lake_table(name).spec.columns)
            write_parquet(database, f"SELECT {listed} FROM lake.{name}", path)
            parts.append(
                Part(
                    "test",
                    "ph",
                    name,
                    "C01",
                    "all",
                    f"data/{name}.parquet",
                    rows,
                    0,
                    file_sha256(path),
                    None,
                    None,
                    None,
                )
            )
    commit(Lake(folder, tuple(parts)))


def make_store(folder: Path) -> Path:
    """A working folder with accounts and a lake."""
    database = empty_lake()
    fill(database)
    write_lake(folder / "lake", database)
    database.close()
    (folder / "feijian.toml").write_text(CONFIG, encoding="utf-8")
    return folder
