"""What `[sources.x]` may say."""

from pathlib import Path

import pytest

from flows.settings import load_settings
from schemas.errors import SettingsError


def test_a_setting_that_nobody_knows_is_named(workdir: Path) -> None:
    config = '[sources.town]\nadapter = "sample"\nurl = "sqlite:///his.sqlite"\nspeed = 3\n'
    (workdir / "feijian.toml").write_text(config, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"\[sources.town\] 不认识 speed；可以写的有 .*rows_per_second"):
        load_settings(workdir)
