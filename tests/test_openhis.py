"""The adapter `openhis` reads a hospital system that was not designed by us, and every known figure comes out.

The dump is not part of the repository: FEIJIAN_OPENHIS_DUMP names it, else it is looked for beside the
repository. FEIJIAN_TEST_PG is the URL of a PostgreSQL database from which others may be created.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pyarrow.parquet as pq
import pytest

from exports.duck import open_database, view
from exports.verify import verify
from flows.export import export
from flows.job import Job, make_job
from flows.run import start_run
from flows.settings import DEFAULT_FORMAT, SourceSettings, load_settings
from flows.source_check import check_adapter, never_filled
from flows.source_live import check_source
from flows.sources import open_source
from flows.steps.conform import LOST, conform
from flows.steps.extract import Extracted, extract, raw_files
from schemas.adapter import load_adapter
from schemas.errors import AdapterError, SettingsError
from schemas.registry import load_format
from schemas.result import Outcome
from schemas.std import MODELS, std_table

ROOT = Path(__file__).parent.parent
DUMP = Path(os.environ.get("FEIJIAN_OPENHIS_DUMP") or ROOT.parent / "shared" / "his" / "openhis" / "openhis.sql")
SERVER = os.environ.get("FEIJIAN_TEST_PG") or "postgresql://root@127.0.0.1:5432/postgres"

NEVER_FILLED = {
    "catalogue_mapping": ["enddate"],
    "fee_line": ["init_feedetl_sn", "chrgitm_lv"],
    "settlement": ["endtime", "init_setl_id"],
    "stock_item": ["otp_prcunt", "otp_convrat", "ipt_prcunt", "ipt_convrat"],
}

pytestmark = [
    pytest.mark.skipif(not DUMP.is_file(), reason="no OpenHIS dump here; set FEIJIAN_OPENHIS_DUMP"),
    *([] if DUMP.is_file() else [pytest.mark.foreign_data]),
]


def psql(url: str, *arguments: str) -> None:
    """Run psql and stop at the first error."""
    command = ["psql", url, "-X", "-q", "-v", "ON_ERROR_STOP=1", *arguments]
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def new_database() -> Iterator[Callable[[str], str]]:
    """Creates databases (from a template) that live as long as this module's tests."""
    created = []

    def create(template: str) -> str:
        name = f"feijian_openhis_{uuid4().hex[:12]}"
        psql(SERVER, "-c", f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        created.append(name)
        return urlsplit(SERVER)._replace(path=f"/{name}").geturl()

    yield create
    for name in created:
        psql(SERVER, "-c", f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def published(new_database: Callable[[str], str]) -> str:
    """URL of a database that holds the dump as it was published."""
    if shutil.which("psql") is None:
        pytest.skip("psql is not installed")
    try:
        psql(SERVER, "-c", "SELECT 1")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no PostgreSQL server: {error.stderr.strip()}")
    url = new_database("template0")
    psql(url, "-f", str(DUMP))
    return url


class Std:
    """The std tables of one run; `rows` answers a SELECT over them, excluded rows included."""

    def __init__(self, database: Any, extracted: Extracted) -> None:
        self._database = database
        self.extracted = extracted

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._database.sql(select).fetchall()
        return found

    def one(self, select: str) -> Any:
        """The only value of the only row."""
        return self.rows(select)[0][0]


def ask(url: str, folder: Path, first: str = "2025-01-01", last: str = "2025-12-31", org: str = "0091") -> Job:
    """The export of one institution from the database at `url`, with `folder` for its store."""
    sources = {"openhis": SourceSettings("openhis", "openhis", url)}
    return make_job(
        "openhis", org, first, last, DEFAULT_FORMAT, settings=replace(load_settings(folder), sources=sources)
    )


def run(job: Job, folder: Path) -> Extracted:
    """Extract and conform into `<folder>/raw` and `<folder>/std`."""
    for part in ("raw", "std"):
        (folder / part).mkdir()
    extracted = extract(job, folder / "raw", quiet)
    conform(job, folder / "raw", folder / "std", folder, quiet)
    return extracted


def quiet(message: str) -> None:
    """Take a line of progress and say nothing."""


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Std]]:
    """Runs the adapter and opens its std tables and raw tables (`raw_<name>`)."""
    opened = []

    def of(url: str, *period: str) -> Std:
        folder = tmp_path_factory.mktemp("openhis")
        extracted = run(ask(url, folder, *period), folder)
        context = open_database(folder, "500MB", 2)
        database = context.__enter__()
        opened.append(context)
        for name in MODELS:
            view(database, name, folder / "std" / f"{name}.parquet")
        for name in extracted.tables:
            view(database, f"raw_{name}", raw_files(folder / "raw", name))
        return Std(database, extracted)

    yield of
    for context in opened:
        context.__exit__(None, None, None)


