"""seal: prove the rendered files by reading them back, write the reports and the core of the manifest.

What belongs to a version of the package (its number, the papers, the signature) comes at publishing
(`flows/publish.py`), when the version is known.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from exports.acceptance.checks import run_checks
from exports.acceptance.loadback import judge, load_postgresql, load_sqlite
from exports.acceptance.package import Delivery
from exports.acceptance.report import write_report
from exports.acceptance.verdict import NUMBERS, Acceptance, twelve
from exports.duck import literal, open_database
from exports.findings_workbook.lines import Book
from exports.manifest import (
    PROFILE,
    TableTotals,
    control_totals,
    describe_file,
    describe_part,
    write_manifest,
    write_schemas,
)
from exports.readers.certificate import Certificate, certify, write_certificate
from exports.readers.keys import declared_keys
from exports.seal.leaves import KEY, merkle_record
from exports.workbooks.record import manifest_facts
from flows.history import last_run
from flows.job import Job, Tell
from flows.steps.clerk import answer, leave
from flows.steps.conform import Place
from flows.steps.extract import Extracted
from flows.steps.flow import Account
from flows.steps.render import Rendered
from schemas.adapter import Adapter
from schemas.comparison import compare
from schemas.pack import write_pack
from schemas.result import CheckResult, Outcome
from schemas.std import std_table
from schemas.waiver import Applied, stamp_of

Totals = dict[str, dict[str, TableTotals]]
OTHERS = ("ddl", "xlsx", "schemas", "reports", "format")


@dataclass(frozen=True)
class Evidence:
    """What the earlier steps found out: the source, the checks on std and out, their findings, and the ledger.

    `findings` are in layout `FINDINGS`; `run` is the run's id.
    """

    place: Place
    extracted: Extracted
    checks: tuple[CheckResult, ...]
    accounts: tuple[Account, ...]
    findings: pa.Table
    run: str


def seal(
    job: Job, out: Path, rendered: Rendered, evidence: Evidence, deliver: Path, spill: Path, tell: Tell
) -> Acceptance:
    """Seal the package in `deliver`: totals, checksums, the twelve checks, answers, report, core of the manifest.

    The workbook for the hospital goes into `local` beside `deliver`.
    """
    tell("计算合计与校验和")
    totals = _totals(job, out, spill)
    write_schemas([job.form.table(name) for name in totals], deliver)
    manifest = _manifest(job, rendered, evidence.place, totals, deliver)
    manifest["feijian:keys"] = _keys(job, out, rendered, spill)
    official, certificate = _prove(job, Delivery(deliver, manifest, job.form), spill, tell)
    checks = (*evidence.checks, *(account.result() for account in evidence.accounts), *certificate.results())
    applied = answer(job, (*twelve(official), *checks), evidence.findings)
    acceptance = _acceptance(job, rendered, evidence, totals, applied)
    tell("写验收报告")
    write_report(acceptance, job.form, deliver / "reports")
    write_certificate(certificate, deliver / "reports")
    write_pack(replace(job.form.pack, sql={}), deliver / "format")
    others = sorted(path for folder in OTHERS for path in (deliver / folder).glob("*"))
    manifest["feijian:ready"] = acceptance.ready
    facts = manifest_facts(rendered.workbooks)
    described = [describe_file(path, deliver) for path in others]
    manifest["feijian:files"] = [record | facts.get(record["path"], {}) for record in described]
    write_manifest(manifest, deliver)
    tell("写院内核对工作簿")
    leave(job, _book(job, evidence, acceptance, applied), deliver.parent / "local")
    return acceptance


def _book(job: Job, evidence: Evidence, acceptance: Acceptance, applied: Applied) -> Book:
    return Book(
        sentence=acceptance.sentence,
        institution=f"{acceptance.org_name}（{acceptance.org}）",
        period=" 至 ".join(acceptance.period),
        form=job.form,
        run=evidence.run,
        stamp=stamp_of(job.org, job.window.first, job.window.last, job.form.id),
        applied=applied,
        findings=evidence.findings,
        comparison=compare(applied.results, evidence.findings, last_run(job, evidence.run)),
    )


def _totals(job: Job, out: Path, spill: Path) -> Totals:
    with open_database(spill, job.settings.memory_limit, job.settings.threads) as database:
        return {
            table.name: control_totals(database, table, f"read_parquet({literal(out / f'{table.name}.parquet')})")
            for table in job.form.tables
            if (out / f"{table.name}.parquet").is_file()
        }


def _keys(job: Job, out: Path, rendered: Rendered, spill: Path) -> dict[str, Any]:
    with open_database(spill, job.settings.memory_limit, job.settings.threads) as database:
        return declared_keys(database, job.form, out, rendered.replaced)


def _prove(job: Job, delivery: Delivery, spill: Path, tell: Tell) -> tuple[list[CheckResult], Certificate]:
    """V1-V12 on the files, and hostile readers; when files cannot be loaded, nothing can be said of their content.

    SQLite is filled in a thread of its own while DuckDB computes the other checks.
    """
    tell("载入数据库并验收（V1–V12）")
    with (
        open_database(spill, job.settings.memory_limit, job.settings.threads) as database,
        ThreadPoolExecutor(1) as beside,
    ):
        delivery.open_views(database)
        sqlite = beside.submit(load_sqlite, delivery, database.cursor(), spill)
        try:
            content = run_checks(delivery, database, job.finance)
        except duckdb.Error as error:
            reason = f"文件不能按格式的类型读入：{str(error).splitlines()[0]}"
            content = [CheckResult(number, "（未计算）", Outcome.NOT_VERIFIED, reason=reason) for number in NUMBERS[2:]]
        loaded = [sqlite.result()]
        if job.settings.loadback_url:
            tell("载入 PostgreSQL（V1、V2）")
            loaded.append(load_postgresql(delivery, job.settings.loadback_url, database))
        tell("按粗心的接收方的读法重读")
        postgresql = loaded[1] if len(loaded) > 1 else None
        certificate = certify(delivery, database, postgresql, job.settings.loadback_mysql_url)
        return judge(delivery, loaded) + content, certificate


def _manifest(job: Job, rendered: Rendered, place: Place, totals: Totals, deliver: Path) -> dict[str, Any]:
    window = job.window
    trial = "（演练）" if job.rehearsal_of else ""
    resources = [describe_part(part, job.form, deliver) for part in rendered.parts]
    return {
        "$schema": PROFILE,
        "name": f"{place.fixmedins_code}_{window}".lower(),
        "title": f"{place.fixmedins_name} 医保飞行检查数据{trial} {window.first} 至 {window.last}",
        "feijian:institution": {"code": place.fixmedins_code, "name": place.fixmedins_name},
        "feijian:period": {"from": window.first.isoformat(), "to": window.last.isoformat()},
        "feijian:months": window.months,
        "feijian:format": job.form.id,
        **({"feijian:rehearsal_of": job.rehearsal_of.record()} if job.rehearsal_of else {}),
        "feijian:ready": False,
        KEY: merkle_record(resources),
        "resources": resources,
        "feijian:totals": {
            table: {month: one.to_json() for month, one in months.items()} for table, months in totals.items()
        },
        "feijian:files": [],
    }


def _acceptance(job: Job, rendered: Rendered, evidence: Evidence, totals: Totals, applied: Applied) -> Acceptance:
    return Acceptance(
        org=evidence.place.fixmedins_code,
        org_name=evidence.place.fixmedins_name,
        period=(job.window.first.isoformat(), job.window.last.isoformat()),
        format_title=f"{job.form.title}（{job.form.id}）",
        source=f"{job.adapter.title}，{evidence.extracted.engine}；{evidence.extracted.snapshot}",
        official=applied.results[: len(NUMBERS)],
        checks=applied.results[len(NUMBERS) :],
        ledger=tuple(account.movement() for account in evidence.accounts),
        totals=totals,
        replaced=rendered.replaced,
        widened=rendered.widened,
        absent=_absent(job.adapter),
        written=applied.written,
    )


def _absent(adapter: Adapter) -> tuple[str, ...]:
    lines = [f"{std_table(name).title}：{reason}" for name, reason in sorted(adapter.absent_tables.items())]
    for name, columns in sorted(adapter.absent.items()):
        titles = {column.name: column.title for column in std_table(name).columns}
        lines += [f"{std_table(name).title}的{titles[column]}：{reason}" for column, reason in sorted(columns.items())]
    return tuple(lines)
