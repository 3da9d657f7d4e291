"""What `feijian stock` does: the reconciliation of stock of a run, or of a package alone."""

import tempfile
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from flows.commands import say
from flows.progress import progress
from flows.run import Run, disk_errors
from flows.settings import Settings, Window, load_settings, parse_day
from schemas.errors import PackageError, SettingsError

PACKAGE = (
    "HIS_VS_YB_STORE", "HIS_VS_YB_INVENTORY", "HIS_VS_YB_DELIVER", "HIS_VS_YB_STORE_MAPPING", "CONVERT_UNIT",
    "SETTLE_MZ_DETAIL", "SETTLE_ZY_DETAIL",
)  # fmt: skip
OF_PACKAGE = (
    "只有导出包时：包中没有出入库类型，有发票号的入库算购进，出库部门为“门诊”“住院”的算销售，其余只分其他入库、其他出库；"
    "领用、盘点与调拨分不开，不能核对调拨是否相抵，也不能单列盘点差异。",
    "只有导出包时：出库明细没有批号，不能逐批号核对；数量只有两位小数，拆零多的物资可能有零头差异。",
)
LISTED = 20


@dataclass(frozen=True)
class Place:
    """Where a reconciliation reads; whose it is, which period, what it cannot tell.

    `folder` holds a run's std tables, or with `packed` the files of a package.
    """

    name: str
    org: str
    window: Window
    folder: Path
    packed: bool
    unknown: tuple[str, ...]


def reconcile_stock(options: Namespace) -> int:
    """Reconcile, tell, and write the workbook when asked for.

    Raises:
        PackageError: the package lacks a table or holds what cannot be read.
        SettingsError: there is no such run, package or item, or the file is no `.xlsx`.
    """
    out: Path | None = options.out
    if out and out.suffix.lower() != ".xlsx":
        raise SettingsError(f"--out {out} 应以 .xlsx 结尾。")
    settings = load_settings()
    place = find_place(options.source, settings)
    from flows.steps.stock import unseen

    with progress("进销存核对", options.json), disk_errors():
        found = _reconcile(place, settings, options.item)
        unknown = (*place.unknown, *unseen(found, place.window))
        facts = [("数据", place.name), ("机构", place.org), ("期间", str(place.window))]
        if out:
            from exports.stock.workbook import write_reconciliation

            write_reconciliation(found, out, facts, unknown)
    record = {
        "source": place.name, "org": place.org, **place.window.record(), "known": {
            "opening": found.opening, "closing": found.closing, "sales": found.sales,
        },
        "unknown": list(unknown), "places": _plain(found.places), "goods": _plain(found.goods),
        "codes": _plain(found.codes), "file": str(out) if out else None,
    }  # fmt: skip
    details = _details(found) if options.item else ()
    say(options, record, [*_lines(found, place, unknown), *details, *([f"\n工作簿：{out}"] if out else [])])
    return 0


def find_place(text: str, settings: Settings) -> Place:
    """What is meant: a run by its id or folder, else a package.

    Raises:
        PackageError: there is a folder, and neither a run nor a package is in it.
        SettingsError: there is nothing of that name, or the run has no std tables yet.
    """
    run = next((Run(one) for one in (settings.runs / text, Path(text)) if (one / "settings.json").is_file()), None)
    if run:
        return _of_run(run, settings)
    if not Path(text).exists():
        raise SettingsError(f"找不到 {text}：它既不是运行号（feijian runs 列出全部），也不是导出包文件夹。")
    return _of_package(Path(text))


def _of_run(run: Run, settings: Settings) -> Place:
    from flows.steps.stock import absent_stock
    from schemas.adapter import load_adapter

    asked = run.asked()
    if not run.part("std").is_dir():
        raise SettingsError(f"运行 {run.id} 还没有生成标准表；请先用 feijian resume {run.id} 完成它。")
    unknown = absent_stock(load_adapter(asked["adapter"], (settings.adapters,)))
    window = Window(parse_day(asked["from"]), parse_day(asked["to"]))
    return Place(f"运行 {run.id}", asked["org"], window, run.part("std"), False, unknown)


def _of_package(path: Path) -> Place:
    from exports.manifest import read_manifest
    from exports.seal.proof import prove_files
    from exports.seal.redelivery import is_redelivery
    from exports.verify import find_deliver

    deliver = find_deliver(path)
    if is_redelivery(deliver):
        raise PackageError(f"{path} 是更正补交，只有改动过的月份，不能核对进销存；请用更正后的完整导出包或运行号。")
    manifest = read_manifest(deliver)
    held = {record.get("feijian:table") for record in manifest["resources"]}
    if missing := [name for name in PACKAGE if name not in held]:
        raise PackageError(f"{path} 中没有 {'、'.join(missing)}，不能核对进销存；请改用运行号。")
    if broken := [result for result in prove_files(deliver, manifest) if result.blocks]:
        raise PackageError(f"{path} 与它的清单不符（{broken[0].reason}），不能作为核对的依据；请取得完好的包。")
    period = manifest["feijian:period"]
    window = Window(parse_day(period["from"]), parse_day(period["to"]))
    org = manifest["feijian:institution"]["code"]
    return Place(f"导出包 {deliver.parent.name}", org, window, deliver, True, OF_PACKAGE)


