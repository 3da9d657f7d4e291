"""The same centre in another database gives the same files, byte for byte."""

from pathlib import Path

from schemas.result import Outcome
from tests.house import Exported, mysql_database, postgresql_database, write_centre
from tests.traced import trace


def written(folder: Path, url: str) -> dict[str, bytes]:
    """The files of the centre in a database, of which every row is accounted for."""
    traced = trace(folder, url)
    assert {one.result().outcome for one in traced.accounts.values()} == {Outcome.PASSED}
    return {path.name: path.read_bytes() for path in (traced.render().folder / "data").iterdir()}


def test_postgresql_gives_the_same_bytes_as_sqlite(clean: Exported, tmp_path: Path) -> None:
    with postgresql_database() as url:
        write_centre(url)
        assert written(tmp_path, url) == clean.data()


def test_mariadb_gives_the_same_bytes_as_sqlite(clean: Exported, tmp_path: Path) -> None:
    with mysql_database() as url:
        write_centre(url)
        assert written(tmp_path, url) == clean.data()


def test_a_folder_of_parquet_gives_the_same_bytes_as_sqlite(clean: Exported, tmp_path: Path) -> None:
    url = f"parquet://{tmp_path / 'his'}"
    write_centre(url)
    assert written(tmp_path, url) == clean.data()


def test_a_package_loads_into_postgresql_with_its_own_statements(clean: Exported, tmp_path: Path) -> None:
    import duckdb

    from exports.acceptance.loadback import judge, load_postgresql

    with postgresql_database() as url, duckdb.connect() as database:
        clean.delivery.open_views(database)
        loaded = load_postgresql(clean.delivery, url, database)
    assert loaded.problems == ()
    assert {result.outcome for result in judge(clean.delivery, [loaded])} == {Outcome.PASSED}


def test_the_mysql_statements_are_understood_by_mariadb(clean: Exported) -> None:
    import pymysql

    from flows.sources.mysql import connection_arguments

    script = (clean.deliver / "ddl" / "mysql.sql").read_text(encoding="utf-8")
    with (
        mysql_database() as url,
        pymysql.connect(**connection_arguments(url)) as connection,
        connection.cursor() as cursor,
    ):
        for statement in script.split(";\n"):
            if "CREATE TABLE" in statement:
                cursor.execute(statement)
        cursor.execute("SHOW TABLES")
        assert len(cursor.fetchall()) == len(clean.delivery.tables())
