"""Each package that is packed, opened or redelivered is one line of the access log; what did not happen is none."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from exports.access_log import read_log, verify_log
from exports.manifest import FILE, read_manifest
from exports.seal.digests import file_digests
from exports.seal.edition import Corrected
from flows.cli import main
from flows.package_log import log_package
from flows.settings import load_settings
from schemas.errors import StoreError
from tests.spec.sealed import BILLS, seal_small

Capture = pytest.CaptureFixture[str]
CHANGED = BILLS | {"202402": ["B3|C1|6.25|2024-02-01", "B4|C2|1.00|2024-02-02"]}


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A package of three bills and two items, and its correction, in which February has one bill more."""
    folder = tmp_path_factory.mktemp("packages")
    old = seal_small(folder / "H1_v1", None)
    whole = file_digests(old / FILE).sha256
    new = seal_small(folder / "H1_v2", None, CHANGED, Corrected("H1_v1", whole))
    return old.parent, new.parent


def lines() -> list[dict[str, Any]]:
    log = load_settings().access_log
    assert verify_log(log) is None
    return read_log(log)


def test_a_line_says_which_package_for_whom_and_how_many_rows(sealed: tuple[Path, Path], workdir: Path) -> None:
    (workdir / "feijian.toml").write_text('[handover]\nreceiver = "某市医保局"\npurpose = "飞检"\n', encoding="utf-8")
    deliver = sealed[0] / "deliver"
    log_package(load_settings(), "export", read_manifest(deliver), deliver, file="H1_v1", reason="另导")
    [line] = lines()
    told = {name: line[name] for name in ("action", "result", "area", "rows", "file", "reason", "purpose")}
    assert told == {
        "action": "export", "result": "given", "area": "H1", "rows": 5, "file": "H1_v1", "reason": "另导",
        "purpose": "飞检",
    }  # fmt: skip
    assert line["delivered_to"] == "某市医保局" and line["account"]
    assert line["scope"] == {"from": "2024-01-01", "to": "2024-03-31", "version": 1}
    assert line["file_sha256"] == file_digests(deliver / FILE).sha256
    assert line["definitions"] == ["test/small"]


def test_packing_opening_and_redelivering_are_lines(sealed: tuple[Path, Path], workdir: Path) -> None:
    old, new = map(str, sealed)
    assert main(["pack", old, "--out", "medium/H1.zip"]) == 0
    opened = ["unpack", "medium/H1.zip", "--out", "there", "--password-file", "keys/H1.zip.password.txt"]
    assert main(opened) == 0
    assert main(["redeliver", new, "--against", old, "--out", "fix"]) == 0
    assert main(["pack", "fix", "--out", "medium/fix.zip"]) == 0
    assert [(line["action"], line["file"], line["rows"]) for line in lines()] == [
        ("pack", "H1.zip", 5), ("unpack", "H1.zip", 5), ("redeliver", "fix", 2), ("pack", "fix.zip", 2),
    ]  # fmt: skip


def test_what_was_refused_or_failed_is_not_said_to_be_given(sealed: tuple[Path, Path], workdir: Path) -> None:
    old, new = map(str, sealed)
    assert main(["pack", old, "--out", "medium/H1.zip"]) == 0
    (workdir / "wrong.txt").write_text("wrong\n", encoding="utf-8")
    for refused in (
        ["pack", old, "--out", "medium/H1.zip"],
        ["pack", old, "--out", "medium/x.rar"],
        ["pack", old, "--out", "medium/x.zip", "--password-file", "medium/p.txt"],
        ["unpack", "medium/H1.zip", "--out", "there", "--password-file", "wrong.txt"],
        ["redeliver", old, "--against", old, "--out", "fix"],
        ["redeliver", old, "--against", new, "--out", "fix"],
    ):
        assert main(refused) == 2
    assert [line["action"] for line in lines()] == ["pack"]
    assert not (workdir / "there").exists() and not (workdir / "fix").exists()


def test_two_packages_the_wrong_way_round_are_refused(
    sealed: tuple[Path, Path], workdir: Path, capsys: Capture
) -> None:
    old, new = map(str, sealed)
    assert main(["redeliver", old, "--against", new, "--out", "fix"]) == 2
    assert "写反了：新包是第 1 版，--against 后面的是第 2 版" in capsys.readouterr().err


def test_what_is_no_whole_package_is_told_what_it_is(sealed: tuple[Path, Path], workdir: Path, capsys: Capture) -> None:
    old, new = map(str, sealed)
    assert main(["redeliver", new, "--against", old, "--out", "fix"]) == 0
    (workdir / "H1.zip").write_bytes(b"")
    for arguments, said in (
        (["stock", "fix"], "fix 是更正补交"),
        (["print", "H1.zip"], "H1.zip 是压缩包，请先用 feijian unpack 解开"),
        (["verify", "H9_v1"], "没有导出包 H9_v1"),
    ):
        assert main(arguments) == 2
        assert said in capsys.readouterr().err


def test_a_log_that_cannot_be_written_leaves_nothing_behind(
    sealed: tuple[Path, Path], workdir: Path, capsys: Capture
) -> None:
    old, new = map(str, sealed)
    assert main(["pack", old, "--out", "medium/H1.zip"]) == 0
    shutil.rmtree(workdir / "access")
    (workdir / "access").write_text("in the way", encoding="utf-8")
    capsys.readouterr()
    password = ["--password-file", "keys/H1.zip.password.txt"]
    assert main(["pack", old, "--out", "medium/again.zip"]) == 2
    assert main(["unpack", "medium/H1.zip", "--out", "there", *password]) == 2
    assert main(["redeliver", new, "--against", old, "--out", "fix"]) == 2
    said = capsys.readouterr().err
    assert said.count("访问日志") == 3 and "Traceback" not in said
    assert [path.name for path in (workdir / "medium").iterdir()] == ["H1.zip"]
    assert [path.name for path in (workdir / "keys").iterdir()] == ["H1.zip.password.txt"]
    assert not (workdir / "there").exists() and not (workdir / "fix").exists()
    with pytest.raises(StoreError, match="没有交出数据"):
        log_package(load_settings(), "export", read_manifest(sealed[0] / "deliver"), sealed[0] / "deliver")


def test_a_proof_is_written_where_it_is_asked_and_bad_words_are_told(
    sealed: tuple[Path, Path], workdir: Path, capsys: Capture
) -> None:
    name = "data/H1_BILL_202401_p01.csv"
    file = str(sealed[0] / "deliver" / name)
    assert main(["seal", "proof", str(sealed[0]), name, "--out", "new/p.json", "--json"]) == 0
    root = json.loads(capsys.readouterr().out)["root"]
    assert main(["seal", "check", "new/p.json", file, "--root", root]) == 0
    for arguments, said in (
        (["proof", str(sealed[0]), name, "--out", "new"], "是文件夹"),
        (["check", "new/p.json", file, "--root", "abcd"], "--root 应是 64 位十六进制"),
        (["check", "new/p.json", "nosuch.csv", "--root", root], "没有文件 nosuch.csv"),
        (["check", "nosuch.json", file, "--root", root], "nosuch.json 不是有效的证明"),
    ):
        assert main(["seal", *arguments]) == 2
        told = capsys.readouterr().err
        assert said in told and told.count("\n") == 1
