"""Whatever is done to a sealed package, `feijian verify` finds it and names the file."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports.manifest import write_manifest
from exports.seal.archive import pack
from exports.seal.digests import file_digests
from exports.seal.keys import Signer, make_key
from exports.seal.leaves import merkle_record
from exports.seal.signature import FILE as SIGNATURE
from exports.seal.signature import check_signature, sign_manifest
from exports.verify import verify
from flows.cli import main
from schemas.errors import PackageError, SettingsError
from schemas.result import CheckResult, Outcome
from tests.spec.sealed import BILLS, PAPER, docx, seal_small

JANUARY, FEBRUARY = "data/H1_BILL_202401_p01.csv", "data/H1_BILL_202402_p01.csv"


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return make_key(tmp_path_factory.mktemp("keys"), None)


@pytest.fixture(scope="module")
def shared(signer: Signer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return seal_small(tmp_path_factory.mktemp("package") / "H1_v1", signer)


@pytest.fixture
def deliver(shared: Path, tmp_path: Path) -> Path:
    shutil.copytree(shared, tmp_path / "H1_v1" / "deliver")
    return tmp_path / "H1_v1" / "deliver"


def proved(deliver: Path, tmp_path: Path, signer: str = "") -> dict[str, CheckResult]:
    return {
        result.id: result for result in verify(deliver, tmp_path, "500MB", 1, signer=frozenset(filter(None, [signer])))
    }


def manifest_of(deliver: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((deliver / "datapackage.json").read_bytes())
    return record


def flip_a_byte(deliver: Path) -> str:
    content = bytearray((deliver / JANUARY).read_bytes())
    content[-3] ^= 1
    (deliver / JANUARY).write_bytes(content)
    return JANUARY


def remove_a_row(deliver: Path) -> str:
    lines = (deliver / JANUARY).read_bytes().splitlines(keepends=True)
    (deliver / JANUARY).write_bytes(b"".join(lines[:-1]))
    return JANUARY


def swap_two_files(deliver: Path) -> str:
    first, second = (deliver / JANUARY).read_bytes(), (deliver / FEBRUARY).read_bytes()
    (deliver / JANUARY).write_bytes(second)
    (deliver / FEBRUARY).write_bytes(first)
    return JANUARY


def edit_the_manifest(deliver: Path) -> str:
    text = (deliver / "datapackage.json").read_text(encoding="utf-8")
    (deliver / "datapackage.json").write_text(
        text.replace('"feijian:rows": 2', '"feijian:rows": 3', 1), encoding="utf-8"
    )
    return "datapackage.json"


def rename_a_column(deliver: Path) -> str:
    text = (deliver / FEBRUARY).read_text(encoding="utf-8")
    (deliver / FEBRUARY).write_text(text.replace("AMOUNT", "AMOUNTS"), encoding="utf-8", newline="\n")
    return FEBRUARY


def change_the_signature(deliver: Path) -> str:
    record = json.loads((deliver / SIGNATURE).read_bytes())
    record["signature"] = ("B" if record["signature"][0] == "A" else "A") + record["signature"][1:]
    (deliver / SIGNATURE).write_text(json.dumps(record), encoding="utf-8")
    return SIGNATURE


def put_an_older_file_back(deliver: Path) -> str:
    older = seal_small(deliver.parent.parent / "older", None, {**BILLS, "202402": ["B3|C1|5.26|2024-02-01"]})
    shutil.copy2(older / FEBRUARY, deliver / FEBRUARY)
    return FEBRUARY


def add_a_file(deliver: Path) -> str:
    (deliver / "data" / "extra.csv").write_text("x\n", encoding="utf-8")
    return "data/extra.csv"


def edit_a_number_in_the_paper(deliver: Path) -> str:
    assert (deliver / PAPER).read_bytes() == docx("共 5 行")
    (deliver / PAPER).write_bytes(docx("共 6 行"))
    return PAPER


def remove_a_file(deliver: Path) -> str:
    (deliver / JANUARY).unlink()
    return JANUARY


def lose_the_signature(deliver: Path) -> str:
    (deliver / SIGNATURE).unlink()
    return SIGNATURE


def put_another_key_in(deliver: Path) -> str:
    other = make_key(deliver.parent.parent / "other", None)
    (deliver / "seal" / "signer.pem").write_bytes(other.verifier.pem)
    return "seal/signer.pem"


def point_outside(deliver: Path) -> str:
    record = manifest_of(deliver)
    record["resources"][0]["path"] = "../secret.csv"
    write_manifest(record, deliver)
    return "datapackage.json"


def name_a_thing_twice(deliver: Path) -> str:
    text = (deliver / "datapackage.json").read_text(encoding="utf-8")
    (deliver / "datapackage.json").write_text(text.replace("{", '{"feijian:ready": false,', 1), encoding="utf-8")
    return "datapackage.json"


def nest_too_deep(deliver: Path) -> str:
    (deliver / "datapackage.json").write_text("[" * 100_000, encoding="utf-8")
    return "datapackage.json"


def write_too_long_a_number(deliver: Path) -> str:
    (deliver / "datapackage.json").write_text('{"a": ' + "1" * 5000 + "}", encoding="utf-8")
    return "datapackage.json"


def leave_no_manifest_in_it(deliver: Path) -> str:
    (deliver / "datapackage.json").write_text("[]", encoding="utf-8")
    return "datapackage.json"


def nest_the_signature_too_deep(deliver: Path) -> str:
    (deliver / SIGNATURE).write_text("[" * 100_000, encoding="utf-8")
    return SIGNATURE


def put_a_link_to_a_folder_in(deliver: Path) -> str:
    (deliver / "more").symlink_to(deliver.parent)
    return "more"


def put_a_link_to_nothing_in(deliver: Path) -> str:
    (deliver / "more").symlink_to("nothing")
    return "more"


def put_a_link_in_the_place_of_a_file(deliver: Path) -> str:
    shutil.move(deliver / JANUARY, deliver.parent / "elsewhere")
    (deliver / JANUARY).symlink_to(deliver.parent / "elsewhere")
    return JANUARY


def put_a_link_in_the_place_of_a_folder(deliver: Path) -> str:
    shutil.move(deliver / "data", deliver.parent / "elsewhere")
    (deliver / "data").symlink_to(deliver.parent / "elsewhere")
    return "data"


UNREADABLE = (name_a_thing_twice, nest_too_deep, write_too_long_a_number, leave_no_manifest_in_it)
TAMPERINGS = (
    flip_a_byte, remove_a_row, swap_two_files, edit_the_manifest, rename_a_column, change_the_signature,
    put_an_older_file_back, add_a_file, edit_a_number_in_the_paper, remove_a_file, lose_the_signature,
    put_another_key_in, point_outside, nest_the_signature_too_deep, put_a_link_to_a_folder_in,
    put_a_link_to_nothing_in, put_a_link_in_the_place_of_a_file, put_a_link_in_the_place_of_a_folder,
)  # fmt: skip


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_what_was_tampered_with_is_named(deliver: Path, tmp_path: Path, tamper: Callable[[Path], str]) -> None:
    victim = tamper(deliver)
    failed = [result for result in proved(deliver, tmp_path).values() if result.outcome is Outcome.FAILED]
    assert victim in failed[0].reason


@pytest.mark.parametrize("tamper", UNREADABLE, ids=lambda tamper: tamper.__name__)
def test_a_manifest_that_cannot_be_read_in_one_way_only_is_named(
    deliver: Path, tmp_path: Path, tamper: Callable[[Path], str]
) -> None:
    with pytest.raises(PackageError, match=f"{tamper(deliver)} 已损坏"):
        proved(deliver, tmp_path)


@pytest.mark.parametrize("path", ["../x.csv", "/x.csv", "data\\..\\..\\x.csv", "C:x.csv"])
def test_a_path_that_leads_outside_on_any_system_is_named(tmp_path: Path, path: str) -> None:
    deliver = seal_small(tmp_path / "unsigned", None)
    manifest = manifest_of(deliver)
    manifest["resources"][0]["path"] = path
    write_manifest(manifest, deliver)
    assert f"{path} 指向包外" in proved(deliver, tmp_path)["files"].reason


def test_a_file_name_that_no_disk_can_hold_is_missing(tmp_path: Path) -> None:
    deliver = seal_small(tmp_path / "unsigned", None)
    manifest = manifest_of(deliver)
    manifest["resources"][0]["path"] = f"data/{'a' * 300}"
    write_manifest(manifest, deliver)
    assert "缺失" in proved(deliver, tmp_path)["files"].reason


def test_an_untouched_package_is_whole_and_says_that_the_signer_is_not_known(deliver: Path, tmp_path: Path) -> None:
    found = proved(deliver, tmp_path)
    ours = {name: result.outcome for name, result in found.items() if not name.startswith(("reader.", "paper_"))}
    assert ours.pop("signature.signer") is Outcome.NOT_VERIFIED
    wanted = ("signature", "files", "extra", "merkle", "tables", "rows", "totals")
    assert ours == dict.fromkeys(wanted, Outcome.PASSED)


def make_it_fit(deliver: Path) -> dict[str, Any]:
    """What an attacker does who knows how packages are made: the files changed, and everything that speaks of them."""
    remove_a_row(deliver)
    manifest = manifest_of(deliver)
    record = next(one for one in manifest["resources"] if one["path"] == JANUARY)
    record |= {"bytes": (deliver / JANUARY).stat().st_size, **file_digests(deliver / JANUARY).record()}
    record["feijian:rows"] -= 1
    manifest["feijian:merkle"] = merkle_record(manifest["resources"])
    write_manifest(manifest, deliver)
    return manifest


def test_who_makes_the_whole_manifest_fit_is_caught_by_the_signature(deliver: Path, tmp_path: Path) -> None:
    make_it_fit(deliver)
    failed = [result for result in proved(deliver, tmp_path).values() if result.outcome is Outcome.FAILED]
    assert [result.id for result in failed] == ["signature"]
    assert "datapackage.json" in failed[0].reason


def test_who_makes_the_signature_s_checksums_fit_too_is_caught_all_the_same(deliver: Path, tmp_path: Path) -> None:
    make_it_fit(deliver)
    record = json.loads((deliver / SIGNATURE).read_bytes())
    record |= file_digests(deliver / "datapackage.json").record()
    (deliver / SIGNATURE).write_text(json.dumps(record), encoding="utf-8")
    assert SIGNATURE in proved(deliver, tmp_path)["signature"].reason


def test_who_signs_anew_is_caught_by_the_fingerprint_told_by_another_way(
    deliver: Path, signer: Signer, tmp_path: Path
) -> None:
    make_it_fit(deliver)
    sign_manifest(deliver, make_key(tmp_path / "other", None))
    assert check_signature(deliver)[1].outcome is Outcome.NOT_VERIFIED
    found = proved(deliver, tmp_path, signer.verifier.fingerprint)
    assert found["signature.signer"].outcome is Outcome.FAILED
    assert "seal/signer.pem" in found["signature.signer"].reason


def test_a_missing_signature_is_no_pass_and_fails_where_a_signer_is_wanted(
    deliver: Path, signer: Signer, tmp_path: Path
) -> None:
    (deliver / SIGNATURE).unlink()
    shutil.rmtree(deliver / "seal")
    assert proved(deliver, tmp_path)["signature"].outcome is Outcome.NOT_VERIFIED
    assert "未签名" in proved(deliver, tmp_path)["signature"].reason
    assert proved(deliver, tmp_path, signer.verifier.fingerprint)["signature"].outcome is Outcome.FAILED


def test_a_manifest_without_roots_is_not_shown_as_proved(tmp_path: Path) -> None:
    deliver = seal_small(tmp_path / "old", None)
    manifest = {key: value for key, value in manifest_of(deliver).items() if key != "feijian:merkle"}
    write_manifest(manifest, deliver)
    assert proved(deliver, tmp_path)["merkle"].outcome is Outcome.NOT_VERIFIED


def test_a_wrong_root_is_named_by_table_and_month(tmp_path: Path) -> None:
    deliver = seal_small(tmp_path / "unsigned", None)
    manifest = manifest_of(deliver)
    manifest["feijian:merkle"]["tables"]["BILL"]["months"]["202402"] = "0" * 64
    write_manifest(manifest, deliver)
    assert "BILL 202402" in proved(deliver, tmp_path)["merkle"].reason


@pytest.fixture
def archive(deliver: Path, tmp_path: Path) -> tuple[Path, Path]:
    out, password_file = tmp_path / "out" / "H1.zip", tmp_path / "keys" / "H1.txt"
    pack(deliver, out, password_file, tmp_path, "aes", lambda line: None)
    return out, password_file


def test_the_command_proves_an_archive_and_names_a_truncated_one(
    archive: tuple[Path, Path], signer: Signer, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, password_file = archive
    asked = ["verify", str(out), "--password-file", str(password_file), "--signer", signer.verifier.fingerprint]
    assert main(asked) == 0
    assert "签名有效，签名人已核实" in capsys.readouterr().out
    out.write_bytes(out.read_bytes()[: out.stat().st_size // 2])
    assert main(asked) == 2
    assert "H1.zip 不完整" in capsys.readouterr().err


def test_a_byte_changed_inside_an_archive_is_named_by_its_file(
    archive: tuple[Path, Path], workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, password_file = archive
    content = bytearray(out.read_bytes())
    content[content.index(JANUARY.encode()) + len(JANUARY) + 40] ^= 1
    out.write_bytes(content)
    assert main(["verify", str(out), "--password-file", str(password_file)]) == 2
    assert JANUARY in capsys.readouterr().err


def test_the_command_tells_what_was_not_verified_and_refuses_what_is_no_fingerprint(
    deliver: Path, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(deliver), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["ok"]
    assert "签名人未核实" in said["verdict"]
    assert main(["verify", str(deliver), "--signer", "abc"]) == SettingsError.exit_code
    assert main(["verify", str(deliver), "--signer", str(deliver / "seal" / "signer.pem")]) == 0
