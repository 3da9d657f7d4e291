"""Small cells are hidden so that nobody works them out; proved by trying all tables that agree with what is shown."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.disclosure.suppression import (
    Grid,
    determined,
    grid_cells,
    hide,
    nearly_all,
    protect,
    protect_column,
    shown_rate,
)

SMALL = st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=3), min_size=2, max_size=3).filter(
    lambda rows: len({len(row) for row in rows}) == 1
)
LARGE = st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=3), min_size=2, max_size=6)


def tables_that_agree(counts: list[list[int]], hidden: frozenset[object], most: int) -> Iterator[dict[object, int]]:
    """Every table with hidden inner cells from 1 to `most` that shows the same numbers; the slow and certain way."""
    cells = {cell.key: cell.value for cell in grid_cells(counts)}
    inner = [key for key in cells if isinstance(key, tuple) and key[0] == "cell" and key in hidden]
    for values in product(range(1, most + 1), repeat=len(inner)):
        guess = dict(zip(inner, values, strict=True))
        rows = [[guess.get(("cell", i, j), value) for j, value in enumerate(row)] for i, row in enumerate(counts)]
        found = {cell.key: cell.value for cell in grid_cells(rows)}
        same = all(found[key] == value for key, value in cells.items() if key not in hidden)
        if same and all(found[key] >= 1 for key in hidden):
            yield found


@settings(max_examples=30, deadline=None)
@given(SMALL)
def test_no_hidden_cell_of_a_small_table_can_be_worked_out(counts: list[list[int]]) -> None:
    hidden = hide(grid_cells(counts), 3)
    if sum(isinstance(key, tuple) and key[0] == "cell" for key in hidden) > 5:
        return
    values: dict[object, set[int]] = {key: set() for key in hidden}
    for table in tables_that_agree(counts, hidden, 5):
        for key in hidden:
            values[key].add(table[key])
    assert all(len(found) > 1 for found in values.values()), (counts, hidden)


@settings(max_examples=30, deadline=None)
@given(SMALL)
def test_the_quick_check_agrees_with_trying_everything(counts: list[list[int]]) -> None:
    cells = grid_cells(counts)
    hidden = frozenset(cell.key for cell in cells if 0 < cell.value < 3 and not cell.total)
    if len(hidden) > 4:
        return
    tables = list(tables_that_agree(counts, hidden, 8))
    for cell in cells:
        if cell.key in hidden:
            assert determined(cell, cells, hidden) == (len({table[cell.key] for table in tables}) == 1)


@settings(max_examples=40, deadline=None)
@given(LARGE, st.sampled_from([3, 5, 10]))
def test_small_counts_are_hidden_zeros_stay_and_shown_numbers_are_true(counts: list[list[int]], least: int) -> None:
    grid = protect(counts, least)
    for row, shown in zip(counts, grid.cells, strict=True):
        for true, cell in zip(row, shown, strict=True):
            assert cell in (true, None) and (cell is None or cell == 0 or cell >= least)
            assert true != 0 or cell == 0
    for true, total in zip(map(sum, counts), grid.row_totals, strict=True):
        assert total in (true, None)
    hidden = hide(grid_cells(counts), least)
    assert not any(determined(cell, grid_cells(counts), hidden) for cell in grid_cells(counts) if cell.key in hidden)


def test_a_lone_small_cell_takes_a_neighbour_in_each_direction_with_it() -> None:
    grid = protect([[30, 3, 40], [50, 60, 70], [80, 90, 20]])
    assert sum(cell is None for row in grid.cells for cell in row) == 4
    assert grid.total == 443 and None not in grid.row_totals + grid.column_totals


def test_two_ones_that_add_up_to_a_shown_two_are_not_left_like_that() -> None:
    assert protect_column([1, 1, 40])[:2] == [None, None] and None in protect_column([1, 1, 40])[2:]


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert protect([[0, 7], [9, 0]]) == Grid(((0, 7), (9, 0)), (7, 9), (9, 7), 16)


def test_a_column_hides_a_second_number_or_its_total() -> None:
    assert protect_column([3, 0, 40, 50]) == [None, 0, None, 50, 93]
    assert protect_column([3, 0, 0]) == [None, 0, 0, None]


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [(10, 20, "50.00"), (10, 19, "*"), (None, 40, "*"), (10, None, "*"), (0, 0, "—")],
)
def test_a_rate_needs_twenty_and_both_of_its_numbers(numerator: int | None, denominator: int | None, text: str) -> None:
    assert shown_rate(numerator, denominator, 100, 2) == text


def test_few_who_are_missing_from_a_count_are_small_too() -> None:
    assert nearly_all([98, 50, 100], [100, 100, 100], 5) == [0]
