"""`feijian demo --commission`: the synthetic county, synced, with a quarter report and a query card."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from flows.caller import LOCAL
from flows.commands import say
from flows.lake.sync import sync
from flows.progress import progress
from flows.report_commands import Request, make_report
from flows.run import disk_errors
from flows.settings import CONFIG, load_settings
from schemas.errors import SettingsError
from schemas.period import Period
from schemas.report_pack import find_pack
from schemas.result import Outcome

AREA, PERIOD, PACK = "650402", "2024Q2", "gw-quarter"
CENTRES, CLINICS, RESIDENTS = 4, 20, 12


def demo_county(options: Namespace) -> int:
    """Make a county of 4 centres and 20 clinics, bring its systems into a lake, and answer the commission once."""
    from tests.county import CountySettings, generate
    from tests.county.faults import FAULTS
    from tests.county.write import configuration, write_county

    if options.faults == "list":
        width = max(map(len, FAULTS)) + 2
        lines = [f"{name:<{width}}{one.title}（见 {one.shown_by}）" for name, one in sorted(FAULTS.items())]
        say(options, {name: one.title for name, one in FAULTS.items()}, lines)
        return 0
    names = () if options.faults in ("", "none") else tuple(options.faults.split(","))
    unknown = [name for name in names if name not in FAULTS]
    if unknown:
        raise SettingsError(f"没有这样的差错：{'、'.join(unknown)}。用 --faults list 查看全部。")
    folder: Path = options.out
    with progress("示例县", options.json) as tell, disk_errors():
        tell("生成")
        county = generate(CountySettings(CENTRES, CLINICS, RESIDENTS, options.seed, names))
        rows = write_county(county, folder / "county.sqlite")
        (folder / CONFIG).write_text(configuration((folder / "county.sqlite").resolve()), encoding="utf-8")
        settings = load_settings(folder)
        changed = sum(sync(settings, name, tell).changed for name in settings.sources)
        file = folder / f"{PACK}-{PERIOD}.xlsx"
        request = Request(find_pack(PACK), Period.parse(PERIOD), AREA, who="示例", purpose="演示")
        made = make_report(settings, replace(LOCAL, name="演示"), request, file)
    outcomes = [one.result.outcome for one in made.told.checks]
    failed = outcomes.count(Outcome.FAILED)
    lines = [
        f"示例县已写入 {folder / 'county.sqlite'}（{sum(rows.values())} 行，合成数据，不含任何真实个人信息）。",
        f"已同步到数据湖 {settings.lake}（{changed} 个分区）。",
        f"季报：{file}；校验通过 {outcomes.count(Outcome.PASSED)} 条，不通过 {failed} 条。",
        "接着可以试（先进入该文件夹）：",
        "  feijian indicator value GW08 --area 650402 --period 2024Q2 --level township",
        "  feijian query run elder_unexamined --purpose 随访 --out 名单.xlsx",
        '  feijian sql "SELECT sex, count(*) AS n FROM resident GROUP BY sex"',
    ]
    record = {"folder": str(folder), "rows": sum(rows.values()), "partitions": changed, "report": str(file)}
    say(options, record, lines)
    return 1 if failed else 0
