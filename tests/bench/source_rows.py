"""Fee lines that a server makes for itself: 30 columns of the kinds that hospitals keep, the same in both engines."""

import pymysql

from flows.sources.mysql import connection_arguments

TABLE = "fee_line"

_COLUMNS = (
    ("id", "bigint", "9000000000000000 + n"),
    ("visit_id", "bigint", "n % 300000"),
    ("line_no", "int", "n % 40"),
    ("settlement_no", "varchar(30)", "concat('MZ2024', n)"),
    ("org_code", "varchar(12)", "'H65040290001'"),
    ("charged_at", "{datetime}", "{moment}"),
    ("charge_day", "date", "{day}"),
    ("price", "decimal(16,4)", "n % 100000 / 7.0"),
    ("quantity", "decimal(16,4)", "n % 9"),
    ("amount", "decimal(16,2)", "n % 100000 / 3.0"),
    ("own_pay", "decimal(16,2)", "n % 7777 / 9.0"),
    ("fund_pay", "decimal(16,2)", "n % 5555 / 11.0"),
    ("ratio", "decimal(5,4)", "n % 100 / 100.0"),
    ("item_code", "varchar(40)", "concat('XA02BCA', n % 9000, 'B002010')"),
    ("item_name", "varchar(100)", "concat('阿莫西林胶囊', n % 9000)"),
    ("specification", "varchar(60)", "CASE WHEN n % 5 = 0 THEN '' ELSE '0.25g*24粒/盒' END"),
    ("unit", "varchar(10)", "'盒'"),
    ("maker", "varchar(100)", "CASE WHEN n % 3 = 0 THEN NULL ELSE '某某制药股份有限公司' END"),
    ("dept_code", "varchar(10)", "concat('D', n % 50)"),
    ("dept_name", "varchar(50)", "concat('内科', n % 50)"),
    ("doctor_code", "varchar(20)", "concat('YS', n % 90)"),
    ("fee_class", "char(2)", "'01'"),
    ("list_class", "varchar(4)", "CASE WHEN n % 2 = 0 THEN '101' ELSE NULL END"),
    ("refund_of", "bigint", "CASE WHEN n % 50 = 0 THEN n - 1 ELSE NULL END"),
    ("state", "smallint", "n % 4"),
    ("is_child", "smallint", "n % 2"),
    ("executed_at", "{datetime}(6)", "{moment}"),
    ("memo", "varchar(200)", "CASE WHEN n % 10 = 0 THEN concat('备注\"，', n) ELSE '' END"),
    ("spare", "varchar(20)", "NULL"),
    ("changed_at", "{datetime}", "{moment}"),
)
NAMES = tuple(name for name, _, _ in _COLUMNS)
MONEY = ("price", "quantity", "amount", "own_pay", "fund_pay", "ratio")
_MOMENTS = {
    "postgresql": {
        "datetime": "timestamp",
        "moment": "timestamp '2024-01-01 00:00:00' + n % 31536000 * interval '1 second'",
        "day": "date '2024-01-01' + n % 365",
    },
    "mysql": {
        "datetime": "datetime",
        "moment": "timestamp('2024-01-01 00:00:00') + interval n % 31536000 second",
        "day": "date('2024-01-01') + interval n % 365 day",
    },
}


def statements(engine: str, rows: int) -> list[str]:
    """What makes the table in an empty database of that engine."""
    filled = [[part.format(**_MOMENTS[engine]) for part in column] for column in _COLUMNS]
    created = ", ".join(f"{name} {kind}" for name, kind, _ in filled)
    listed = ", ".join(value for _, _, value in filled)
    numbers = (
        f"generate_series(1, {rows}) AS n" if engine == "postgresql" else f"(SELECT seq AS n FROM seq_1_to_{rows}) AS s"
    )
    return [f"CREATE TABLE {TABLE} ({created})", f"INSERT INTO {TABLE} SELECT {listed} FROM {numbers}"]


def fill(url: str, rows: int) -> None:
    """Make the table in the database of a URL."""
    if url.startswith("postgresql"):
        import adbc_driver_postgresql.dbapi as driver

        with driver.connect(url, autocommit=True) as database, database.cursor() as cursor:
            for statement in (*statements("postgresql", rows), f"VACUUM ANALYZE {TABLE}"):
                cursor.execute(statement)
        return
    with pymysql.connect(**connection_arguments(url), autocommit=True) as connection, connection.cursor() as asked:
        for statement in statements("mysql", rows):
            asked.execute(statement)
