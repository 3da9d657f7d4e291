"""What `feijian source …` does."""

import argparse
import json
import sys

from flows.settings import Window, load_settings, parse_day
from schemas.errors import SettingsError

FIRST = 3
MOST_ROWS = 100_000
MAIN = ("person", "registration", "settlement", "fee_line", "diagnosis", "stock_item")


def dossier(options: argparse.Namespace) -> int:
    """`feijian source dossier`: write the page and the JSON, say the first candidates.

    Raises:
        SettingsError: an option or the cashier's report is wrong.
        SourceError: the source cannot be read.
    """
    from exports.dossier_report import write_dossier
    from flows.dossier.amounts import read_cashier
    from flows.dossier.build import make_dossier

    if not 1 <= options.sample_rows <= MOST_ROWS:
        raise SettingsError(f"--sample-rows 应为 1 至 {MOST_ROWS} 的整数。")
    settings = load_settings()
    source = settings.source(options.name)
    cashier = read_cashier(options.cashier, _window(options)) if options.cashier else None
    made = make_dossier(source, options.sample_rows, cashier, lambda line: print(line, file=sys.stderr))
    folder = options.out or settings.store / "dossiers" / options.name
    page, records = write_dossier(made, folder)
    first = {std: [one.table for one in made.candidates(std)[:FIRST]] for std in MAIN}
    if options.json:
        said = {"page": str(page), "json": str(records), "tables": len(made.tables), "candidates": first}
        print(json.dumps(said, ensure_ascii=False))
        return 0
    print(f"{made.engine}，{len(made.tables)} 张表；最像的表（请对照依据核实）：")
    titles = {one.std: one.title for one in made.std}
    for std, names in first.items():
        print(f"  {titles[std]}：{'、'.join(names) or '没有找到'}")
    if cashier:
        best = next(iter(made.amounts), None)
        print(f"  金额：{best.sentence if best else '没有一列与日报相合'}")
    print(f"报告：{page}\n数据：{records}")
    return 0


def _window(options: argparse.Namespace) -> Window | None:
    if bool(options.date_from) != bool(options.date_to):
        raise SettingsError("--from 与 --to 要一同写明。")
    return Window(parse_day(options.date_from), parse_day(options.date_to)) if options.date_from else None
