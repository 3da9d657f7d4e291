"""What the contracts promise by quarter, and what was done of it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.county.ages import calendar_end
from tests.county.county import YEARS, County
from tests.county.groups import seen_until, server
from tests.county.residents import Resident

if TYPE_CHECKING:
    from tests.county.stories.signing import Contract

Span = tuple[date, date]
END = date(2025, 1, 1)
DUE = ((3, 31), (6, 30), (9, 30), (12, 15))
ALL = (-5, -3, 0, -4)
HABITS: tuple[tuple[int | None, ...], ...] = (
    ALL,
    (-2, None, -1, -3),
    (0, 20, -4, -6),
    (None, None, None, None),
    (0, 0, 0, 0),
    (-5, -5, -5, 26),
    ALL,
)
MODES = ("MZ", "DH", "JT")


def meet(one: Span, other: Span) -> Span:
    """What two stretches have in common; empty when it ends before it begins."""
    return max(one[0], other[0]), min(one[1], other[1])


def tell_tasks(county: County, person: Resident, contracts: "list[Contract]", number: int) -> None:
    """A task a quarter while a contract is in force: done before it is due, late, or never."""
    for year in YEARS:
        tasks: list[tuple[date, date | None]] = []
        for turn, (month, day) in enumerate(DUE):
            due = date(year, month, day)
            contract = next((one for one in contracts if one.span[0] <= due < one.span[1]), None)
            if contract:
                after = HABITS[number % len(HABITS)][turn]
                done = max(due + timedelta(days=after), contract.begin) if after is not None else None
                done = done if done and done < min(seen_until(person), END) else None
                _task(county, person, contract, turn, due, done)
                tasks.append((due, done))
        for span in fulfilled(tasks, date(year + 1, 1, 1)):
            for since, until in (meet(span, contract.span) for contract in contracts):
                if since < until:
                    county.truth.holds("fulfilled", since, until, person.home(END), person.pid, person)


def fulfilled(tasks: list[tuple[date, date | None]], end: date) -> Iterator[Span]:
    """The stretches of a year in which something has been due and nothing due is left undone."""
    since = tasks[0][0] if tasks else end
    for due, done in tasks:
        if done is None or done > due:
            if since < due:
                yield since, due
            since = max(since, done or end)
    if since < end:
        yield since, end


def _task(county: County, person: Resident, contract: "Contract", turn: int, due: date, done: date | None) -> None:
    record, org = f"rw{contract.number[2:]}{due:%y%m}", server(county, person, done or due, turn)
    item, service = f"B{contract.package + 1}X{turn + 1}", f"fw{contract.number[2:]}{due:%y%m}"
    row = {"rwbh": record, "grid": person.empi, "xybh": contract.number, "xmbh": item, "dqrq": due}
    done_row = {"zt": int(done is not None), "wcrq": done, "fwbh": service if done else None}
    county.add("qy_rw", org, contract.sign, **row, **done_row)
    truth = county.truth
    truth.happened("tasks_due", due, org, record, person)
    if done is None:
        return
    served = {"fwbh": service, "grid": person.empis[-1], "xybh": contract.number, "xmbh": item, "fwrq": done}
    county.add("qy_fw", org, done, **served, fs=MODES[turn % 3], ry=f"{org}R01")
    truth.happened("fd_services", done, org, service, person)
    if done < calendar_end(due):
        truth.holds("tasks_done", max(due, done), calendar_end(due), org, record, person)
