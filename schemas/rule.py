"""Rules that look at more than one row: records in `reference/rules`, each with its own SQL over std."""

from dataclasses import dataclass
from pathlib import Path

from schemas.errors import SettingsError
from schemas.reference import REFERENCE, read_toml


@dataclass(frozen=True)
class StdRule:
    """One rule over std tables.

    `failing` selects the `_row` of each row that breaks it, `denominator` counts the rows it speaks of;
    `tables` are the std tables it needs: when the source has none of their data the rule is not verified.
    `level` is `blocks` or `warns`; `tolerance` is printed as it stands
    and applied by `failing`; `source` names the invariant of the handbook.
    """

    id: str
    title: str
    level: str
    tables: tuple[str, ...]
    why: str
    fix: str
    who: str
    source: str
    failing: str
    denominator: str
    tolerance: str = "0"


def load_rules(folder: Path = REFERENCE / "rules") -> list[StdRule]:
    """Every rule record, by id.

    Raises:
        SettingsError: a record lacks a field or has one too many.
    """
    rules = []
    for path in sorted(folder.glob("*.toml")):
        for record in read_toml(path).get("rule", []):
            try:
                rules.append(StdRule(**{**record, "tables": tuple(record.get("tables", ()))}))
            except TypeError as error:
                raise SettingsError(
                    f"{path.name} 中规则 {record.get('id', '（无编号）')} 的字段有误：{error}。"
                ) from None
    return sorted(rules, key=lambda rule: rule.id)
