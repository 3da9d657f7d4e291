"""What `feijian pull` does, and how it tells."""

from argparse import Namespace
from datetime import datetime
from pathlib import Path

from flows.commands import say
from flows.progress import progress
from flows.run import SHANGHAI
from flows.settings import Settings, load_settings, parse_org
from schemas.contract import COLUMN
from schemas.errors import SettingsError
from schemas.reference import read_rows


def pull(options: Namespace) -> int:
    """Read a regional database once for many institutions."""
    from flows.job import make_job
    from flows.pull import forget
    from flows.pull import pull as pull_once

    settings = load_settings()
    institutions = _institutions(options.orgs, settings)
    job = make_job(
        options.source, institutions[0], options.date_from, options.date_to, options.form, None, settings,
        tuple(options.overlay),
    )  # fmt: skip
    if options.again:
        forget(job)
    with progress("整区域抽取", options.json) as tell:
        pulled = pull_once(job, institutions, tell)
    record = {"pulled": pulled.name, "institutions": len(institutions), "rows": pulled.rows}
    example = f"feijian export --pulled {pulled.name} --org {institutions[0]} …（其余参数与 pull 相同）"
    say(
        options, record, [f"已抽取 {len(institutions)} 个机构，{pulled.rows} 行：{pulled.name}", f"逐个导出：{example}"]
    )
    return 0


def _institutions(text: str | None, settings: Settings) -> tuple[str, ...]:
    """Codes as listed, or from a CSV with the column 机构编码, or those of the contracts of today."""
    if text is None:
        today = datetime.now(SHANGHAI).date()
        codes = [code for contract in settings.contracts if contract.in_term(today) for code in contract.institutions]
        if not codes:
            raise SettingsError(
                "没有在服务期内的合同可取机构名单：请用 --orgs 写明机构编码，或给出有“机构编码”一列的 CSV。"
            )
    elif Path(text).suffix.lower() == ".csv":
        rows = read_rows(Path(text))
        if not rows or COLUMN not in rows[0]:
            raise SettingsError(f"{text} 中没有“{COLUMN}”一列，或一个机构也没有。")
        codes = [row[COLUMN] for row in rows]
    else:
        codes = text.split(",")
    return tuple(dict.fromkeys(parse_org(code.strip()) for code in codes))
