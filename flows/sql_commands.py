"""What `feijian sql` does."""

import hashlib
import re
import secrets
from argparse import Namespace

from exports.disclosure.scope import require_area
from exports.sandbox.runner import run_statement
from exports.sandbox.statement import judge
from flows.caller import caller, require_class
from flows.progress import progress
from flows.query_commands import lake_database, tell
from flows.release import Result, refusals_logged, release, request_of
from flows.run import disk_errors
from flows.settings import load_settings
from schemas.account import ExportClass
from schemas.errors import SettingsError

MOST_ROWS, MOST_SECONDS = 1_000_000, 3600
_NUMBERS = re.compile(r"\d{7,}")


def run_sql(options: Namespace) -> int:
    """Run one SELECT over the caller's masked rows, in a sandbox."""
    if not 1 <= options.limit <= MOST_ROWS or not 1 <= options.seconds <= MOST_SECONDS:
        raise SettingsError(f"--limit 应为 1 至 {MOST_ROWS}，--seconds 应为 1 至 {MOST_SECONDS}。")
    settings = load_settings()
    account = caller(options, settings)
    asked = ExportClass(options.export_class)
    area = options.area or account.area
    scope = {"area": area, "sql": _NUMBERS.sub("…", options.sql), "limit": options.limit}
    with refusals_logged(settings, account, "sql", scope):
        require_class(account, asked)
        statement = judge(options.sql, asked)
        request = request_of(options, settings, account, asked, "sql", scope)
        actual = statement.export_class
        with progress("即席查询", options.json), disk_errors():
            with lake_database(settings) as database:
                orgs = require_area(database, account, area)
            task = {
                "lake": str(settings.lake.resolve()),
                "orgs": sorted(orgs),
                "class": str(actual),
                "key": secrets.token_hex(32),
                "today": request.today.isoformat(),
                "tables": statement.tables,
                "sql": statement.sql,
                "limit": options.limit,
                "memory_limit": settings.memory_limit,
                "threads": settings.threads,
            }
            found = run_statement(task, options.seconds)
    cut = f"结果不止 {options.limit} 行，其余未取；可用 --limit 放宽。" if found.more else ""
    version = hashlib.sha256(statement.sql.encode()).hexdigest()[:8]
    result = Result("即席查询", (f"sql@{version}",), found.columns, found.rows, actual, (("语句", options.sql),), cut)
    tell(options, request, result, release(settings, request, result, found.names))
    return 0
