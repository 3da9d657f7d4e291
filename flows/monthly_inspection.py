"""The Prefect flow of the monthly inspection: the same function as `feijian inspect`."""

from prefect import flow

import flows.prefect_settings  # noqa: F401  (before Prefect)
from flows.inspection.inspect import inspect_or_raise, today
from flows.settings import load_settings, parse_day


@flow(name="monthly-inspection", persist_result=False)
def monthly_inspection(sources: list[str] | None = None, day: str | None = None) -> list[str]:
    """每月巡检全部数据源与本机存储，留下记录，写出报告；返回报告文件；有数据源连不上时其余照做，最后报错.

    Args:
        sources: 数据源：feijian.toml 中的名称；不填则全部。
        day: 巡检日，如 2024-06-30；不填则为今天。
    """
    files = inspect_or_raise(load_settings(), sources or [], parse_day(day) if day else today())
    return [str(path) for path in files]
