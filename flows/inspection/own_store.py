"""Our own store: its disk, its folders, and the runs that could be removed."""

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

from flows.run import SHANGHAI, Run, list_runs
from flows.settings import Settings
from schemas.inspection import StoreFacts

STORE = "_store"
TITLE = "本机存储"


def look_at_store(settings: Settings, day: date, old_run_days: int) -> StoreFacts:
    """Bytes of the disk and of each folder of the store; runs last written more than `old_run_days` before `day`."""
    disk = shutil.disk_usage(settings.store if settings.store.exists() else Path.cwd())
    folders = {"runs": settings.runs, "deliver": settings.deliver, "lake": settings.lake}
    before = day - timedelta(days=old_run_days)
    old = [run for run in list_runs(settings.runs) if _last_written(run) < before]
    return StoreFacts(
        disk.total,
        disk.free,
        {name: _bytes(folder) for name, folder in folders.items() if folder.is_dir()},
        tuple(run.id for run in old),
        sum(_bytes(run.folder) for run in old),
    )


def _last_written(run: Run) -> date:
    return datetime.fromtimestamp(run.folder.stat().st_mtime, SHANGHAI).date()


def _bytes(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
