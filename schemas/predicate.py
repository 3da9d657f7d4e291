"""A predicate on one row, written once in SQL: DuckDB counts with its text, Pandera judges with its evaluation.

Three values: true, false, and NULL where an empty cell leaves the question open. The part of SQL that is understood is
described in `reference/rules/README.md`; whatever lies outside it is refused when the rule is read, so that the two
readings cannot drift apart unseen.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import pyarrow as pa
import sqlglot
from sqlglot import expressions as ex

from schemas.arithmetic import FUNCTIONS, Value, between, in_list, literal_number, to_type
from schemas.errors import SettingsError

Columns = Mapping[str, pa.Array]
Binder = Mapping[str, Any]


@dataclass(frozen=True)
class Predicate:
    """One condition. `text` is SQL as DuckDB runs it; `fields` are its columns, in order."""

    text: str

    @property
    def _tree(self) -> ex.Expr:
        return _parsed(self.text)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The columns it looks at.

        Raises:
            SettingsError: the text is not in the language of rules.
        """
        places = self._tree.find_all(ex.Column, bfs=False)
        return tuple(dict.fromkeys(column.name for column in places))

    def on(self, column: str) -> "Predicate":
        """The predicate with `value` standing for a column."""
        return replace(self, text=re.sub(r"\bvalue\b", f'"{column}"', self.text))

    def evaluate(self, columns: Columns, variables: Binder) -> pa.BooleanArray:
        """The truth of every row: true, false or NULL.

        Args:
            columns: the columns of the rows as Arrow arrays of one length.
            variables: what `getvariable` gives.
        """
        value = _evaluate(self._tree, columns, variables)
        if isinstance(value, pa.Scalar):
            length = len(next(iter(columns.values())))
            return pa.array([value.as_py()] * length, pa.bool_())
        return value


@cache
def _parsed(text: str) -> ex.Expr:
    try:
        tree = sqlglot.parse_one(text, read="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise SettingsError(f"规则条件“{text}”写法有误：{str(error).splitlines()[0]}。") from None
    _require_known(tree, text)
    return tree


def _require_known(tree: ex.Expr, text: str) -> None:
    for node in tree.walk():
        known = type(node) in _NODES or isinstance(
            node, (ex.Identifier, ex.DataType, ex.DataTypeParam, ex.Var, ex.Literal)
        )
        if isinstance(node, ex.Anonymous):
            known = node.name.lower() in FUNCTIONS or node.name.lower() == "getvariable"
        if not known:
            raise SettingsError(f"规则条件“{text}”用了不支持的写法：{node.sql()}。")


def _evaluate(node: ex.Expr, columns: Columns, variables: Binder) -> Value:
    return _NODES[type(node)](node, columns, variables)


def _call(name: str, *parts: str) -> Callable[[Any, Columns, Binder], Value]:
    """A node whose operands stand under `parts` and whose meaning is `FUNCTIONS[name]`."""

    def evaluate(node: Any, columns: Columns, variables: Binder) -> Value:
        given = [node.args.get(part) for part in parts]
        return FUNCTIONS[name](*(_evaluate(one, columns, variables) for one in given if one is not None))

    return evaluate


def _column(node: Any, columns: Columns, variables: Binder) -> Value:
    return columns[node.name]


def _literal(node: Any, columns: Columns, variables: Binder) -> Value:
    return pa.scalar(node.name) if node.is_string else literal_number(node.name)


def _inside(node: Any, columns: Columns, variables: Binder) -> Value:
    return _evaluate(node.this, columns, variables)


def _is_null(node: Any, columns: Columns, variables: Binder) -> Value:
    return FUNCTIONS["is_null"](_evaluate(node.this, columns, variables))


def _in(node: Any, columns: Columns, variables: Binder) -> Value:
    listed = [_evaluate(one, columns, variables) for one in node.expressions]
    return in_list(_evaluate(node.this, columns, variables), listed)


def _between(node: Any, columns: Columns, variables: Binder) -> Value:
    return between(*(_evaluate(node.args[part], columns, variables) for part in ("this", "low", "high")))


def _cast(node: Any, columns: Columns, variables: Binder) -> Value:
    return to_type(_evaluate(node.this, columns, variables), node.to.this.value)


def _coalesce(node: Any, columns: Columns, variables: Binder) -> Value:
    given = [_evaluate(one, columns, variables) for one in (node.this, *node.expressions)]
    return FUNCTIONS["coalesce"](*given)


def _days(node: Any, columns: Columns, variables: Binder) -> Value:
    return FUNCTIONS["date_diff"](*(_evaluate(one, columns, variables) for one in (node.expression, node.this)))


def _named(node: Any, columns: Columns, variables: Binder) -> Value:
    if node.name.lower() == "getvariable":
        return pa.scalar(variables[node.expressions[0].name])
    return FUNCTIONS[node.name.lower()](*(_evaluate(one, columns, variables) for one in node.expressions))


_NODES: dict[type[ex.Expr], Callable[[Any, Columns, Binder], Value]] = {
    ex.Column: _column,
    ex.Literal: _literal,
    ex.Paren: _inside,
    ex.Boolean: lambda node, columns, variables: pa.scalar(bool(node.this)),
    ex.Null: lambda node, columns, variables: pa.scalar(None, pa.bool_()),
    ex.Is: _is_null,
    ex.In: _in,
    ex.Between: _between,
    ex.Cast: _cast,
    ex.Coalesce: _coalesce,
    ex.DateDiff: _days,
    ex.Anonymous: _named,
    ex.And: _call("and", "this", "expression"),
    ex.Or: _call("or", "this", "expression"),
    ex.Not: _call("not", "this"),
    ex.EQ: _call("=", "this", "expression"),
    ex.NEQ: _call("<>", "this", "expression"),
    ex.LT: _call("<", "this", "expression"),
    ex.LTE: _call("<=", "this", "expression"),
    ex.GT: _call(">", "this", "expression"),
    ex.GTE: _call(">=", "this", "expression"),
    ex.Add: _call("+", "this", "expression"),
    ex.Sub: _call("-", "this", "expression"),
    ex.Mul: _call("*", "this", "expression"),
    ex.Neg: _call("neg", "this"),
    ex.Abs: _call("abs", "this"),
    ex.Sign: _call("sign", "this"),
    ex.Round: _call("round", "this", "decimals"),
    ex.Length: _call("length", "this"),
    ex.Left: _call("left", "this", "expression"),
    ex.Substring: _call("substr", "this", "start", "length"),
    ex.RegexpFullMatch: _call("regexp_full_match", "this", "expression"),
    ex.RegexpLike: _call("regexp_matches", "this", "expression"),
    ex.Contains: _call("contains", "this", "expression"),
}
