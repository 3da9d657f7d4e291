"""The signing key: made once, kept private, known by its fingerprint."""

import json
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exports.manifest import describe_file, read_manifest, write_manifest
from exports.papers.write import PAPERS
from exports.seal.keys import load_signer, make_key, plain_fingerprint, spaced
from exports.seal.signature import FILE, sign_manifest
from flows.cli import main
from schemas.errors import SettingsError
from tests.spec.sealed import docx, seal_small


def test_a_signature_is_ed25519_as_rfc_8032_has_it() -> None:
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    wanted = (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b"
    )
    assert Ed25519PrivateKey.from_private_bytes(secret).sign(b"").hex() == wanted


def test_the_private_key_is_its_owner_s_alone_and_is_not_written_over(tmp_path: Path) -> None:
    signer = make_key(tmp_path / "keys", None)
    assert stat.S_IMODE((tmp_path / "keys" / "signing.pem").stat().st_mode) == 0o600
    with pytest.raises(SettingsError, match="已经存在"):
        make_key(tmp_path / "keys", None)
    again = load_signer(tmp_path / "keys", None)
    assert again and again.verifier.fingerprint == signer.verifier.fingerprint
    assert load_signer(tmp_path / "none", None) is None
    assert repr(signer) == f"Signer({signer.verifier.fingerprint})"


def test_a_passphrase_encrypts_the_key(tmp_path: Path) -> None:
    make_key(tmp_path, "一个口令")
    assert b"ENCRYPTED" in (tmp_path / "signing.pem").read_bytes()
    assert load_signer(tmp_path, "一个口令")
    with pytest.raises(SettingsError, match="FEIJIAN_SIGNING_PASSPHRASE"):
        load_signer(tmp_path, None)
    with pytest.raises(SettingsError, match="不对"):
        load_signer(tmp_path, "另一个口令")


def test_the_same_package_signed_twice_has_the_same_bytes(tmp_path: Path) -> None:
    signer = make_key(tmp_path / "keys", None)
    deliver = seal_small(tmp_path / "H1_v1", signer)
    first = (deliver / FILE).read_bytes()
    sign_manifest(deliver, signer)
    assert (deliver / FILE).read_bytes() == first


def test_openssl_finds_the_same_fingerprint(tmp_path: Path) -> None:
    signer = make_key(tmp_path, None)
    try:
        der = subprocess.run(
            ["openssl", "pkey", "-pubin", "-in", str(tmp_path / "signer.pem"), "-outform", "DER"],
            capture_output=True,
            check=True,
        ).stdout
        said = subprocess.run(["openssl", "dgst", "-sha256"], input=der, capture_output=True, check=True).stdout
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    assert signer.verifier.fingerprint in said.decode()


def test_a_fingerprint_is_read_however_it_is_typed() -> None:
    digits = "0123456789abcdef" * 4
    assert plain_fingerprint(spaced(digits)) == digits
    assert plain_fingerprint("SHA256:" + digits.upper()) == digits
    assert plain_fingerprint(digits[:-1]) is None


def test_the_commands_make_show_and_use_a_key(workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["seal", "key", "show"]) == 2
    assert "feijian seal key new" in capsys.readouterr().err
    deliver = seal_small(workdir / "H1_v1", None)
    assert main(["seal", "sign", str(deliver)]) == 2
    assert main(["seal", "key", "new", "--json"]) == 0
    capsys.readouterr()
    assert main(["seal", "key", "show", "--json"]) == 0
    fingerprint = json.loads(capsys.readouterr().out)["fingerprint"]
    manifest = (deliver / "datapackage.json").read_bytes()
    assert main(["seal", "sign", str(deliver)]) == 0
    assert (deliver / "datapackage.json").read_bytes() == manifest
    assert main(["verify", str(deliver), "--signer", spaced(fingerprint)]) == 0
    assert main(["seal", "sign", str(deliver)]) == 2
    assert "已有签名" in capsys.readouterr().err


def test_papers_that_say_something_else_are_not_signed(workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deliver = seal_small(workdir / "H1_v1", None)
    (deliver / PAPERS[0]).write_bytes(docx("70004"))
    manifest = read_manifest(deliver)
    manifest["feijian:files"].append(describe_file(deliver / PAPERS[0], deliver))
    write_manifest(manifest, deliver)
    assert main(["seal", "key", "new"]) == 0
    assert main(["seal", "sign", str(deliver)]) == 2
    assert "不能签名" in capsys.readouterr().err
    assert not (deliver / FILE).exists()


def test_one_file_is_proved_without_the_package(workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deliver = seal_small(workdir / "H1_v1", None)
    name = "data/H1_BILL_202401_p01.csv"
    assert main(["seal", "proof", str(deliver), name, "--out", "p.json", "--json"]) == 0
    root = json.loads(capsys.readouterr().out)["root"]
    asked = ["seal", "check", "p.json", str(deliver / name), "--root"]
    assert main([*asked, root]) == 0
    assert main([*asked, "0" * 64]) == 1
    assert main([*asked, "nothing"]) == 2
    (deliver / name).write_text("x", encoding="utf-8")
    assert main([*asked, root]) == 1
    assert "H1_BILL_202401_p01.csv" in capsys.readouterr().out
    assert main(["seal", "proof", str(deliver), "data/none.csv", "--out", "p.json"]) == 2


@pytest.mark.parametrize("damage", ["resource", "month_root", "in_table", None])
def test_a_proof_that_is_none_is_said_in_a_sentence(
    damage: str | None, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deliver = seal_small(workdir / "H1_v1", None)
    name = "data/H1_BILL_202401_p01.csv"
    assert main(["seal", "proof", str(deliver), name, "--out", "p.json"]) == 0
    record = json.loads(Path("p.json").read_bytes())
    Path("p.json").write_text(json.dumps(record | {damage: {}}) if damage else "[" * 100_000, encoding="utf-8")
    capsys.readouterr()
    assert main(["seal", "check", "p.json", str(deliver / name), "--root", "0" * 64]) == 2
    assert "p.json 不是有效的证明" in capsys.readouterr().err


def test_a_proof_says_which_file_of_the_package_it_proves(workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deliver = seal_small(workdir / "H1_v1", None)
    january, other = deliver / "data" / "H1_BILL_202401_p01.csv", workdir / "H1_BILL_202402_p01.csv"
    assert main(["seal", "proof", str(deliver), f"data/{january.name}", "--out", "p.json", "--json"]) == 0
    root = json.loads(capsys.readouterr().out)["root"]
    other.write_bytes(january.read_bytes())
    assert main(["seal", "check", "p.json", str(other), "--root", root]) == 0
    assert f"{other.name} 是这个包的 data/{january.name}" in capsys.readouterr().out
