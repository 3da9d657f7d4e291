"""Reading CREATE TABLE statements: dialects, labels, titles, keys."""

import logging
from pathlib import Path

import pytest

from exports.ddl import DIALECTS, write_ddl
from flows.learn.sheet import Statement
from tests.house import FORM
from tests.spec.reading import deliver, noted, text_file


def described(folder: Path, sql: str | bytes, name: str = "建表.sql") -> tuple[Statement, ...]:
    return deliver(text_file(folder, sql, name)).statements


def columns(statement: Statement) -> list[tuple[str, str, str]]:
    return [(column.name, column.type, column.label) for column in statement.columns]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_our_own_statements_come_back_whole(tmp_path: Path, dialect: str) -> None:
    tables = [table for table in FORM.tables if table.columns]
    write_ddl(FORM, tables, [], tmp_path)
    statements = deliver(tmp_path / f"{dialect}.sql").statements
    assert [(one.table, one.title) for one in statements] == [(table.name, table.title) for table in tables]
    for statement, table in zip(statements, tables, strict=True):
        assert [(one.name, one.label) for one in statement.columns] == [
            (column.name, column.label) for column in table.columns
        ]


def test_oracle_statements_have_types_labels_and_a_key(tmp_path: Path) -> None:
    sql = """
        CREATE TABLE "HIS"."MZJS" ("DJH" VARCHAR2(30 CHAR) NOT NULL ENABLE, "JE" NUMBER(16, 2), "RQ" DATE,
            CONSTRAINT "PK1" PRIMARY KEY ("DJH") USING INDEX TABLESPACE "USERS" ENABLE
        ) PCTFREE 10 STORAGE(INITIAL 65536) TABLESPACE "USERS";
        COMMENT ON TABLE "HIS"."MZJS" IS '门诊结算';
        COMMENT ON COLUMN "HIS"."MZJS"."JE" IS '金额';
    """
    (statement,) = described(tmp_path, sql)
    assert (statement.table, statement.title, statement.key) == ("MZJS", "门诊结算", ("DJH",))
    assert columns(statement) == [("DJH", "VARCHAR2(30CHAR)", ""), ("JE", "NUMBER(16,2)", "金额"), ("RQ", "DATE", "")]


def test_mysql_statements_have_inline_comments(tmp_path: Path) -> None:
    sql = """
        DROP TABLE IF EXISTS `mzjs`;
        CREATE TABLE `mzjs` (
          `djh` varchar(30) NOT NULL COMMENT '单据号; 唯一',
          `je` decimal(16, 2) unsigned DEFAULT '0.00' COMMENT '金额(元)',
          `sj` datetime DEFAULT NULL,
          PRIMARY KEY (`djh`) USING BTREE,
          KEY `i` (`sj`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8 COMMENT='门诊结算';
    """
    (statement,) = described(tmp_path, sql.encode("gbk"))
    assert (statement.title, statement.key) == ("门诊结算", ("djh",))
    assert columns(statement) == [
        ("djh", "VARCHAR(30)", "单据号; 唯一"), ("je", "DECIMAL(16,2)", "金额(元)"), ("sj", "DATETIME", "")
    ]  # fmt: skip


def test_sql_server_statements_in_brackets_are_understood(tmp_path: Path) -> None:
    sql = """
        CREATE TABLE [dbo].[MZJS]([DJH] [nvarchar](30) NOT NULL, [BZ] NVARCHAR(MAX) NULL, [JE] [decimal](16, 2) NULL,
         CONSTRAINT [PK_MZJS] PRIMARY KEY CLUSTERED ([DJH] ASC) WITH (PAD_INDEX = OFF) ON [PRIMARY]) ON [PRIMARY]
        GO
        CREATE TABLE [dbo].[ZYJS]([DJH] [int] IDENTITY(1,1) NOT NULL)
        GO
    """
    first, second = described(tmp_path, sql)
    assert columns(first) == [("DJH", "NVARCHAR(30)", ""), ("BZ", "NVARCHAR(MAX)", ""), ("JE", "DECIMAL(16,2)", "")]
    assert first.key == ("DJH",)
    assert columns(second) == [("DJH", "INT", "")]


def test_postgresql_types_of_two_words_are_kept(tmp_path: Path) -> None:
    (statement,) = described(tmp_path, "CREATE TABLE t (a character varying(30) PRIMARY KEY, b double precision);")
    assert columns(statement) == [("a", "CHARACTER VARYING(30)", ""), ("b", "DOUBLE PRECISION", "")]
    assert statement.key == ("a",)


def test_remarks_at_line_ends_are_labels_and_the_line_above_is_the_title(tmp_path: Path) -> None:
    body = "  DJH VARCHAR(30) NOT NULL,  -- 单据号；原名 X\n  JE NUMERIC(16,2)  -- 金额\n"
    sql = f"-- 门诊结算\nCREATE TABLE MZJS (\n{body});"
    (statement,) = described(tmp_path, sql)
    assert statement.title == "门诊结算"
    assert columns(statement) == [("DJH", "VARCHAR(30)", "单据号"), ("JE", "NUMERIC(16,2)", "金额")]


def test_a_statement_that_no_dialect_understands_is_noted_and_the_others_read(tmp_path: Path) -> None:
    path = text_file(tmp_path, "CREATE TABLE A (B VARCHAR(3) ??? ,,);\nCREATE TABLE C (D INT);", "建表.sql")
    delivery = deliver(path)
    assert [statement.table for statement in delivery.statements] == ["C"]
    assert "CREATE TABLE A" in noted(delivery, "statement_not_read")[0].text


def test_the_parser_says_nothing_to_the_user(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        described(tmp_path, "CREATE TABLE C (D INT) SOMETHING ODD HERE;")
    assert caplog.records == []


def test_the_text_head_of_a_binary_dump_gives_its_statements(tmp_path: Path) -> None:
    dump = (
        b'\x03\x00EXPORT:V11\n\xff\x00CREATE TABLE "MZJS" ("DJH" VARCHAR2(30), "JE" NUMBER(16,2)) PCTFREE 10\n\x00\xfe'
    )
    (statement,) = described(tmp_path, dump, "his.dmp")
    assert columns(statement) == [("DJH", "VARCHAR2(30)", ""), ("JE", "NUMBER(16,2)", "")]


def test_data_in_a_dump_are_not_passed_over_in_silence(tmp_path: Path) -> None:
    path = text_file(
        tmp_path, "CREATE TABLE C (D INT);\nINSERT INTO C VALUES (1);\nINSERT INTO C VALUES (2);", "dump.sql"
    )
    assert [note.rows for note in noted(deliver(path), "data_not_read")] == [2]
