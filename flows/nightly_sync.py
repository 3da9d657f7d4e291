"""The Prefect flow of the nightly sync: one task per source, one after the other, since they write one lake."""

from prefect import flow, task

import flows.prefect_settings  # noqa: F401  (before Prefect)
from flows.lake.sync import sync
from flows.run import disk_errors
from flows.settings import load_settings
from schemas.adapter import COMMISSION, load_adapter
from schemas.errors import FeijianError


@task(task_run_name="{source}", persist_result=False)
def sync_task(source: str, full: bool) -> int:
    """Bring one source; how many partitions changed."""
    with disk_errors():
        return sync(load_settings(), source, lambda line: None, full=full).changed


@flow(name="nightly-sync", persist_result=False)
def nightly_sync(sources: list[str] | None = None, full: bool = False) -> dict[str, int]:
    """每晚把卫健委各系统的数据增量同步到数据湖；返回每个数据源变化的分区数；有数据源失败时其余照做，最后报错.

    Args:
        sources: 数据源：feijian.toml 中的名称；不填则同步卫健委的全部数据源。
        full: 全部重读：不看上次同步到哪里。
    """
    settings = load_settings()
    names = sources or [
        name
        for name, one in settings.sources.items()
        if one.adapter and load_adapter(one.adapter, (settings.adapters,)).model == COMMISSION
    ]
    changed, failed = {}, []
    for name in names:
        try:
            changed[name] = sync_task(name, full)
        except FeijianError as error:
            failed.append(f"{name}：{error}")
    if failed:
        raise FeijianError("；".join(failed))
    return changed
