"""Read `reference/inspection.toml`."""

import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from schemas.errors import SettingsError
from schemas.inspection import Guide, Limits
from schemas.reference import REFERENCE, read_toml

GUIDE = REFERENCE / "inspection.toml"


@cache
def read_guide(path: Path = GUIDE) -> Guide:
    """The thresholds, texts and patterns of inspections.

    Raises:
        SettingsError: something is missing, unknown or written wrongly.
    """
    content = read_toml(path)
    try:
        return Guide(
            _limits(content["limits"], path),
            {name: (one["title"], one["advice"]) for name, one in content["checks"].items()},
            tuple(map(_pattern, content["names"]["temporary"])),
            tuple(content["names"]["institution"]),
            frozenset(day for first, last in content["holidays"]["spans"] for day in _span(first, last)),
            tuple((one["item"], one["how"]) for one in content["manual"]),
            tuple((one["case"], one["plan"]) for one in content["plans"]),
        )
    except KeyError as missing:
        raise SettingsError(f"{path.name} 缺少 {missing}。") from None
    except (TypeError, ValueError, re.error) as error:
        raise SettingsError(f"{path.name} 写法有误：{error}。") from None


def _limits(record: dict[str, Any], path: Path) -> Limits:
    names = set(Limits.names())
    if set(record) != names:
        wrong = "、".join(sorted(set(record) ^ names))
        raise SettingsError(f"{path.name} 的 [limits] 缺少或多出：{wrong}。")
    if bad := [name for name, value in record.items() if type(value) is not int or value < 0]:
        raise SettingsError(f"{path.name} 的 [limits] 中 {'、'.join(bad)} 应为不小于 0 的整数。")
    return Limits(**record)


def _pattern(text: str) -> str:
    re.compile(text)
    return text


def _span(first: date, last: date) -> list[str]:
    return [(first + timedelta(days=place)).isoformat() for place in range((last - first).days + 1)]
