"""A correction redelivers one month and proves the others unchanged."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from exports.manifest import write_manifest
from exports.seal.edition import Corrected
from exports.seal.keys import Signer, make_key
from exports.seal.redelivery import present_part, redeliver
from exports.seal.signature import sign_manifest
from exports.verify import verify
from flows.cli import main
from schemas.errors import PackageError
from schemas.result import CheckResult, Outcome
from tests.spec.sealed import BILLS, PAPER, seal_small

FEBRUARY = "data/H1_BILL_202402_p01.csv"
MENDED = {**BILLS, "202402": ["B3|C1|6.25|2024-02-01", "B4|C2|1.00|2024-02-02"]}


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return make_key(tmp_path_factory.mktemp("keys"), None)


@pytest.fixture(scope="module")
def old(signer: Signer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return seal_small(tmp_path_factory.mktemp("old") / "H1_v1", signer)


@pytest.fixture(scope="module")
def new(old: Path, signer: Signer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    corrects = Corrected("H1_v1", hashlib.sha256((old / "datapackage.json").read_bytes()).hexdigest())
    return seal_small(tmp_path_factory.mktemp("new") / "H1_v2", signer, MENDED, corrects)


@pytest.fixture
def part(new: Path, old: Path, tmp_path: Path) -> Path:
    """A redelivery in files of its own, to be tampered with."""
    redeliver(new, old, tmp_path / "linked")
    shutil.copytree(tmp_path / "linked", tmp_path / "part")
    return tmp_path / "part"


def proved(folder: Path, tmp_path: Path, signer: str = "") -> dict[str, CheckResult]:
    return {
        result.id: result for result in verify(folder, tmp_path, "500MB", 1, signer=frozenset(filter(None, [signer])))
    }


def failed(folder: Path, tmp_path: Path) -> str:
    return "；".join(one.reason for one in proved(folder, tmp_path).values() if one.outcome is Outcome.FAILED)


def test_only_the_changed_month_is_delivered_and_the_rest_is_proved(part: Path, signer: Signer, tmp_path: Path) -> None:
    assert [path.name for path in (part / "deliver" / "data").iterdir()] == [Path(FEBRUARY).name]
    assert (part / "deliver" / PAPER).is_file()
    assert (tmp_path / "linked").stat().st_mode & 0o777 == 0o700
    found = proved(part, tmp_path, signer.verifier.fingerprint)
    assert found["unchanged"].reason == "更正 1 个表月；其余 3 个表月未变"
    assert found.pop("readers").outcome is Outcome.NOT_VERIFIED
    assert found.pop("previous.signer").outcome is Outcome.PASSED
    assert {one.outcome for one in found.values()} == {Outcome.PASSED}


def test_the_command_says_what_is_delivered_and_what_is_proved(
    new: Path, old: Path, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["redeliver", str(new), "--against", str(old), "--out", "again", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changed"] == ["BILL 202402"]
    assert main(["verify", "again"]) == 0
    said = capsys.readouterr().out
    assert "其余 3 个表月未变" in said
    assert "另有 2 项未验证（previous.signer、readers）" in said
    assert main(["redeliver", str(new), "--against", str(old), "--out", "again"]) == 2
    assert main(["pack", "again", "--out", "medium/again.zip"]) == 0


def test_a_changed_month_that_is_not_delivered_fails(part: Path, tmp_path: Path) -> None:
    (part / "deliver" / FEBRUARY).unlink()
    assert "BILL 202402 有更改而没有交付" in failed(part, tmp_path)


def test_a_changed_file_of_the_redelivery_is_named(part: Path, tmp_path: Path) -> None:
    (part / "deliver" / FEBRUARY).write_bytes(b"x")
    assert FEBRUARY in failed(part, tmp_path)


def test_another_earlier_manifest_is_named(part: Path, signer: Signer, tmp_path: Path) -> None:
    previous = part / "deliver" / "previous"
    manifest = json.loads((previous / "datapackage.json").read_bytes())
    write_manifest(manifest | {"title": "另一个"}, previous)
    assert "被改动" in failed(part, tmp_path)
    sign_manifest(previous, signer)
    assert "previous/datapackage.json 不是清单所写的 H1_v1" in failed(part, tmp_path)


def test_an_earlier_manifest_made_to_look_like_the_new_one_is_found_by_its_own_tree(part: Path, tmp_path: Path) -> None:
    previous, deliver = part / "deliver" / "previous", part / "deliver"
    manifest = json.loads((previous / "datapackage.json").read_bytes())
    manifest["feijian:merkle"] = json.loads((deliver / "datapackage.json").read_bytes())["feijian:merkle"]
    write_manifest(manifest, previous)
    assert "previous/datapackage.json 中 BILL 202402 的 Merkle 根不符" in failed(part, tmp_path)


def test_a_package_that_says_of_no_other_that_it_corrects_it_is_no_redelivery(
    old: Path, signer: Signer, tmp_path: Path
) -> None:
    new = seal_small(tmp_path / "H1_v2", signer, MENDED)
    with pytest.raises(PackageError, match="没有写明更正的是哪一个包"):
        redeliver(new, old, tmp_path / "part")


def test_a_whole_package_robbed_of_its_files_is_not_passed_off_as_a_redelivery_of_itself(
    old: Path, signer: Signer, tmp_path: Path
) -> None:
    robbed = tmp_path / "robbed" / "deliver"
    shutil.copytree(old, robbed)
    for path in ("datapackage.json", "datapackage.json.sig", "seal/signer.pem"):
        (robbed / "previous" / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(robbed / path, robbed / "previous" / path)
    shutil.rmtree(robbed / "data")
    found = proved(robbed, tmp_path, signer.verifier.fingerprint)
    assert [one.id for one in found.values() if one.outcome is Outcome.FAILED] == ["previous.named"]


def test_totals_are_checked_for_what_is_there_and_for_nothing_else(tmp_path: Path) -> None:
    def file(table: str, label: str) -> dict[str, str]:
        return {"feijian:table": table, "feijian:label": label, "path": f"{table}{label}"}

    manifest = {
        "feijian:months": ["202401", "202402"],
        "resources": [
            file("A", "202401"),
            file("A", "202402"),
            file("A", "（其他）"),
            file("B", "药库"),
            file("B", "药房"),
        ],
        "feijian:totals": {"A": {"202312": 1, "202401": 2, "202402": 3}, "B": {"202401": 4, "202402": 5}},
    }
    for name in ("A（其他）", "B药库", "B药房"):
        (tmp_path / name).touch()
    assert present_part(tmp_path, manifest)["feijian:totals"] == {"A": {"202312": 1}, "B": {"202401": 4, "202402": 5}}
    (tmp_path / "A202402").touch()
    assert present_part(tmp_path, manifest)["feijian:totals"]["A"] == {"202312": 1, "202402": 3}


def test_packages_that_do_not_belong_together_are_refused(new: Path, old: Path, signer: Signer, tmp_path: Path) -> None:
    told = Corrected("H1_v1", hashlib.sha256((old / "datapackage.json").read_bytes()).hexdigest())
    with pytest.raises(PackageError, match="没有要补交的月份"):
        redeliver(seal_small(tmp_path / "H1_v2", signer, BILLS, told), old, tmp_path / "a")
    wrong = seal_small(tmp_path / "H1_v3", signer, MENDED, Corrected("H1_v9", "0" * 64))
    with pytest.raises(PackageError, match="H1_v9"):
        redeliver(wrong, old, tmp_path / "b")
    shutil.copytree(new, tmp_path / "broken" / "deliver")
    (tmp_path / "broken" / "deliver" / FEBRUARY).unlink()
    with pytest.raises(PackageError, match="不完好"):
        redeliver(tmp_path / "broken" / "deliver", old, tmp_path / "c")
    assert not [name for name in "abc" if (tmp_path / name).exists()]
