"""SM2 by OpenSSL's command: a real SM2withSM3 signature, and never taken for checked where it was not."""

import json
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from exports.seal import signature, sm2
from exports.seal.digests import digests_of
from exports.seal.keys import load_signer, make_key, pem_fingerprint
from exports.seal.signature import SM2_FILE, SM2_SIGNER, check_signature
from flows.cli import main
from schemas.errors import SettingsError
from schemas.result import Outcome
from tests.spec.sealed import seal_small

PASSPHRASE = "口令 with blanks"

# The curve of GB/T 32918.5.
P = int("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF", 16)
A = P - 3
B = int("28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93", 16)
N = int("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123", 16)
G = (
    int("32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7", 16),
    int("BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0", 16),
)
Point = tuple[int, int] | None


def add(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    if one[0] == other[0] and (one[1] + other[1]) % P == 0:
        return None
    if one == other:
        slope = (3 * one[0] ** 2 + A) * pow(2 * one[1], -1, P)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P)
    x = (slope**2 - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(number: int, point: Point) -> Point:
    found: Point = None
    while number:
        found = add(found, point) if number & 1 else found
        point, number = add(point, point), number >> 1
    return found


def sm3(content: bytes) -> bytes:
    return bytes.fromhex(digests_of(content).sm3)


def holds_by_the_standard(public: tuple[int, int], sealed: bytes, content: bytes) -> bool:
    """GB/T 32918.2, section 7.1, step by step."""
    r, s = decode_dss_signature(sealed)
    identity = sm2.IDENTITY.encode()
    numbers = b"".join(number.to_bytes(32) for number in (A, B, *G, *public))
    head = sm3((8 * len(identity)).to_bytes(2) + identity + numbers)
    e = int.from_bytes(sm3(head + content))
    t = (r + s) % N
    point = add(times(s, G), times(t, public))
    return bool(0 < r < N and 0 < s < N and t and point and (e + point[0]) % N == r)


def public_point(pem: bytes) -> tuple[int, int]:
    import base64

    der = base64.b64decode(b"".join(pem.splitlines()[1:-1]))
    assert bytes.fromhex("06082a811ccf5501822d") in der  # 1.2.156.10197.1.301, the curve of SM2
    assert der[-65] == 4
    return int.from_bytes(der[-64:-32]), int.from_bytes(der[-32:])


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not sm2.has_sm2():
        pytest.skip("no OpenSSL with SM2 is installed")
    folder = tmp_path_factory.mktemp("keys")
    make_key(folder, PASSPHRASE)
    sm2.make_sm2_key(folder, PASSPHRASE)
    return folder


@pytest.fixture(scope="module")
def shared(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return seal_small(tmp_path_factory.mktemp("package") / "H1_v1", load_signer(keys, PASSPHRASE))


@pytest.fixture
def deliver(shared: Path, tmp_path: Path) -> Path:
    shutil.copytree(shared, tmp_path / "deliver")
    return tmp_path / "deliver"


def outcomes(deliver: Path, *expected: str) -> dict[str, Outcome]:
    return {result.id: result.outcome for result in check_signature(deliver, frozenset(expected))}


def test_openssl_s_signature_holds_by_the_standard_s_own_arithmetic(shared: Path) -> None:
    public, sealed = public_point((shared / SM2_SIGNER).read_bytes()), (shared / SM2_FILE).read_bytes()
    content = (shared / "datapackage.json").read_bytes()
    assert holds_by_the_standard(public, sealed, content)
    assert not holds_by_the_standard(public, sealed, content + b" ")


def test_the_key_is_private_and_opens_with_its_passphrase_alone(keys: Path) -> None:
    assert b"ENCRYPTED" in (keys / sm2.PRIVATE).read_bytes()
    assert (keys / sm2.PRIVATE).stat().st_mode & 0o777 == 0o600
    with pytest.raises(SettingsError, match="口令"):
        sm2.load_sm2_signer(keys, "wrong")
    with pytest.raises(SettingsError, match="已经存在"):
        sm2.make_sm2_key(keys, PASSPHRASE)


def test_either_signer_can_be_asked_for(deliver: Path) -> None:
    own, chinese = (pem_fingerprint((deliver / "seal" / name).read_bytes()) for name in ("signer.pem", sm2.PUBLIC))
    assert set(outcomes(deliver, own, chinese).values()) == {Outcome.PASSED}
    assert outcomes(deliver, chinese)["signature.signer"] is Outcome.NOT_VERIFIED
    assert outcomes(deliver, own, "0" * 64)["signature.signer"] is Outcome.FAILED
    (deliver / SM2_FILE).unlink()
    (deliver / SM2_SIGNER).unlink()
    assert outcomes(deliver, own)["signature.signer"] is Outcome.PASSED
    assert outcomes(deliver, own, chinese)["signature.signer"] is Outcome.FAILED


@pytest.mark.parametrize("victim", [SM2_FILE, SM2_SIGNER])
def test_a_damaged_or_missing_part_is_named(deliver: Path, victim: str) -> None:
    content = (deliver / victim).read_bytes()
    (deliver / victim).write_bytes(content[:40] + bytes([content[40] ^ 1]) + content[41:])
    [failed] = [result for result in check_signature(deliver) if result.outcome is Outcome.FAILED]
    assert failed.id == "signature.sm2"
    (deliver / victim).unlink()
    [failed] = [result for result in check_signature(deliver) if result.outcome is Outcome.FAILED]
    assert victim in failed.reason


def test_without_openssl_it_is_not_verified(deliver: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(signature, "has_sm2", lambda: False)
    assert outcomes(deliver)["signature.sm2"] is Outcome.NOT_VERIFIED
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not sm2.has_sm2()
    with pytest.raises(SettingsError, match="OpenSSL"):
        sm2.make_sm2_key(tmp_path, None)


def test_the_command_makes_the_second_key(keys: Path, workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["seal", "key", "new", "--sm2"]) == 2
    assert main(["seal", "key", "new"]) == 0
    capsys.readouterr()
    assert main(["seal", "key", "new", "--sm2", "--json"]) == 0
    fingerprint = json.loads(capsys.readouterr().out)["fingerprint"]
    deliver = seal_small(workdir / "H1_v1", load_signer(workdir / "keys", None))
    assert main(["verify", str(deliver), "--signer", fingerprint]) == 0
