"""The Prefect flow of the monthly inspection: the same function as `feijian inspect`."""

from prefect import flow

import flows.prefect_settings  # noqa: F401  (before Prefect)
from flows.inspection.inspect import inspect, today
from flows.settings import load_settings, parse_day
from schemas.errors import SettingsError, SourceError


@flow(name="monthly-inspection", persist_result=False)
def monthly_inspection(sources: list[str] | None = None, day: str | None = None) -> list[str]:
    """每月巡检全部数据源与本机存储，留下记录，写出报告；返回报告文件；有数据源连不上时其余照做，最后报错.

    Args:
        sources: 数据源：feijian.toml 中的名称；不填则全部。
        day: 巡检日，如 2024-06-30；不填则为今天。
    """
    settings = load_settings()
    if not settings.sources:
        raise SettingsError("feijian.toml 中没有数据源；请在 [sources.名称] 写明 adapter 与 url_env。")
    done, files = inspect(settings, sources or [], parse_day(day) if day else today(), lambda line: None)
    if down := [one.now.source for one in done if one.unreached]:
        raise SourceError(f"未能巡检：{'、'.join(down)}；原因和其余各项见报告 {'、'.join(map(str, files))}。")
    return [str(path) for path in files]
