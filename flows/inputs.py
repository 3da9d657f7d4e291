"""What a run depends on, each with a digest, so that a run that goes on notices what has changed since it began."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from flows.sources.connection import parse_url
from schemas.errors import AdapterError
from schemas.reference import ROOT

if TYPE_CHECKING:
    from flows.job import Job

SOURCE = "数据源和抽取范围"  # what decides the rows that are read; the other inputs decide what is made of them
PROGRAM = "程序"
_ROOMS = ("flows", "schemas", "exports", "reference")
_KINDS = {".py", ".sql", ".toml", ".csv", ".docx"}


def inputs_of(job: "Job") -> dict[str, str]:
    """Chinese name -> digest of everything besides the source's data that decides the bytes of a package.

    Secrets are in none of them: of a connection only machine and database count.
    """
    return {
        SOURCE: _digest(_asked_of_the_source(job)),
        "适配器": _digest([repr(job.adapter.absent), repr(job.adapter.codes), *_selects(job)]),
        "格式": _digest([job.form.id, repr(job.form.pack)]),
        "上年格式": _digest([job.prior or "", _standing(Path(job.prior)) if job.prior else ""]),
        "财务合计": _digest([repr(job.finance)]),
        "院内核对工作簿": job.answers.sha256 if job.answers else "",
        "工作簿模板": job.template.sha256 if job.template else "",
        "设置": _digest([repr(sorted(job.settings.drift.items())), repr(job.settings.handover), repr(job.xlsx)]),
        PROGRAM: program_digest(),
    }


def changed_inputs(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """The Chinese names of what is not as it was."""
    return [name for name, digest in now.items() if before.get(name) != digest]


def program_digest() -> str:
    """A digest of the program itself and of the facts that ship with it."""
    files = (path for room in _ROOMS for path in sorted((ROOT / room).rglob("*")) if path.suffix in _KINDS)
    return _digest([f"{path.relative_to(ROOT).as_posix()} {_digest([path.read_bytes()])}" for path in files])


def _asked_of_the_source(job: "Job") -> list[str]:
    url = job.source.location()
    place = parse_url(url)
    where = f"{place.hostname}:{place.port}{place.path}" if place.hostname else url.partition("://")[2]
    tables = [repr((table, table.asked(job.form.std_fields))) for table in job.raw_tables]
    return [
        job.source.name,
        place.scheme,
        where,
        job.adapter.timezone,
        job.org,
        str(job.window),
        job.pulled or "",
        *tables,
    ]


def _selects(job: "Job") -> list[str]:
    found = []
    for name in job.adapter.provides:
        try:
            found.append(job.adapter.sql(name))
        except AdapterError:
            continue
    return found


def _standing(path: Path) -> str:
    """Names, sizes and times of change of what lies at a path; empty when there is nothing."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path] if path.is_file() else []
    found = ((one, one.stat()) for one in files if one.is_file())
    return ";".join(f"{one.name} {about.st_size} {about.st_mtime_ns}" for one, about in found)


def _digest(parts: list[str] | list[bytes]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        whole.update(len(content).to_bytes(8, "big") + content)
    return whole.hexdigest()