@pytest.fixture(scope="module")
def std(published: str, make: Callable[..., Std]) -> Std:
    """The std tables of the database as published, whole year 2025."""
    return make(published)


@pytest.fixture
def altered(published: str, new_database: Callable[[str], str]) -> Callable[[str], str]:
    """Copies the published database, changes it by SQL, gives the copy's URL."""

    def copy(sql: str) -> str:
        url = new_database(urlsplit(published).path.lstrip("/"))
        psql(url, "-c", sql)
        return url

    return copy


def test_no_row_is_lost_or_doubled_and_no_value_is_lost(std: Std) -> None:
    for name in MODELS:
        rows, distinct, lost = std.rows(f"SELECT count(*), count(DISTINCT _row), count({LOST}) FROM {name}")[0]
        assert (rows, lost) == (distinct, 0), name


def test_std_keys_are_unique_and_required_columns_filled(std: Std) -> None:
    for name in MODELS:
        spec = std_table(name)
        key = ", ".join(spec.key)
        twice = std.rows(f"SELECT {key} FROM {name} WHERE _excluded IS NULL GROUP BY ALL HAVING count(*) > 1")
        assert twice == [], name
        for column in spec.columns:
            if column.required:
                empty = std.one(f'SELECT count(*) FROM {name} WHERE _excluded IS NULL AND "{column.name}" IS NULL')
                assert empty == 0, f"{name}.{column.name}"


def test_names_are_read_only_for_a_format_that_has_them(published: str, std: Std, tmp_path: Path) -> None:
    assert std.rows("SELECT count(*) > 0, count(psn_name) FROM person") == [(True, 0)]
    assert std.one("SELECT count(name) FROM raw_adm_patient") == 0
    run(replace(ask(published, tmp_path), form=load_format("audit-cn")), tmp_path)
    named = pq.read_table(tmp_path / "std" / "person.parquet", columns=["psn_name"])["psn_name"]
    assert named.null_count == 0 and len(named) > 0


def test_the_contract_holds_against_the_database_and_what_is_never_filled_is_known(
    published: str, tmp_path: Path
) -> None:
    job = ask(published, tmp_path)
    with closing(open_source(published, job.adapter.timezone)) as source:
        types, results = check_source(source, job.adapter)
    results += check_adapter(job.adapter, job.settings, tmp_path, types)
    assert {one.id: one.reason for one in results if one.outcome is Outcome.FAILED} == {}
    run(job, tmp_path)
    found, _ = never_filled(job.adapter, job.form.std_fields, job.settings, tmp_path / "std", tmp_path)
    assert found == NEVER_FILLED


def test_every_exclusion_is_a_named_rule(std: Std) -> None:
    named = set(load_adapter("openhis").exclusions)
    for name in MODELS:
        used = {row[0] for row in std.rows(f"SELECT DISTINCT _excluded FROM {name} WHERE _excluded IS NOT NULL")}
        assert used <= named, name


