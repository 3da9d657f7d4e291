"""Packing for the journey: encrypted, readable by others' tools, the password never on the same medium."""

import hashlib
import hmac
import io
import json
import shutil
import signal
import stat
import struct
import subprocess
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import Any

import pytest
import pyzipper
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from exports.manifest import read_manifest, write_manifest
from exports.seal import passwords, sm4, zipped
from exports.seal.archive import pack, unpack
from exports.seal.keys import make_key
from exports.seal.passwords import ALPHABET, new_password, read_password, require_apart
from exports.verify import find_deliver
from flows import seal_commands
from flows.cli import main
from flows.settings import load_settings
from schemas.errors import PackageError, SettingsError
from tests.spec.sealed import PAPER, seal_small

PASSWORD = "correct-horse"


@pytest.fixture(scope="module")
def deliver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    return seal_small(folder / "H1_v1", make_key(folder / "keys", None))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def packed(deliver: Path, tmp_path: Path, cipher: str) -> tuple[Path, str]:
    out = tmp_path / "medium" / ("H1.zip" if cipher == "aes" else "H1.tar.sm4")
    pack(deliver, out, tmp_path / "keys" / "p.txt", tmp_path, cipher, lambda line: None)
    return out, read_password(tmp_path / "keys" / "p.txt")


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
def test_what_is_packed_comes_out_as_it_went_in(deliver: Path, tmp_path: Path, cipher: str) -> None:
    out, password = packed(deliver, tmp_path, cipher)
    assert stat.S_IMODE((tmp_path / "keys" / "p.txt").stat().st_mode) == 0o600
    assert [path.name for path in out.parent.iterdir()] == [out.name]
    assert b"B1|C1" not in out.read_bytes()
    assert contents(unpack(out, password, tmp_path / "there") / "deliver") == contents(deliver)


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
def test_a_wrong_password_and_a_cut_archive_are_said_in_a_sentence(deliver: Path, tmp_path: Path, cipher: str) -> None:
    out, password = packed(deliver, tmp_path, cipher)
    with pytest.raises(PackageError, match="口令不对"):
        unpack(out, "wrong", tmp_path / "there")
    out.write_bytes(out.read_bytes()[:-50])
    with pytest.raises(PackageError, match=f"{out.name}.*截断"):
        unpack(out, password, tmp_path / "elsewhere")


def test_the_zip_is_winzip_aes_256_and_not_only_to_the_library_that_wrote_it(deliver: Path, tmp_path: Path) -> None:
    out, password = packed(deliver, tmp_path, "aes")
    content = out.read_bytes()
    assert read_member(content, f"H1_v1/deliver/{PAPER}", password) == (deliver / PAPER).read_bytes()


