"""The key pair with which packages are signed (Ed25519), and the fingerprint by which people know it.

The private key lies in the store as PKCS#8 PEM, readable by its owner alone and encrypted when a passphrase is given.
A fingerprint is SHA-256 over the public key (SubjectPublicKeyInfo, DER), the same that
`openssl pkey -pubin -in signer.pem -outform DER | openssl dgst -sha256` prints.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from exports.seal.private import write_private
from exports.seal.sm2 import Sm2Signer, load_sm2_signer
from schemas.errors import SettingsError

PRIVATE = "signing.pem"
PUBLIC = "signer.pem"
ALGORITHM = "Ed25519"


@dataclass(frozen=True)
class Verifier:
    """A public key."""

    key: Ed25519PublicKey

    @property
    def fingerprint(self) -> str:
        """64 hexadecimal digits."""
        return pem_fingerprint(self.pem)

    @property
    def pem(self) -> bytes:
        """The key as PEM."""
        return self.key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def holds(self, signature: bytes, content: bytes) -> bool:
        """Whether this key's owner signed the content."""
        try:
            self.key.verify(signature, content)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A private key; it is never shown. `sm2` signs beside it where the store has such a key too."""

    key: Ed25519PrivateKey
    sm2: Sm2Signer | None = None

    def __repr__(self) -> str:
        """The fingerprint alone."""
        return f"Signer({self.verifier.fingerprint})"

    @property
    def verifier(self) -> Verifier:
        """Its public half."""
        return Verifier(self.key.public_key())

    def sign(self, content: bytes) -> bytes:
        """The signature; the same content gives the same 64 bytes (RFC 8032)."""
        return self.key.sign(content)


def spaced(fingerprint: str) -> str:
    """A fingerprint in groups of eight, to be read over the telephone."""
    return " ".join(fingerprint[place : place + 8] for place in range(0, len(fingerprint), 8))


def pem_fingerprint(pem: bytes) -> str:
    """The fingerprint of a public key of any kind, from its PEM.

    Raises:
        ValueError: it is no PEM of a public key.
    """
    found = re.fullmatch(rb"\s*-----BEGIN PUBLIC KEY-----\s(.*?)-----END PUBLIC KEY-----\s*", pem, re.DOTALL)
    if not found:
        raise ValueError("no public key")
    return hashlib.sha256(base64.b64decode(b"".join(found[1].split()), validate=True)).hexdigest()


def plain_fingerprint(text: str) -> str | None:
    """The fingerprint that a person typed, without blanks and colons; None when it is none."""
    digits = re.sub(r"[\s:-]", "", text).lower().removeprefix("sha256")
    return digits if re.fullmatch(r"[0-9a-f]{64}", digits) else None


def make_key(folder: Path, passphrase: str | None) -> Signer:
    """Make a key pair in `folder`: `signing.pem` (mode 0600) and `signer.pem`.

    Raises:
        SettingsError: there is one already; it is never written over, for packages are known by it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    signer = Signer(Ed25519PrivateKey.generate())
    encryption: serialization.KeySerializationEncryption = (
        serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    )
    pem = signer.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    write_private(
        folder / PRIVATE, pem, "签名密钥已经存在，不能覆盖（以前的包靠它认人）。确要更换，请先把它移到别处保存"
    )
    (folder / PUBLIC).write_bytes(signer.verifier.pem)
    return signer


def load_signer(folder: Path, passphrase: str | None) -> Signer | None:
    """The private key in `folder`; None when none was ever made.

    Raises:
        SettingsError: the passphrase is missing or wrong, or the file is no Ed25519 key.
    """
    path = folder / PRIVATE
    if not path.is_file():
        return None
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), passphrase.encode() if passphrase else None)
    except TypeError:
        said = "没有口令：请设置" if passphrase is None else "没有加密，不需要口令：请取消"
        raise SettingsError(f"签名密钥 {path} {said}环境变量 FEIJIAN_SIGNING_PASSPHRASE。") from None
    except (ValueError, UnsupportedAlgorithm):
        raise SettingsError(f"签名密钥 {path} 打不开：口令（FEIJIAN_SIGNING_PASSPHRASE）不对，或文件已损坏。") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(f"签名密钥 {path} 不是 {ALGORITHM} 密钥，请用 feijian seal key new 另建。")
    return Signer(key, load_sm2_signer(folder, passphrase))


def load_verifier(path: Path) -> Verifier:
    """A public key from a PEM file.

    Raises:
        SettingsError: it is no Ed25519 public key.
    """
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise SettingsError(f"{path} 不是有效的 {ALGORITHM} 公钥文件（PEM）。")
    return Verifier(key)
