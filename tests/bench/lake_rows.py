"""What the county of the benchmark has: one SELECT per std table, over DuckDB's range(), the same every time.

Volumes are those of a county of 250,000 residents and three years of events (commission.md, section 6). A SELECT gives
what matters; `tests/bench/lake.py` fills every other column.
"""

PERSONS, GONE = 250_000, 20_000
YEARS = (2022, 2023, 2024)
ITEMS = 70
DAYS = 1_096  # of the three years
DAY = "DATE '2022-01-01' + CAST({0} AS INTEGER)"
MIX = "(({0}) * 2654435761 % 4294967296)"  # Knuth's multiplicative hash: spreads consecutive numbers


def _day(seed: str, days: int = DAYS) -> str:
    return DAY.format(f"{MIX.format(seed)} % {days}")


def _of_person(rows: int, columns: str, stride: int = 1, where: str = "true") -> str:
    """Rows about persons: row `n` is about person `n * stride % PERSONS`, at the organisation that manages them."""
    return (
        f"SELECT p.empi, p.org, p.inst, p.birth AS _birth, {columns} FROM range({rows}) AS r(n)"
        f" JOIN person AS p ON p.p = (n * {stride}) % {PERSONS} WHERE {where}"
    )


def _visits(prefix: str, patients: str, times: int, columns: str) -> str:
    """Follow-ups of patients: `times` in each year, evenly spread."""
    day = f"DATE '2022-01-01' + CAST(y * 365 + k * {360 // times} + {MIX.format('p.p + k')} % 60 AS INTEGER)"
    return (
        f"SELECT p.empi, p.org, p.inst, '{prefix}' || p.p || '-' || y || '-' || k AS visit_id, {day} AS visit_date,"
        f" CASE WHEN p.p % 5 = 0 THEN '3' ELSE '2' END AS way, '1' AS effect, {columns}"
        f" FROM person AS p, range(3) AS years(y), range({times}) AS visits(k) WHERE {patients}"
    )


PERSON = f"""
SELECT n AS p, 'R' || lpad(CAST(n AS VARCHAR), 8, '0') AS empi, h.org, h.inst, h.home,
    DATE '1930-01-01' + CAST({MIX.format("n + 7")} % 33000 AS INTEGER) AS birth,
    CAST(1 + n % 2 AS VARCHAR) AS sex
FROM range({PERSONS + GONE}) AS r(n) JOIN home AS h ON h.number = n % (SELECT count(*) FROM home)"""

_ID = "strftime(birth, '%Y%m%d')"
HTN = f"p.p < {PERSONS} AND p.p % 100 < 7"
DM = f"p.p < {PERSONS} AND (p.p + 3) % 1000 < 24"
ELDER = f"p.p < {PERSONS} AND p.birth < DATE '1959-01-01'"
SMALL = f"p.p < {PERSONS} AND p.birth > DATE '2018-01-01'"

