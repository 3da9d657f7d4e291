"""Small cells: numbers that would single somebody out do not leave the commission (commission.md, section 7).

Only what goes outside is touched; statutory forms inside keep exact numbers. A count from 1 to below the threshold is
hidden (primary); zeros stay. Totals are true totals, so that further cells are hidden (complementary) until no hidden
cell can be worked out from what is shown, even by someone who knows that a hidden cell is at least 1 (zeros are
shown). No national threshold is known; 5 is a proposal (handbook, section 7).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schemas.figure import NO_RATE, rate

THRESHOLD = 5
SENSITIVE_THRESHOLD = 10
SMALLEST_DENOMINATOR = 20
HIDDEN = "*"

Key = Hashable


@dataclass(frozen=True)
class Cell:
    """A count as an edge of a circulation: at every node, what comes in equals what goes out.

    The row total flows to its row, each cell from its row to its column, the column total out of its column, and the
    grand total back to where the row totals begin. All sums that a reader can form are sums at a node.
    """

    key: Key
    tail: Key
    head: Key
    value: int
    total: bool


@dataclass(frozen=True)
class Grid:
    """A table of counts as it may be shown: None is hidden. Totals are of the true counts."""

    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None


def protect(counts: Sequence[Sequence[int]], threshold: int = THRESHOLD) -> Grid:
    """Hide what must be hidden of a table of counts that is shown with its row, column and grand totals.

    Args:
        counts: rows of equal length, numbers of persons (or of anything that stands for one), none below 0.
        threshold: the smallest count that is shown, besides 0.
    """
    cells = grid_cells(counts)
    hidden = hide(cells, threshold)
    shown = {cell.key: None if cell.key in hidden else cell.value for cell in cells}
    width = len(counts[0]) if counts else 0
    return Grid(
        tuple(tuple(shown["cell", row, column] for column in range(width)) for row in range(len(counts))),
        tuple(shown["row", row] for row in range(len(counts))),
        tuple(shown["column", column] for column in range(width)),
        shown["total"],
    )


def protect_column(counts: Sequence[int], threshold: int = THRESHOLD, also: Iterable[int] = ()) -> list[int | None]:
    """Hide what must be hidden of one column that is shown with its total; the total is the last of the result.

    Args:
        counts: the column.
        threshold: the smallest count that is shown, besides 0.
        also: rows that are hidden for a reason of their own.
    """
    cells = [Cell(row, "start", "end", value, False) for row, value in enumerate(counts)]
    cells.append(Cell("total", "end", "start", sum(counts), True))
    hidden = hide(cells, threshold, also)
    return [None if cell.key in hidden else cell.value for cell in cells]


def grid_cells(counts: Sequence[Sequence[int]]) -> list[Cell]:
    """A table with all its totals as a circulation."""
    columns = list(zip(*counts, strict=True))
    cells = [Cell(("row", i), "start", ("row", i), sum(row), True) for i, row in enumerate(counts)]
    cells += [
        Cell(("cell", i, j), ("row", i), ("column", j), value, False)
        for i, row in enumerate(counts)
        for j, value in enumerate(row)
    ]
    cells += [Cell(("column", j), ("column", j), "end", sum(column), True) for j, column in enumerate(columns)]
    return [*cells, Cell("total", "end", "start", sum(map(sum, counts)), True)]


def hide(cells: Sequence[Cell], threshold: int, also: Iterable[Key] = ()) -> frozenset[Key]:
    """The keys to hide: small counts, those in `also`, and as many more as keep each of them open.

    Totals go last, the smallest neighbour first. It ends: when all non-zero cells are hidden, any may be larger.
    """
    hidden = {cell.key for cell in cells if 0 < cell.value < threshold} | set(also)
    hidden -= {cell.key for cell in cells if cell.value == 0}
    while told := [cell for cell in cells if cell.key in hidden and determined(cell, cells, hidden)]:
        first = next((cell for cell in told if _alone(cell, cells, hidden)), told[0])
        hidden.add(_companion(first, cells, hidden).key)
    return frozenset(hidden)


def determined(cell: Cell, cells: Sequence[Cell], hidden: set[Key] | frozenset[Key]) -> bool:
    """Whether the shown numbers leave a hidden cell a single value, all hidden ones being at least 1.

    It can be larger, or smaller, exactly when some cycle of other hidden cells can take up the difference.
    """
    others: dict[Key, set[Key]] = defaultdict(set)
    for other in cells:
        if other.key in hidden and other.key != cell.key:
            others[other.tail].add(other.head)
            if other.value > 1:
                others[other.head].add(other.tail)
    larger = _reaches(others, cell.head, cell.tail)
    return not larger and not (cell.value > 1 and _reaches(others, cell.tail, cell.head))


def shown_rate(numerator: int | None, denominator: int | None, scale: int, decimals: int) -> str:
    """A rate as it may be shown: none when a part of it is hidden or the denominator is below 20."""
    if numerator is None or denominator is None or denominator < SMALLEST_DENOMINATOR:
        return NO_RATE if denominator == 0 else HIDDEN
    value = rate(Decimal(numerator), Decimal(denominator), scale, decimals)
    return NO_RATE if value is None else f"{value:f}"


def nearly_all(numerators: Sequence[int], denominators: Sequence[int], threshold: int) -> list[int]:
    """The rows in which those who are not counted are few: showing both numbers would show them."""
    return [
        row
        for row, (part, whole) in enumerate(zip(numerators, denominators, strict=True))
        if 0 < whole - part < threshold
    ]


def _companion(told: Cell, cells: Sequence[Cell], hidden: set[Key]) -> Cell:
    """The cell to hide beside one that is told: where it stands alone, closing a cycle if it can, the smallest."""
    beside, alone = _beside(told, cells, hidden), _alone(told, cells, hidden)
    rest = [cell for cell in cells if cell.key not in hidden and cell.value]
    near = [cell for cell in rest if {cell.tail, cell.head} & (alone or {told.tail, told.head})]

    def cost(cell: Cell) -> tuple[bool, bool, int, str]:
        closes = {cell.tail, cell.head} - alone <= beside
        return (cell.total, not closes, cell.value, str(cell.key))

    return min(near or rest, key=cost)


def _beside(told: Cell, cells: Sequence[Cell], hidden: set[Key]) -> set[Key]:
    return {node for cell in cells if cell.key in hidden and cell.key != told.key for node in (cell.tail, cell.head)}


def _alone(told: Cell, cells: Sequence[Cell], hidden: set[Key]) -> set[Key]:
    """The sums in which no other cell is hidden."""
    return {told.tail, told.head} - _beside(told, cells, hidden)


def _reaches(edges: Mapping[Key, set[Key]], start: Key, goal: Key) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        for node in edges.get(waiting.pop(), ()):
            if node == goal:
                return True
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return False
