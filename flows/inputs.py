"""What a run depends on, each with a digest, so that a run that goes on notices what has changed since it began."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from flows.sources.connection import parse_url
from schemas.reference import ROOT

if TYPE_CHECKING:
    from flows.job import Job
    from flows.settings import SourceSettings

SOURCE = "数据源和抽取范围"  # what decides the rows that are read; the other inputs decide what is made of them
PROGRAM = "程序"
_ROOMS = ("flows", "schemas", "exports", "reference")
_KINDS = {".py", ".sql", ".toml", ".csv", ".docx"}


def inputs_of(job: "Job") -> dict[str, str]:
    """Chinese name -> digest of everything besides the source's data that decides the bytes of a package.

    Secrets are in none of them: of a connection only machine, database and what the URL says of how to read it count.
    """
    return {
        SOURCE: _digest(_asked_of_the_source(job)),
        "适配器": _digest(
            [repr(job.adapter.absent), repr(job.adapter.codes), *map(job.adapter.sql, job.adapter.provides)]
        ),
        "格式": _digest([job.form.id, repr(job.form.pack)]),
        "上年格式": _digest([job.prior or "", *_standing_of_prior(job)]),
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


def place_of(source: "SourceSettings") -> list[str]:
    """Which database a source is and how its URL says that it is read; who logs in is not in it."""
    place = parse_url(source.location())
    said = parse_qsl(place.query, keep_blank_values=True)
    options = sorted(f"{name}={value}" for name, value in said if name != "user" and "pass" not in name)
    return [source.name, place.scheme, f"{place.hostname}:{place.port}{place.path}", *options]


def _asked_of_the_source(job: "Job") -> list[str]:
    tables = [repr((table, table.asked(job.form.std_fields))) for table in job.raw_tables]
    return [
        *place_of(job.source),
        job.adapter.timezone,
        job.org,
        str(job.window),
        job.pulled or "",
        *tables,
    ]


def _standing_of_prior(job: "Job") -> list[str]:
    """How the prior year's files or the customer's own format stand; formats that ship belong to the program."""
    if not job.prior:
        return []
    return [_standing(Path(job.prior)), _standing(job.settings.formats / job.prior.split("/")[0])]


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