def test_the_source_says_32_charge_items_of_771_yuan_38(std: Std) -> None:
    totals = std.extracted.tables["adm_charge_item"]
    assert (totals.rows, totals.sums) == (32, {"total_price": Decimal("771.38")})


def test_24_settled_lines_are_delivered_and_8_unpaid_stay_out(std: Std) -> None:
    assert std.rows("SELECT _excluded, count(*), sum(det_item_fee_sumamt) FROM fee_line GROUP BY 1 ORDER BY 2") == [
        ("unpaid", 8, Decimal("0.00")),
        (None, 24, Decimal("771.38")),
    ]


@pytest.mark.parametrize("table", ["fee_line", "settlement"])
def test_amounts_by_settlement_day(std: Std, table: str) -> None:
    lines = "fee_line JOIN settlement USING (setl_id) WHERE fee_line._excluded IS NULL"
    bills = "settlement WHERE _excluded IS NULL"
    amount, rows = ("det_item_fee_sumamt", lines) if table == "fee_line" else ("medfee_sumamt", bills)
    assert std.rows(f"SELECT setl_time::DATE AS day, sum({amount}) FROM {rows} GROUP BY day ORDER BY day") == [
        (date(2025, 3, 7), Decimal("99.99")),
        (date(2025, 3, 10), Decimal("139.99")),
        (date(2025, 3, 20), Decimal("531.40")),
    ]


def test_each_settlement_is_the_sum_of_its_lines(std: Std) -> None:
    lines = "SELECT setl_id, _excluded, sum(det_item_fee_sumamt) AS amount FROM fee_line GROUP BY ALL"
    both = (
        f"settlement s FULL JOIN ({lines}) l ON l.setl_id = s.setl_id AND l._excluded IS NOT DISTINCT FROM s._excluded"
    )
    assert std.one(f"SELECT count(*) FROM {both} WHERE s.medfee_sumamt IS DISTINCT FROM l.amount") == 0


def test_9_encounters_and_5_patients_have_settlements(std: Std) -> None:
    counted = (
        "SELECT count(*), count(DISTINCT mdtrt_id), count(DISTINCT psn_no) FROM settlement WHERE _excluded IS NULL"
    )
    assert std.rows(counted) == [(9, 9, 5)]


def test_all_settlements_are_outpatient_self_pay_and_no_refund(std: Std) -> None:
    kinds = "SELECT DISTINCT mz_zy, hi_setl_flag, refd_setl_flag FROM settlement"
    assert std.rows(kinds) == [("MZ", "0", "0")]
    assert std.rows("SELECT class_enum, count(*) FROM raw_adm_encounter GROUP BY 1") == [(2, 30)]


def test_the_amount_is_the_total_price_and_never_quantity_times_price(std: Std) -> None:
    delivered = "FROM fee_line WHERE _excluded IS NULL"
    assert std.one(f"SELECT sum(cnt * pric) {delivered}") == Decimal("511.40")
    registrations = (
        f"SELECT count(*), count(cnt), sum(det_item_fee_sumamt) {delivered} AND medins_list_codg LIKE 'SRV-%'"
    )
    assert std.rows(registrations) == [(5, 0, Decimal("259.98"))]


def test_19_items_without_definition_are_known_by_their_medication_request(std: Std) -> None:
    missing = (
        "SELECT c._row FROM raw_adm_charge_item c ANTI JOIN raw_adm_charge_item_definition d ON d.id = c.definition_id"
    )
    known = "SELECT count(*), count(rxno), count(medins_list_codg), count(medins_list_name) FROM fee_line"
    assert std.rows(f"{known} WHERE _row IN ({missing})") == [(19, 19, 19, 18)]