def _reconcile(place: Place, settings: Settings, item: str | None) -> Any:
    import duckdb

    from exports.acceptance.package import Delivery, format_of
    from exports.duck import open_database
    from exports.manifest import read_manifest
    from exports.stock.reconcile import reconcile
    from flows.steps.conform import set_window, std_view
    from flows.steps.stock import STD

    with (
        tempfile.TemporaryDirectory(prefix="feijian-") as spill,
        open_database(Path(spill), settings.memory_limit, settings.threads) as database,
    ):
        set_window(database, place.window)
        if place.packed:
            manifest = read_manifest(place.folder)
            Delivery(place.folder, manifest, format_of(place.folder, manifest)).open_views(database)
        else:
            for name in STD:
                std_view(database, place.folder, name)
        try:
            found = reconcile(database, "package" if place.packed else "std", item)
        except duckdb.Error as error:
            if not place.packed:
                raise
            raise PackageError(f"{place.name} 的库存表不能读出：{str(error).splitlines()[0]}") from None
        if item and not found.goods and not found.codes:
            raise SettingsError(_no_such(database, item))
    return found


def _no_such(database: Any, item: str) -> str:
    codes = database.execute("SELECT unnest([fixmedins_hilist_id, medins_list_codg]) FROM stock_name").fetchall()
    known = sorted({code for (code,) in codes if code})
    if item in known:
        return f"{item} 在期间内没有结存、出入库，也没有收费。"
    near = get_close_matches(item, known, cutoff=0.3)
    return f"没有物资或收费编码 {item}{'；相近的有 ' + '、'.join(near) if near else ''}。"


def _lines(found: Any, place: Place, unknown: tuple[str, ...]) -> Iterator[str]:
    stores = len({row["inv_codg"] for row in found.places})
    yield f"{place.name}　{place.org}　{place.window}"
    yield f"物资 {len(found.goods)} 种，库房 {stores} 个，收费编码 {len(found.codes)} 个；数量都是最小计价单位。"
    yield ""
    known = found.opening and found.closing
    yield from _section(
        "期初＋入－出＝期末（每物资每库房）", known, found.uneven,
        lambda r: f"{r['fixmedins_hilist_id']} {r['name']}　{r['inv_name']}　计算 {_n(r['computed'])}"
        f"　结存 {_n(r['closing'])}　差 {_n(r['difference'])}",
    )  # fmt: skip
    yield from _section(
        "调拨在各库之间相抵", not place.packed, found.transferred,
        lambda r: f"{r['fixmedins_hilist_id']} {r['name']}　净额 {_n(r['transfer_in'] + r['transfer_out'])}",
    )  # fmt: skip
    yield from _section(
        "收费不多于期初＋购进（每收费编码）", found.opening, found.over_bought,
        lambda r: f"{r['medins_list_codg']} {r['name']}　收费 {_n(r['billed'])}　期初＋购进 {_n(r['available'])}"
        f"　多出 {_n(r['beyond_bought'])}",
    )  # fmt: skip
    yield from _section(
        "收费不多于销售出库（每收费编码）", found.sales, found.over_sold,
        lambda r: f"{r['medins_list_codg']} {r['name']}　收费 {_n(r['billed'])}"
        f"　销售出库 {_n(r['sold_otp'] + r['sold_ipt'])}　多出 {_n(r['beyond_sold'])}",
    )  # fmt: skip
    if not place.packed:
        up, down = (sum((row[name] for row in found.goods), Decimal(0)) for name in ("counted_up", "counted_down"))
        yield f"盘点差异另列：{len(found.counted)} 种物资，盘盈 {_n(up)}，盘亏 {_n(-down)}。"
    yield from (f"未能核对：{one}" for one in unknown)


def _details(found: Any) -> Iterator[str]:
    """Every figure of the goods that were asked for."""
    from exports.stock.columns import CODES, GOODS, PLACES, shown

    for title, columns, rows in (
        ("按库房", PLACES, found.places),
        ("按物资", GOODS, found.goods),
        ("收费对照", CODES, found.codes),
    ):
        for row in rows:
            yield f"\n{title}"
            yield "　".join(f"{one.title} {_n(shown(row, one))}" for one in columns)


def _section(title: str, checked: bool, rows: list[dict[str, Any]], said: Any) -> Iterator[str]:
    """One comparison: what came of it, or that it was not made."""
    if not checked:
        yield f"? {title}：未核对"
        return
    yield f"! {title}：{len(rows)} 条线索，请核实" if rows else f"✓ {title}：没有发现差异"
    yield from (f"    {said(row)}" for row in rows[:LISTED])
    if len(rows) > LISTED:
        yield f"    另有 {len(rows) - LISTED} 条，见 --json 或 --out 的工作簿"


def _n(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str("—" if value is None else value)


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows for JSON: decimals as exact text."""
    return [{k: f"{v:f}" if isinstance(v, Decimal) else v for k, v in row.items()} for row in rows]
