"""One export as it was asked for; what every step is given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from exports.acceptance.finance import MonthlyTotals, read_finance
from exports.findings_workbook.answers import Answers, read_answers
from exports.seal.edition import Corrected
from exports.workbooks.template import Template, read_template
from flows.inputs import inputs_of
from flows.run import SHANGHAI
from flows.settings import (
    DEFAULT_FORMAT,
    Settings,
    SourceSettings,
    Window,
    load_settings,
    month_of,
    parse_day,
    parse_org,
)
from schemas.adapter import INSURANCE, Adapter, RawTable, load_adapter
from schemas.errors import SettingsError
from schemas.format import Format
from schemas.registry import load_format
from schemas.waiver import stamp_of

Tell = Callable[[str], None]


@dataclass(frozen=True)
class GivenFiles:
    """Where the files lie that the user gave."""

    finance: Path | None = None
    answers: Path | None = None
    template: Path | None = None


@dataclass(frozen=True)
class Job:
    """One institution, one period, one source, one format.

    `prior` names the prior year's format or package; `rehearsal_of` is the whole period when only a month of it is
    exported on trial; `day` is the day of the run (Asia/Shanghai), on which answers must still hold and
    by which the year of the contract is decided. `corrects` is an earlier package that this one replaces, `reason` why
    there is one beyond the right; both come from `flows/entitlement.py`.
    `pulled` names the regional reading from which the rows are taken; `regional` are the institutions of one.
    `xlsx` asks for workbooks beside the CSV though the format does not; `template` is the customer's own for them.
    """

    source: SourceSettings
    adapter: Adapter
    org: str
    window: Window
    form: Format
    finance: MonthlyTotals | None
    settings: Settings
    day: date
    overlays: tuple[str, ...] = ()
    prior: str | None = None
    rehearsal_of: Window | None = None
    answers: Answers | None = None
    corrects: Corrected | None = None
    reason: str = ""
    xlsx: bool = False
    template: Template | None = None
    files: GivenFiles = GivenFiles()
    asked_format: str = DEFAULT_FORMAT
    pulled: str | None = None
    regional: tuple[str, ...] = ()

    @property
    def raw_tables(self) -> tuple[RawTable, ...]:
        """The source tables that are read for this format."""
        return tuple(table for table in self.adapter.tables.values() if table.read_for(self.form.asks))

    def asked(self, table: RawTable) -> tuple[str, ...]:
        """The columns that are read of a source table."""
        whose = (table.institution,) if self.regional and table.institution else ()
        return tuple(dict.fromkeys((*table.asked(self.form.std_fields), *whose)))

    @property
    def workbooks(self) -> bool:
        """Whether workbooks are written beside the CSV: the format, the customer or a template says so."""
        return self.xlsx or self.template is not None or "xlsx" in self.form.files

    def record(self) -> dict[str, Any]:
        """What the run's `settings.json` keeps: all that was asked for, no secret."""
        return {
            "source": self.source.name,
            "adapter": self.adapter.name,
            "org": self.org,
            "from": self.window.first.isoformat(),
            "to": self.window.last.isoformat(),
            "format": self.form.id,
            "asked_format": self.asked_format,
            "finance": _given(self.files.finance),
            "overlays": list(self.overlays),
            "prior": self.prior,
            "rehearsal_of": self.rehearsal_of.record() if self.rehearsal_of else None,
            "answers": _given(self.files.answers, self.answers),
            "corrects": self.corrects.record() if self.corrects else None,
            "reason": self.reason or None,
            "day": self.day.isoformat(),
            "xlsx": self.workbooks,
            "xlsx_asked": self.xlsx,
            "template": _given(self.files.template, self.template),
            "pulled": self.pulled,
            "inputs": inputs_of(self),
        }


def _given(path: Path | None, read: Answers | Template | None = None) -> dict[str, str] | None:
    """A file that the user gave, so that it is found again, with its digest where it is known."""
    return {"path": str(path.absolute()), **({"sha256": read.sha256} if read else {})} if path else None


def make_job(
    source: str,
    org: str,
    date_from: str,
    date_to: str,
    form: str,
    finance: Path | None = None,
    settings: Settings | None = None,
    overlays: tuple[str, ...] = (),
    prior: str | None = None,
    rehearse: str | None = None,
    answers: Path | None = None,
    day: date | None = None,
    xlsx: bool = False,
    template: Path | None = None,
) -> Job:
    """Read everything an export needs before the first row is touched; `day` is today when it is not given.

    Raises:
        AnswersError: the answers file cannot be read, or an answer cannot stand.
        SettingsError, TemplateError: a parameter, the configuration, adapter, format or workbook template is wrong.
    """
    settings, day = settings or load_settings(), day or datetime.now(SHANGHAI).date()
    configured = _source(settings, source)
    period = Window(parse_day(date_from), parse_day(date_to))
    window = month_of(rehearse, period) if rehearse else period
    shape = load_format(form, overlays, (settings.formats,))
    return Job(
        source=configured,
        adapter=_insurance_adapter(configured, settings),
        org=parse_org(org),
        window=window,
        form=shape,
        finance=read_finance(finance) if finance else None,
        settings=settings,
        overlays=overlays,
        prior=prior,
        rehearsal_of=period if rehearse else None,
        answers=_answers(answers, day, org, window, shape),
        day=day,
        xlsx=xlsx or settings.xlsx,
        template=read_template(template, shape.tables) if template else None,
        files=GivenFiles(finance, answers, template),
        asked_format=form,
    )


def _answers(path: Path | None, day: date, org: str, window: Window, form: Format) -> Answers | None:
    return read_answers(path, day, stamp_of(org, window.first, window.last, form.id)) if path else None


def _source(settings: Settings, name: str) -> SourceSettings:
    """A source whose URL is known."""
    configured = settings.source(name)
    configured.location()
    return configured


def _insurance_adapter(source: SourceSettings, settings: Settings) -> Adapter:
    """The adapter of a source, which must serve the inspection export."""
    adapter = load_adapter(source.adapter, (settings.adapters,))
    if adapter.model != INSURANCE:
        raise SettingsError(
            f"数据源 {source.name}（{adapter.title}）供卫健委查询使用，不能导出飞检数据包；请用 feijian sync。"
        )
    return adapter
