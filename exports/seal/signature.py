"""The detached signature over the bytes of the manifest, and what it says of who sealed the package.

`datapackage.json.sig` and `seal/signer.pem` are no part of the manifest: a package can be signed after it was sealed
without a byte of it changing. Who signed is known only to him who got the key's fingerprint by another way; without
that the signature proves that nothing was changed since, by whomever.
"""

import base64
import binascii
import json
from pathlib import Path
from typing import Any

from exports.seal.digests import Digests, digests_of
from exports.seal.keys import ALGORITHM, PUBLIC, Signer, Verifier, load_verifier, plain_fingerprint, spaced
from schemas.errors import SettingsError
from schemas.result import CheckResult, Outcome

MANIFEST = "datapackage.json"
FILE = f"{MANIFEST}.sig"
SIGNER = f"seal/{PUBLIC}"
OUTSIDE = (MANIFEST, FILE, SIGNER)
TITLE, WHO = "清单的签名", "签名人"


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


def unsign(deliver: Path) -> None:
    """Take a signature away that no longer fits."""
    (deliver / FILE).unlink(missing_ok=True)
    (deliver / SIGNER).unlink(missing_ok=True)


def is_signed(deliver: Path) -> bool:
    """Whether anything of a signature lies in the package."""
    return (deliver / FILE).exists() or (deliver / SIGNER).exists()


def expected_signer(text: str) -> str:
    """The fingerprint meant by `--signer`: typed, or of a public key file.

    Raises:
        SettingsError: it is neither.
    """
    if typed := plain_fingerprint(text):
        return typed
    path = Path(text)
    if path.is_file():
        return load_verifier(path).fingerprint
    raise SettingsError(f"--signer {text} 既不是 64 位十六进制指纹，也不是公钥文件。")


def check_signature(folder: Path, expected: str | None = None, name: str = "signature") -> list[CheckResult]:
    """Whether the manifest in `folder` is the one that was signed, and by whom.

    Args:
        folder: where `datapackage.json`, its signature and `seal/signer.pem` lie.
        expected: the fingerprint that the signer must have; None: not known.
        name: the id of the first check; the second is `<name>.signer`.
    """
    if not is_signed(folder):
        outcome = Outcome.FAILED if expected else Outcome.NOT_VERIFIED
        reason = f"未签名：没有 {FILE}，不能证明清单未被改动，也不能证明由谁封装"
        return [CheckResult(name, TITLE, outcome, reason=reason)]
    verifier, broken = _check(folder)
    if verifier is None or broken:
        return [CheckResult(name, TITLE, Outcome.FAILED, failing=1, total=1, reason=broken)]
    return [
        CheckResult(name, TITLE, Outcome.PASSED, total=1),
        _who(verifier.fingerprint, expected, f"{name}.signer"),
    ]


def _who(fingerprint: str, expected: str | None, name: str) -> CheckResult:
    if expected is None:
        reason = f"请用另一渠道核对公钥指纹 {spaced(fingerprint)}，或加 --signer 指纹"
        return CheckResult(name, WHO, Outcome.NOT_VERIFIED, reason=reason)
    if fingerprint == expected:
        return CheckResult(name, WHO, Outcome.PASSED, total=1)
    reason = f"{SIGNER} 的公钥指纹是 {spaced(fingerprint)}，不是要求的 {spaced(expected)}"
    return CheckResult(name, WHO, Outcome.FAILED, failing=1, total=1, reason=reason)


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
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
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
