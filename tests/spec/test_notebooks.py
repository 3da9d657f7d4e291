"""The notebooks run as they are, show nobody, and are kept without their outputs."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from exports.analyst import open_indicators, open_lake, open_package
from exports.chart_font import chinese_font
from schemas.account import Account, ExportClass
from schemas.errors import DisclosureError
from tests.county import CountySettings, generate
from tests.county.write import configuration, write_county
from tests.house import Exported

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
BOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county of one centre, brought into a lake."""
    from flows.lake.sync import sync
    from flows.settings import load_settings

    folder = tmp_path_factory.mktemp("county")
    write_county(generate(CountySettings(centres=2, clinics=3, per_village=10)), folder / "county.sqlite")
    (folder / "feijian.toml").write_text(configuration(folder / "county.sqlite"), encoding="utf-8")
    settings = load_settings(folder)
    for name in ("register", "report", "chronic"):
        sync(settings, name, lambda line: None)
    return settings.lake


def run(book: Path, monkeypatch: pytest.MonkeyPatch, **environment: str) -> Any:
    for name, value in {**environment, "PYTHONPATH": str(FOLDER.parent), "MPLBACKEND": "agg"}.items():
        monkeypatch.setenv(name, value)
    content = nbformat.read(book, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(content, timeout=60, resources={"metadata": {"path": str(FOLDER)}}).execute()
    return content


def printed(content: Any) -> str:
    outputs = [output for cell in content.cells for output in cell.get("outputs", ())]
    return "\n".join(
        str(output.get("data", {}).get("text/plain", "")) + str(output.get("text", "")) for output in outputs
    )


@pytest.mark.filterwarnings("ignore")
def test_an_institutions_year_runs_on_a_package(clean: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    told = printed(run(BOOKS[0], monkeypatch, FEIJIAN_PACKAGE=str(clean.published.folder)))
    assert "2024-01" in told and re.search(r"P[0-9a-f]{16}", told)
    assert not re.search(r"\d{17}[0-9X]", told)


@pytest.mark.filterwarnings("ignore")
def test_a_question_of_the_commission_runs_from_card_to_chart(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = printed(run(BOOKS[1], monkeypatch, FEIJIAN_LAKE=str(lake)))
    assert "**" in told and "示例1镇卫生院" in told


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_a_notebook_is_kept_without_outputs(book: Path) -> None:
    content = nbformat.read(book, as_version=4)  # type: ignore[no-untyped-call]
    for cell in content.cells:
        assert not cell.get("outputs") and cell.get("execution_count") is None


def test_an_analyst_sees_no_whole_name_or_number_and_can_change_and_reach_nothing(lake: Path) -> None:
    data = open_lake(lake, ("resident",))
    for name, number in data.sql("SELECT name, id_no FROM resident WHERE name IS NOT NULL").fetchall():
        assert name.endswith("**") and len(name) == 3
        assert number is None or "******" in number
    for attempt in ("SELECT * FROM read_csv('/etc/passwd')", "SET enable_external_access = true", "ATTACH 'x.db'"):
        with pytest.raises(Exception, match=r"(?i)disabled|locked|permission|configuration"):
            data.execute(attempt)


def test_an_account_of_one_township_sees_only_its_own_and_one_of_sums_sees_no_row(lake: Path) -> None:
    town = Account("镇", "650402C01", "operator", ExportClass.C)
    orgs = {org for (org,) in open_lake(lake, ("resident",), town).sql("SELECT org_code FROM resident").fetchall()}
    assert orgs and orgs <= {"650402C01", "650402V001", "650402V002"}
    with pytest.raises(DisclosureError, match="只能看汇总"):
        open_lake(lake, ("resident",), Account("甲", "*", "operator", ExportClass.A))


def test_indicators_come_with_their_definition(lake: Path) -> None:
    [figure] = open_indicators(lake, ["GW05@variant-60"], "2024", "650402", ("county",))
    assert (figure.indicator, figure.edition) == ("GW05", "variant-60") and figure.numerator


def test_a_package_shows_whole_numbers_only_when_asked(clean: Exported) -> None:
    asked = "SELECT ID_CARD, PATIENT_ID, MZH, CAST(PATIENT_BIRTHDAY AS VARCHAR) FROM SETTLE_MZ"
    rows = open_package(clean.published.folder).sql(asked).fetchall()
    assert {len(one) for row in rows for one in row[:3] if one} == {17}
    assert {len(row[3]) for row in rows} == {4}
    assert 1 < len({row[1] for row in rows}) < len(rows), "a person keeps one pseudonym"
    whole = open_package(clean.published.folder, identified=True).sql("SELECT ID_CARD FROM SETTLE_MZ").fetchall()
    assert any(value and len(value) == 18 and value[17] != "*" for (value,) in whole)


def test_the_first_installed_chinese_font_is_taken_and_none_when_there_is_none() -> None:
    assert chinese_font({"DejaVu Sans", "SimHei", "Microsoft YaHei"}) == "Microsoft YaHei"
    assert chinese_font({"DejaVu Sans"}) is None
