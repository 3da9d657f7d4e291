"""The detached signature over the bytes of the manifest, and what it says of who sealed the package.

`datapackage.json.sig` and `seal/signer.pem` (and, where an SM2 key was made, `datapackage.json.sm2.sig` and
`seal/signer-sm2.pem`) are no part of the manifest: a package can be signed after it was sealed
without a byte of it changing. Who signed is known only to him who got the key's fingerprint by another way; without
that the signature proves that nothing was changed since, by whomever.
"""

import base64
import binascii
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from exports.manifest import FILE as MANIFEST
from exports.seal.digests import Digests, digests_of
from exports.seal.keys import (
    ALGORITHM,
    PUBLIC,
    Signer,
    Verifier,
    load_verifier,
    pem_fingerprint,
    plain_fingerprint,
    spaced,
)
from exports.seal.sm2 import PUBLIC as SM2_PUBLIC
from exports.seal.sm2 import has_sm2, sm2_holds
from schemas.errors import SettingsError
from schemas.result import CheckResult, Outcome

FILE = f"{MANIFEST}.sig"
SIGNER = f"seal/{PUBLIC}"
SM2_FILE, SM2_SIGNER = f"{MANIFEST}.sm2.sig", f"seal/{SM2_PUBLIC}"
OUTSIDE = (MANIFEST, FILE, SIGNER, SM2_FILE, SM2_SIGNER)
TITLE, SM2_TITLE, WHO = "清单的签名", "清单的 SM2 签名", "签名人"
Expected = frozenset[str]


def sign_manifest(deliver: Path, signer: Signer) -> None:
    """Sign the manifest as it lies on the disk; the signature is the last file of a package."""
    content = (deliver / MANIFEST).read_bytes()
    (deliver / SIGNER).parent.mkdir(exist_ok=True)
    _replace(deliver / SIGNER, signer.verifier.pem)
    record = {
        "algorithm": ALGORITHM,
        "file": MANIFEST,
        **digests_of(content).record(),
        "key": f"sha256:{signer.verifier.fingerprint}",
        "signature": base64.b64encode(signer.sign(content)).decode(),
    }
    _replace(deliver / FILE, (json.dumps(record, indent=1) + "\n").encode())
    if signer.sm2:
        _replace(deliver / SM2_SIGNER, signer.sm2.pem)
        _replace(deliver / SM2_FILE, signer.sm2.sign(deliver / MANIFEST))


def unsign(deliver: Path) -> None:
    """Take a signature away that no longer fits."""
    for path in OUTSIDE[1:]:
        (deliver / path).unlink(missing_ok=True)


def is_signed(deliver: Path) -> bool:
    """Whether anything of a signature lies in the package."""
    return any((deliver / path).exists() for path in OUTSIDE[1:])


def expected_signer(text: str) -> str:
    """The fingerprint meant by `--signer`: typed, or of a public key file.

    Raises:
        SettingsError: it is neither.
    """
    if typed := plain_fingerprint(text):
        return typed
    path = Path(text)
    if path.is_file():
        try:
            return pem_fingerprint(path.read_bytes())
        except ValueError:
            raise SettingsError(f"--signer {text} 不是公钥文件（PEM）。") from None
    raise SettingsError(f"--signer {text} 既不是 64 位十六进制指纹，也不是公钥文件。")


def check_signature(
    folder: Path, expected: Expected = frozenset(), name: str = "signature", of: str = ""
) -> list[CheckResult]:
    """Whether the manifest in `folder` is the one that was signed, and by whom.

    Args:
        folder: where `datapackage.json`, its signatures and the signers' keys lie.
        expected: fingerprints of which each must have signed; empty: not known who signs.
        name: the id of the first check; the others are `<name>.signer`, `<name>.sm2` and `<name>.sm2.signer`.
        of: what the titles begin with, when it is not the package itself.
    """
    return [replace(result, title=f"{of}{result.title}") for result in _signed(folder, expected, name)]


