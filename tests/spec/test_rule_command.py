"""`feijian rule`: what is checked, in words and as a query that can be lifted out."""

import json

import duckdb
import pytest

from flows.cli import main
from schemas.rule import load_rules
from tests.house import Exported


def test_every_rule_is_listed_with_its_level_and_who_mends_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "list"]) == 0
    listed = {line.split()[0] for line in capsys.readouterr().out.splitlines() if line}
    assert {rule.id for rule in load_rules()} <= listed


def test_a_rule_is_shown_with_its_reason_and_its_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "show", "P01a"]) == 0
    shown = capsys.readouterr().out
    [rule] = [one for one in load_rules() if one.id == "P01a"]
    assert rule.why in shown and rule.fix in shown and "SELECT _row FROM person WHERE" in shown


def test_the_query_of_a_row_rule_runs_as_it_stands(clean: Exported, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "show", "I03b"]) == 0
    query = capsys.readouterr().out.strip().splitlines()[-1]
    with duckdb.connect() as database:
        path = clean.run.part("std") / "fee_line.parquet"
        database.execute(f"CREATE VIEW fee_line AS SELECT * REPLACE (-pric AS pric) FROM read_parquet('{path}')")
        assert len(database.execute(query).fetchall()) > 100


def test_a_rule_that_is_not_there_is_said_with_those_that_are_near(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "show", "I99"]) == 2
    assert "没有规则 I99" in capsys.readouterr().err


def test_machines_get_records(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "list", "--json"]) == 0
    assert {one["id"] for one in json.loads(capsys.readouterr().out)["rules"]} == {rule.id for rule in load_rules()}
