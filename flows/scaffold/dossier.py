"""What a scaffold takes from a dossier: which source tables and columns are likely to be what, and the amount test.

Keys, types and declared references are asked of the source itself, as it is now.
"""

from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from flows.scaffold.draft import Candidate, Choice, Found
from flows.sources.catalogue import SourceTable
from schemas.dossier import AmountMatch, Dossier, TableProfile, from_json
from schemas.dossier import Candidate as Likely
from schemas.errors import SettingsError
from schemas.reference import read_text


def read_found(path: Path, catalogue: dict[str, SourceTable]) -> Found:
    """Read a dossier against the tables that the source has now.

    Raises:
        SettingsError: it is no dossier, or it names a table or column that the source no longer has.
    """
    try:
        dossier = from_json(read_text(path))
    except FileNotFoundError:
        raise SettingsError(f"找不到概览文件 {path}；请先运行 feijian source dossier。") from None
    except ValidationError:
        raise SettingsError(f"{path} 不是 feijian source dossier 写出的 JSON，请检查文件。") from None
    profiles = {profile.name: profile for profile in dossier.tables}
    candidates = {
        one.std: tuple(_candidate(likely, profiles, catalogue) for likely in one.candidates) for one in dossier.std
    }
    return Found(candidates, _proved(dossier))


def _candidate(likely: Likely, profiles: dict[str, TableProfile], catalogue: dict[str, SourceTable]) -> Candidate:
    table, profile = catalogue.get(likely.table), profiles.get(likely.table)
    if table is None or profile is None:
        raise SettingsError(f"概览中的表 {likely.table} 在源库中已经没有；请重新运行 feijian source dossier。")
    choices = {
        std: tuple(Choice(one.column, one.score, "；".join(one.evidence)) for one in columns)
        for std, columns in likely.columns.items()
    }
    gone = sorted({one.column for of in choices.values() for one in of if table.column(one.column) is None})
    if gone:
        raise SettingsError(f"概览中表 {table.name} 的列 {'、'.join(gone)} 在源库中已经没有；请重新运行 dossier。")
    codes = {one.name: tuple(value for value, _ in one.values) for one in profile.columns if one.values}
    return Candidate(table, likely.score, "；".join(likely.evidence), profile.rows, choices, codes)


def _proved(dossier: Dossier) -> dict[str, tuple[AmountMatch, ...]]:
    """Per source table what agreed best with the cashier's on most days: all that did equally well, no filter first."""
    found: dict[str, list[AmountMatch]] = {}
    for one in sorted(dossier.amounts, key=lambda match: (-match.matched, abs(match.difference), match.filter_column)):
        if one.matched * 2 > one.days:
            found.setdefault(one.table, []).append(one)
    return {name: tuple(filter(_as_good_as(ones[0]), ones)) for name, ones in found.items()}


def _as_good_as(best: AmountMatch) -> Callable[[AmountMatch], bool]:
    return lambda one: (one.amount, one.matched, one.difference) == (best.amount, best.matched, best.difference)