def test_items_without_encounter_or_patient_are_delivered_with_the_keys_they_name(std: Std) -> None:
    encounters = "SELECT id::VARCHAR AS mdtrt_id FROM raw_adm_encounter"
    no_encounter = f"SELECT mdtrt_id, bilg_dept_codg FROM fee_line ANTI JOIN ({encounters}) USING (mdtrt_id)"
    assert std.rows(no_encounter) == [("2000000000000000000", None)]
    no_patient = "SELECT s.psn_no, s.age, s._excluded FROM settlement s ANTI JOIN person p USING (psn_no)"
    assert std.rows(no_patient) == [("1895370144589656000", None, None)]


def test_14_of_24_diagnoses_have_no_encounter_and_stay_out(std: Std) -> None:
    assert std.rows("SELECT _excluded, count(*) FROM diagnosis GROUP BY 1 ORDER BY 2") == [
        (None, 10),
        ("no_encounter", 14),
    ]


def test_keys_keep_all_19_digits(std: Std) -> None:
    assert std.one("SELECT count(*) FROM fee_line WHERE NOT regexp_full_match(feedetl_sn, '\\d{19}')") == 0
    ids = std.rows("SELECT feedetl_sn FROM fee_line ORDER BY 1 LIMIT 2")
    assert ids == [("1897848038656212994",), ("1898940516076068865",)]


def test_25_patients_and_birth_days_in_shanghai(std: Std) -> None:
    assert std.one("SELECT count(DISTINCT psn_no) FROM person WHERE _excluded IS NULL") == 25
    assert std.one("SELECT brdy FROM person WHERE psn_no = '1893900256964550658'") == date(1990, 1, 1)
    assert std.one("SELECT min(brdy) FROM person") == date(1787, 10, 20)


def test_nothing_personal_beyond_what_the_list_demands_leaves_the_database() -> None:
    tables = load_adapter("openhis").tables
    assert tables["adm_patient"].columns == ("id", "gender_enum", "birth_date", "id_card", "delete_flag")
    columns = {column for table in tables.values() for column in table.columns}
    assert not {column for column in columns if any(word in column for word in ("phone", "address", "telcom", "link_"))}


def test_only_what_was_dispensed_moves_stock(std: Std) -> None:
    assert std.rows("SELECT _excluded, count(*), sum(cnt) FROM stock_movement GROUP BY 1 ORDER BY 2, 3") == [
        ("unit_unknown", 1, Decimal(-20)),
        ("refused", 2, Decimal(-5)),
        (None, 4, Decimal(-8)),
        ("not_dispensed", 12, Decimal(0)),
    ]
    sold = "stock_movement m JOIN fee_line f USING (feedetl_sn) WHERE m.setl_id = f.setl_id AND m._excluded IS NULL"
    assert std.one(f"SELECT count(*) FROM {sold}") == 4


def test_the_period_is_cut_by_the_day_in_shanghai(altered: Callable[[str], str], make: Callable[..., Std]) -> None:
    url = altered(
        "UPDATE adm_charge_item SET occurrence_time = '2025-03-09 16:30+00' WHERE id = 1897848038656212994;"
        "UPDATE adm_charge_item SET occurrence_time = '2025-03-10 16:30+00' WHERE id = 1898940516076068865"
    )
    day = make(url, "2025-03-10", "2025-03-10")
    assert day.rows("SELECT count(*), sum(det_item_fee_sumamt) FROM fee_line") == [(3, Decimal("219.98"))]


def test_deleted_and_unchargeable_items_stay_out_by_name(
    altered: Callable[[str], str], make: Callable[..., Std]
) -> None:
    url = altered(
        "UPDATE adm_charge_item SET delete_flag = '2' WHERE id = 3000000000000000001;"
        "UPDATE adm_charge_item SET status_enum = 4 WHERE id = 3000000000000000002"
    )
    left = make(url)
    assert left.rows("SELECT _excluded, count(*) FROM fee_line GROUP BY 1 ORDER BY 2, 1") == [
        ("deleted", 1),
        ("not_chargeable", 1),
        ("unpaid", 8),
        (None, 22),
    ]
    assert left.one("SELECT sum(medfee_sumamt) FROM settlement WHERE _excluded IS NULL") == Decimal("730.34")