ROWS = {
    "resident": (
        f"SELECT empi, org, inst, '居民' || p AS name, '01' AS id_type, '650402' || {_ID} || lpad(CAST(p % 1000 AS"
        " VARCHAR), 3, '0') || 'X' AS id_no, sex, birth, '01' AS nation, '1' AS residence_type,"
        " '139' || lpad(CAST(p AS VARCHAR), 8, '0') AS mobile, '示例路' || p || '号' AS address, home AS addr_code,"
        " DATE '2018-01-01' AS _on FROM person"
    ),
    "health_archive": (
        "SELECT empi, org, inst, '65040210' || lpad(CAST(p AS VARCHAR), 9, '0') AS archive_no, org AS mana_org,"
        f" org AS create_org, DATE '2016-01-01' + CAST(p % 2000 AS INTEGER) AS create_date,"
        f" CASE WHEN p < {PERSONS} THEN '0' ELSE '1' END AS status,"
        f" CASE WHEN p >= {PERSONS} THEN '2' END AS cancel_reason,"
        f" CASE WHEN p >= {PERSONS} THEN {_day('p')} END AS cancel_date, '1' AS basic_flag,"
        " CASE WHEN p % 10 < 8 THEN '1' ELSE '0' END AS standard_flag, '1' AS electronic_flag, '0' AS open_flag"
        " FROM person"
    ),
    "archive_merge": (
        "SELECT g.empi, g.org, g.inst, m.empi AS merged_empi, TIMESTAMP '2023-05-01 10:00:00' AS merged_at"
        f" FROM person AS m JOIN person AS g ON g.p = m.p - {PERSONS} WHERE m.p >= {PERSONS} AND m.p % 2 = 0"
    ),
    "person_group": (
        "SELECT p.empi, p.org, p.inst, g.code AS group_code, DATE '2019-01-01' AS begin_date"
        f" FROM person AS p, (VALUES ('01'), ('02'), ('03'), ('04')) AS g(code) WHERE (g.code = '01' AND {ELDER})"
        f" OR (g.code = '02' AND {HTN}) OR (g.code = '03' AND {DM}) OR (g.code = '04' AND {SMALL})"
    ),
    "death_record": (
        f"SELECT empi, org, inst, 'D' || p AS death_id, {_day('p')} AS death_date, '1' AS source FROM person"
        f" WHERE p >= {PERSONS} AND p % 3 = 0"
    ),
    "htn_file": (
        "SELECT p.empi, p.org, p.inst, 'HF' || p.p AS file_id, DATE '2020-01-01' AS register_date, '0' AS status"
        f" FROM person AS p WHERE {HTN}"
    ),
    "htn_visit": _visits("HV", HTN, 4, "120 + (p.p + k) % 40 AS sbp, 70 + (p.p + k) % 30 AS dbp, '1' AS visit_class"),
    "dm_file": (
        "SELECT p.empi, p.org, p.inst, 'DF' || p.p AS file_id, DATE '2020-01-01' AS register_date, '0' AS status,"
        f" '2' AS dm_type FROM person AS p WHERE {DM}"
    ),
    "dm_visit": _visits("DV", DM, 4, "'1' AS test_method, 5 + (p.p + k) % 5 AS glucose, 'mmol/L' AS unit"),
    "exam_form": _of_person(
        150_000,
        f"'EF' || n AS form_id, {_day('n')} AS exam_date, CAST(1 + n % 6 AS VARCHAR) AS way, 80 AS adl_score,"
        " '1' AS guidance_flag, '1' AS complete_flag",
        7,
    ),
    "tcm_elder": _of_person(60_000, f"'TC' || n AS tcm_id, {_day('n')} AS service_date, '1' AS guidance_flag", 11),
    "child_card": (
        "SELECT p.empi, p.org, p.inst, 'CC' || p.p AS card_id, p.birth, p.birth + 7 AS build_date"
        f" FROM person AS p WHERE {SMALL}"
    ),
    "child_checkup": _of_person(120_000, f"'CK' || n AS checkup_id, {_day('n')} AS visit_date, '06' AS stage", 13),
    "vacc_record": _of_person(
        180_000,
        f"'VR' || n AS dose_id, '01' AS vaccine_code, 1 AS dose_no, {_day('n')} AS due_date, {_day('n')} AS given_date",
        17,
    ),
    "fd_contract": _of_person(
        450_000,
        "'FC' || n AS contract_id, 'T' || p.inst AS team_id, 'P1' AS package_id,"
        " make_date(2022 + n // 150000, 1, 1) AS begin_date, make_date(2022 + n // 150000, 1, 1) AS sign_date,"
        " make_date(2023 + n // 150000, 1, 1) AS end_date, '1' AS sign_flag",
        1,
    ),
    "fd_service": _of_person(
        1_800_000,
        f"'FS' || n AS service_id, 'FC' || n % 450000 AS contract_id, '1' AS item_id, {_day('n')} AS service_date",
    ),
    "op_visit": _of_person(
        2_100_000,
        f"'OV' || n AS visit_id, CAST({_day('n')} AS TIMESTAMP) + INTERVAL 10 HOUR AS visit_time, '1' AS kind, '01' AS dept_code",
        19,
    ),
    "svc_event": _of_person(
        2_400_000,
        f"'SE' || n AS event_id, 'S' || p.inst AS staff_id, '01' AS item_code,"
        f" CAST({_day('n')} AS TIMESTAMP) + INTERVAL 11 HOUR AS start_time, '0' AS upload_status, 1 AS points",
        23,
    ),
    "exam_roster": (
        "SELECT p.empi, p.org, p.inst, 2022 + y AS year, '1' AS household"
        f" FROM person AS p, range(3) AS years(y) WHERE p.p < {PERSONS}"
    ),
    "exam_reg": (
        "SELECT empi, org, inst, exam_no, year, '1' AS package, day AS reg_date, day AS exam_date, day + 3 AS"
        " final_date, CASE WHEN p % 5 = 0 THEN '1' ELSE '0' END AS abnormal_flag, day + 10 AS feedback_date,"
        " '1' AS archive_linked_flag FROM exam"
    ),
}

EXAM = f"""
SELECT p.p, p.empi, p.inst AS org, p.inst, 2022 + y AS year, 'E' || y || lpad(CAST(p.p AS VARCHAR), 7, '0') AS exam_no,
    make_date(2022 + y, 1, 1) + CAST({MIX.format("p.p + y * 31")} % 365 AS INTEGER) AS day
FROM person AS p, range(3) AS years(y) WHERE p.p < {PERSONS} AND (p.p * 7 + y * 11) % 100 < 68"""

EXAM_ITEM = f"""
SELECT empi, org, inst, exam_no, lpad(CAST(k AS VARCHAR), 2, '0') AS item_code, day AS item_date,
    CAST(100 + (p * 7 + k * 13) % 60 AS DECIMAL(12,3)) AS value_num,
    CAST(100 + (p * 7 + k * 13) % 60 AS VARCHAR) AS value_raw,
    CASE WHEN (p + k * 3) % 100 < 3 THEN '9' WHEN (p + k * 7) % 100 < 15 THEN '1' ELSE '0' END AS result
FROM exam, range(1, {ITEMS + 1}) AS items(k) WHERE day >= DATE '{{first}}' AND day < DATE '{{until}}'"""