def _signed(folder: Path, expected: Expected, name: str) -> list[CheckResult]:
    if not is_signed(folder):
        outcome = Outcome.FAILED if expected else Outcome.NOT_VERIFIED
        reason = f"未签名：没有 {FILE}，不能证明清单未被改动，也不能证明由谁封装"
        return [CheckResult(name, TITLE, outcome, reason=reason)]
    verifier, broken = _check(folder)
    results = [_judged(name, TITLE, broken)]
    keys = {f"{name}.signer": verifier.fingerprint} if verifier and not broken else {}
    if (folder / SM2_FILE).exists() or (folder / SM2_SIGNER).exists():
        results.append(_check_sm2(folder, f"{name}.sm2"))
        if results[-1].outcome is Outcome.PASSED:
            keys[f"{name}.sm2.signer"] = pem_fingerprint((folder / SM2_SIGNER).read_bytes())
    missing = sorted(expected - set(keys.values()))
    if missing and not any(result.blocks for result in results):
        told = "、".join(spaced(one) for one in keys.values())
        reason = f"要求的签名人 {spaced(missing[0])} 没有签名：{SIGNER} 中的公钥指纹是 {told}"
        return [*results, _judged(f"{name}.signer", WHO, reason)]
    return [*results, *(_who(identifier, key, expected) for identifier, key in keys.items())]


def _judged(identifier: str, title: str, broken: str) -> CheckResult:
    outcome = Outcome.FAILED if broken else Outcome.PASSED
    return CheckResult(identifier, title, outcome, failing=int(bool(broken)), total=1, reason=broken)


def _who(identifier: str, fingerprint: str, expected: Expected) -> CheckResult:
    if fingerprint in expected:
        return CheckResult(identifier, WHO, Outcome.PASSED, total=1)
    reason = f"请用另一渠道核对公钥指纹 {spaced(fingerprint)}，或加 --signer 指纹"
    return CheckResult(identifier, WHO, Outcome.NOT_VERIFIED, reason=reason)


def _check_sm2(folder: Path, identifier: str) -> CheckResult:
    for needed in (SM2_FILE, SM2_SIGNER):
        if not (folder / needed).is_file():
            return _judged(identifier, SM2_TITLE, f"{needed} 缺失")
    if not has_sm2():
        reason = f"本机没有支持 SM2 的 OpenSSL，没有核对 {SM2_FILE}"
        return CheckResult(identifier, SM2_TITLE, Outcome.NOT_VERIFIED, reason=reason)
    try:
        pem_fingerprint((folder / SM2_SIGNER).read_bytes())
    except ValueError:
        return _judged(identifier, SM2_TITLE, f"{SM2_SIGNER} 不是有效的公钥")
    good = sm2_holds(folder / SM2_SIGNER, folder / SM2_FILE, folder / MANIFEST)
    return _judged(identifier, SM2_TITLE, "" if good else f"{SM2_FILE} 的签名无效，或 {MANIFEST} 被改动")


def _check(folder: Path) -> tuple[Verifier | None, str]:
    """The signer's key, and what is broken first (nothing: an empty text)."""
    for needed in (FILE, SIGNER):
        if not (folder / needed).is_file():
            return None, f"{needed} 缺失"
    try:
        verifier = load_verifier(folder / SIGNER)
    except SettingsError:
        return None, f"{SIGNER} 不是有效的公钥"
    try:
        record: dict[str, Any] = json.loads((folder / FILE).read_bytes())
        signature = base64.b64decode(record["signature"], validate=True)
        said = (record["algorithm"], record["file"], record["key"])
        declared = Digests(record["hash"].removeprefix("sha256:"), record["feijian:sm3"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        return verifier, f"{FILE} 已损坏，读不出签名"
    if said != (ALGORITHM, MANIFEST, f"sha256:{verifier.fingerprint}"):
        return verifier, f"{FILE} 与 {SIGNER} 不配套"
    content = (folder / MANIFEST).read_bytes()
    if verifier.holds(signature, content):
        return verifier, "" if digests_of(content) == declared else f"{FILE} 中的校验和被改动"
    changed = digests_of(content) != declared
    return verifier, f"{MANIFEST} 被改动，与签名不符" if changed else f"{FILE} 的签名无效"


def _replace(path: Path, content: bytes) -> None:
    """Write a file anew; another name of the old one keeps the old content."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)