def test_a_reversal_is_a_settlement_of_its_own_and_names_its_original(
    altered: Callable[[str], str], make: Callable[..., Std]
) -> None:
    original, reversal = 3000000000000000002, 3900000000000000001
    url = altered(
        f"UPDATE adm_charge_item SET status_enum = 8 WHERE id = {original};"
        "CREATE TEMP TABLE reversal AS TABLE adm_charge_item WITH NO DATA;"
        f"INSERT INTO reversal SELECT * FROM adm_charge_item WHERE id = {original};"
        f"UPDATE reversal SET id = {reversal}, refund_id = {original}, total_price = -total_price,"
        " quantity_value = -quantity_value, occurrence_time = '2025-03-21 02:00+00';"
        "INSERT INTO adm_charge_item TABLE reversal"
    )
    refunded = make(url)
    assert refunded.rows("SELECT feedetl_sn, init_feedetl_sn, cnt FROM fee_line WHERE det_item_fee_sumamt < 0") == [
        (str(reversal), str(original), Decimal(-1))
    ]
    refunds = "SELECT setl_id, init_setl_id, medfee_sumamt, setl_time::DATE FROM settlement WHERE refd_setl_flag = '1'"
    assert refunded.rows(refunds) == [(str(reversal), "3000000000000000001", Decimal("-20.00"), date(2025, 3, 21))]
    assert refunded.one("SELECT sum(medfee_sumamt) FROM settlement WHERE _excluded IS NULL") == Decimal("751.38")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("INSERT INTO yb_clinc_setlinfo (id) VALUES ('1')", "医保结算记录"),
        ("UPDATE adm_charge_item SET tenant_id = 2 WHERE id = 3000000000000000001", "多个租户"),
    ],
)
def test_a_database_that_the_derivation_does_not_fit_is_refused(
    altered: Callable[[str], str], tmp_path: Path, sql: str, said: str
) -> None:
    with pytest.raises(AdapterError, match=said):
        run(ask(altered(sql), tmp_path), tmp_path)


def test_an_unknown_institution_is_refused_and_no_patient_is_read(published: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="没有机构 H65040200001"):
        run(ask(published, tmp_path, org="H65040200001"), tmp_path)
    assert pq.read_table(tmp_path / "raw" / "adm_patient").num_rows == 0


def test_the_package_of_march_adds_up_and_proves_itself(published: str, tmp_path: Path) -> None:
    job = ask(published, tmp_path, "2025-03-01", "2025-03-31")
    package = export(job, start_run(tmp_path / "runs", job.record()), quiet, tmp_path / "packages")
    outcomes = {result.id: result.outcome for result in package.official}
    assert {number for number, outcome in outcomes.items() if outcome is Outcome.PASSED} == {
        f"V{n}" for n in range(1, 10)
    }
    assert outcomes["V10"] is Outcome.FAILED, "numbers, units and diagnoses that the source lacks stay visible"
    data = package.folder / "deliver" / "data"
    for table, amount, rows in (("SETTLE_MZ", "TOTAL_AMOUNT", 9), ("SETTLE_MZ_DETAIL", "COST", 24)):
        lines = (data / f"0091_{table}_202503_p01.csv").read_text(encoding="utf-8").splitlines()
        header, *body = [line.split("|@|") for line in lines]
        assert sum(Decimal(row[header.index(amount)]) for row in body) == Decimal("771.38")
        assert len({tuple(row) for row in body}) == len(body) == rows
    proved = {result.id: result.outcome for result in verify(package.folder, tmp_path, "500MB", 2)}
    assert {proved[name] for name in ("files", "rows", "totals", "reader.plain_split")} == {Outcome.PASSED}
    assert Outcome.FAILED not in proved.values()
