"""feijian.toml and the parameters of the command line."""

from pathlib import Path

import pytest

from flows.settings import Window, load_settings, parse_day, parse_org
from schemas.errors import SettingsError


def configure(folder: Path, text: str) -> Path:
    (folder / "feijian.toml").write_text(text, encoding="utf-8")
    return folder


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert settings.deliver == tmp_path / "deliver"
    assert settings.sources == {}


def test_the_url_of_a_source_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTRE_URL", "sqlite:///his.sqlite")
    settings = load_settings(configure(tmp_path, '[sources.a]\nadapter = "sample"\nurl_env = "CENTRE_URL"\n'))
    assert settings.source("a").location() == "sqlite:///his.sqlite"


def test_workbooks_are_written_for_every_package_where_the_file_says_so(tmp_path: Path) -> None:
    assert load_settings(tmp_path).xlsx is False
    assert load_settings(configure(tmp_path, "[export]\nxlsx = true\n")).xlsx is True
    for wrong in ('xlsx = "ja"', "xls = true"):
        with pytest.raises(SettingsError, match=r"\[export\] 只能写 xlsx"):
            load_settings(configure(tmp_path, f"[export]\n{wrong}\n"))


def test_an_unset_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CENTRE_URL", raising=False)
    settings = load_settings(configure(tmp_path, '[sources.a]\nadapter = "sample"\nurl_env = "CENTRE_URL"\n'))
    with pytest.raises(SettingsError, match="CENTRE_URL"):
        settings.source("a").location()


def test_a_password_in_the_file_is_refused(tmp_path: Path) -> None:
    text = '[sources.a]\nadapter = "sample"\nurl = "postgresql://his:secret@host/his"\n'
    with pytest.raises(SettingsError, match="口令") as caught:
        load_settings(configure(tmp_path, text))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour = 1", "不认识的设置：colour"),
        ("[sources.a]\nadapter = 'x'", "url_env"),
        ("[sources", "不是有效的 TOML"),
    ],
)
def test_a_wrong_file_is_explained(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load_settings(configure(tmp_path, text))


def test_an_unknown_source_is_answered_with_those_there_are(tmp_path: Path) -> None:
    settings = load_settings(configure(tmp_path, '[sources.a]\nadapter = "sample"\nurl = "sqlite:///x"\n'))
    with pytest.raises(SettingsError, match=r"没有名为 b 的数据源.*a"):
        settings.source("b")


def test_a_window_covers_both_its_days_and_every_month_it_touches() -> None:
    window = Window(parse_day("2023-11-15"), parse_day("2024-02-01"))
    assert window.until == parse_day("2024-02-02")
    assert window.months == ["202311", "202312", "202401", "202402"]
    assert str(window) == "20231115-20240201"


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(SettingsError, match="颠倒"):
        Window(parse_day("2024-02-01"), parse_day("2024-01-31"))


@pytest.mark.parametrize("text", ["2024-02-30", "2024/1/5", "20241301", "昨天"])
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="日期"):
        parse_day(text)


@pytest.mark.parametrize("text", ["", "H650' OR '1'='1", "H65 04", "机构"])
def test_an_institution_code_is_letters_and_digits(text: str) -> None:
    with pytest.raises(SettingsError, match="机构编码"):
        parse_org(text)