def read_member(content: bytes, name: str, password: str) -> bytes:
    """Decrypt one member after the published description of AE-2, with other libraries."""
    place = content.rindex(name.encode()) - 46  # its entry in the central directory
    flags, method = struct.unpack_from("<HH", content, place + 8)
    size, _, length, extra_length = struct.unpack_from("<IIHH", content, place + 20)
    extra = content[place + 46 + length :][:extra_length]
    offset = struct.unpack_from("<I", content, place + 42)[0]
    kind, _, version, vendor, strength, real = struct.unpack_from("<HHH2sBH", extra)
    assert (method, kind, version, vendor, strength, real, flags & 1) == (99, 0x9901, 2, b"AE", 3, 8, 1)
    start = offset + 30 + sum(struct.unpack_from("<HH", content, offset + 26))
    body = content[start : start + size]
    salt, check, sealed, tag = body[:16], body[16:18], body[18:-10], body[-10:]
    derived = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, 1000, 66)
    assert derived[64:] == check
    assert hmac.digest(derived[32:64], sealed, "sha1")[:10] == tag
    counters = b"".join(number.to_bytes(16, "little") for number in range(1, len(sealed) // 16 + 2))
    stream = Cipher(AES(derived[:32]), ECB()).encryptor().update(counters)
    return zlib.decompress(bytes(a ^ b for a, b in zip(sealed, stream, strict=False)), -15)


def test_openssl_and_tar_open_the_sm4_container(deliver: Path, tmp_path: Path) -> None:
    out, _ = packed(deliver, tmp_path, "sm4")
    enc = ["openssl", "enc", "-d", "-sm4-ctr", "-pbkdf2", "-iter", str(sm4.ITERATIONS), "-md", "sm3"]
    try:
        plain = subprocess.run(
            [*enc, "-pass", f"file:{tmp_path / 'keys' / 'p.txt'}", "-in", str(out)], check=True, capture_output=True
        ).stdout
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        tar.extractall(tmp_path / "there", filter="data")
    assert contents(tmp_path / "there" / "H1_v1" / "deliver") == contents(deliver)


def test_a_changed_byte_of_the_sm4_container_is_found_before_anything_is_unpacked(
    deliver: Path, tmp_path: Path
) -> None:
    out, password = packed(deliver, tmp_path, "sm4")
    content = bytearray(out.read_bytes())
    content[-100] ^= 1
    out.write_bytes(content)
    with pytest.raises(PackageError, match="改动"):
        unpack(out, password, tmp_path / "there")
    assert not (tmp_path / "there").exists()


def test_passwords_are_long_and_cannot_be_misread() -> None:
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(one) == 24 and set(one) <= set(ALPHABET) for one in made)
    assert not set("0O1lI") & set(ALPHABET)


def test_the_password_does_not_travel_with_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, package, home = tmp_path / "usb" / "H1.zip", tmp_path / "H1_v1", tmp_path / "store"
    require_apart(home / "keys" / "p.txt", out, package, home)
    with pytest.raises(SettingsError, match="同一文件夹"):
        require_apart(tmp_path / "usb" / "p.txt", out, package, home)
    with pytest.raises(SettingsError, match="导出包里"):
        require_apart(package / "local" / "p.txt", out, package, home)
    monkeypatch.setattr(passwords, "_device", lambda folder: 2 if "usb" in str(folder) else 1)
    with pytest.raises(SettingsError, match="同一个介质"):
        require_apart(tmp_path / "usb" / "other" / "p.txt", out, package, home)


def test_the_command_packs_verifies_and_unpacks_and_never_says_the_password(
    deliver: Path, workdir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["pack", str(deliver.parent), "--out", "medium/H1.zip"]) == 0
    said = capsys.readouterr()
    password = (workdir / "keys" / "H1.zip.password.txt").read_text(encoding="utf-8").strip()
    assert password not in said.out + said.err
    assert main(["verify", "medium/H1.zip"]) == 2
    assert "FEIJIAN_PACKAGE_PASSWORD" in capsys.readouterr().err
    monkeypatch.setenv("FEIJIAN_PACKAGE_PASSWORD", password)
    assert main(["verify", "medium/H1.zip", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["ok"]
    assert password not in said.out + said.err
    assert main(["unpack", "medium/H1.zip", "--out", "there"]) == 0
    assert main(["unpack", "medium/H1.zip", "--out", "there"]) == 2
    assert main(["pack", str(deliver.parent), "--out", "medium/H1.zip"]) == 2
    assert main(["pack", str(deliver.parent), "--out", "other/H1.zip"]) == 2
    assert "口令文件已经存在" in capsys.readouterr().err


def test_a_broken_package_is_not_packed_and_leaves_nothing(deliver: Path, tmp_path: Path) -> None:
    shutil.copytree(deliver, tmp_path / "H1_v1" / "deliver")
    (tmp_path / "H1_v1" / "deliver" / PAPER).write_bytes(b"x")
    with pytest.raises(PackageError, match=PAPER):
        packed(tmp_path / "H1_v1" / "deliver", tmp_path, "aes")
    assert not (tmp_path / "keys").exists()
    assert not (tmp_path / "medium").exists()


def test_an_archive_that_reads_back_otherwise_is_not_left_behind(
    deliver: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"H1_v1/deliver/{PAPER}"
    monkeypatch.setattr(zipped, "members", lambda path, password: iter([(name, iter([b"something else"]))]))
    with pytest.raises(PackageError, match="读回不符"):
        packed(deliver, tmp_path, "aes")
    monkeypatch.setattr(zipped, "members", lambda path, password: iter([]))
    with pytest.raises(PackageError, match="缺少文件"):
        packed(deliver, tmp_path, "aes")
    assert list((tmp_path / "medium").iterdir()) == list((tmp_path / "keys").iterdir()) == []
    with pytest.raises(PackageError, match="不能放在导出包里"):
        pack(deliver, deliver / "x.zip", tmp_path / "keys" / "p", tmp_path, "aes", lambda line: None)


def put_in(archive: Path, name: str, password: str | None) -> None:
    how = {"encryption": pyzipper.WZ_AES, "compression": pyzipper.ZIP_DEFLATED} if password else {}
    with pyzipper.AESZipFile(archive, "a", **how) as opened:
        opened.setpassword(password.encode() if password else None)
        opened.writestr(name, b"x")


@pytest.mark.parametrize("name", ["H1_v1/deliver/data/x.csv", "H1_v1/readme.txt"])
def test_what_somebody_without_the_password_puts_into_a_zip_is_refused(
    deliver: Path, tmp_path: Path, name: str
) -> None:
    out, password = packed(deliver, tmp_path, "aes")
    put_in(out, name, None)
    with pytest.raises(PackageError, match=f"{name} 没有加密"):
        unpack(out, password, tmp_path / "there")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "name", ["H1_v1/readme.txt", f"H1_v1/deliver/{PAPER}", f"H1_v1/deliver/{PAPER}/x", f"H1_v1/deliver/{'a' * 300}"]
)
def test_a_file_that_no_package_holds_is_refused_and_nothing_is_left(deliver: Path, tmp_path: Path, name: str) -> None:
    out, password = packed(deliver, tmp_path, "aes")
    put_in(out, name, password)
    with pytest.raises(PackageError, match="没有解开"):
        unpack(out, password, tmp_path / "there")
    assert not (tmp_path / "there").exists()


def test_what_is_unpacked_is_its_owner_s_alone_and_a_wrong_password_leaves_nothing(
    deliver: Path, tmp_path: Path
) -> None:
    out, password = packed(deliver, tmp_path, "aes")
    with pytest.raises(PackageError, match="口令不对"):
        unpack(out, "wrong", tmp_path / "there")
    unpack(out, password, tmp_path / "there")
    assert stat.S_IMODE((tmp_path / "there").stat().st_mode) == 0o700


class Link(tarfile.TarInfo):
    """An entry that is a link to a file of the receiver's."""

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self.type, self.linkname = tarfile.SYMTYPE, "/etc/passwd"


def test_a_link_in_an_sm4_container_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_text("x", encoding="utf-8")
    monkeypatch.setattr(tarfile, "TarInfo", Link)
    sm4.write(tmp_path / "bad.tar.sm4", PASSWORD, [("H1_v1/deliver/x", tmp_path / "x")])
    with pytest.raises(PackageError, match="不是普通文件"):
        unpack(tmp_path / "bad.tar.sm4", PASSWORD, tmp_path / "there")


@pytest.mark.parametrize("record", ["{}", '{"resources": 5}'])
def test_a_manifest_that_lacks_something_is_said_in_a_sentence(
    record: str, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workdir / "H1_v1" / "deliver").mkdir(parents=True)
    (workdir / "H1_v1" / "deliver" / "datapackage.json").write_text(record, encoding="utf-8")
    for asked in (["pack", "H1_v1", "--out", "medium/x.zip"], ["redeliver", "H1_v1", "--against", "H1_v1"]):
        assert main([*asked, *(["--out", "again"] if asked[0] == "redeliver" else [])]) == 2
        assert "内容不完整" in capsys.readouterr().err


def test_names_that_lead_outside_are_not_unpacked(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x", encoding="utf-8")
    sm4.write(tmp_path / "bad.tar.sm4", PASSWORD, [("../evil/x", tmp_path / "x")])
    with pytest.raises(PackageError, match="不合规矩"):
        unpack(tmp_path / "bad.tar.sm4", PASSWORD, tmp_path / "there")
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"feijian:ready": False}, "验收结论是不能交付"), ({"feijian:rehearsal_of": {"from": "2024-01-01"}}, "是演练")],
)
def test_what_used_up_no_right_to_export_is_not_packed(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    deliver = seal_small(tmp_path / "H1_v1", None)
    write_manifest(read_manifest(deliver) | changed, deliver)
    with pytest.raises(PackageError, match=said):
        packed(deliver, tmp_path, "aes")
    assert not (tmp_path / "keys").exists()


def test_what_cannot_be_logged_is_not_left_unpacked(
    deliver: Path, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _ = packed(deliver, workdir, "aes")
    load_settings().access_log.mkdir(parents=True)
    assert main(["unpack", str(out), "--out", "there", "--password-file", "keys/p.txt"]) == 2
    assert "访问日志" in capsys.readouterr().err
    assert not (workdir / "there").exists()


def test_a_package_inside_another_is_not_taken_for_the_outer_one(deliver: Path, tmp_path: Path) -> None:
    shutil.copytree(deliver, tmp_path / "outer")
    shutil.copytree(deliver, tmp_path / "outer" / "deliver")
    (tmp_path / "outer" / PAPER).write_bytes(b"changed")
    with pytest.raises(PackageError, match="里套着另一个导出包"):
        find_deliver(tmp_path / "outer")


def test_a_command_told_to_end_leaves_nothing_unpacked(
    deliver: Path, workdir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _ = packed(deliver, workdir, "aes")
    (workdir / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(workdir / "temporary"))
    unpacked: list[Path] = []

    def told_to_end(package: Path, *_: Any) -> None:
        unpacked.append(package)
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(seal_commands, "prove", told_to_end)
    assert main(["verify", str(out), "--password-file", "keys/p.txt"]) == 2
    assert "已中断" in capsys.readouterr().err
    assert unpacked and not unpacked[0].exists()
    assert not list((workdir / "temporary").iterdir())
