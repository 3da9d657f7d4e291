"""SM2 with SM3 (GM/T 0009) by OpenSSL's own command: no well-kept Python library has it, and none is written here.

The signature is what `openssl pkeyutl` makes: DER, over the raw manifest, with the standard's default identity. The
private key never enters this process; its passphrase goes to OpenSSL through the environment. SM2 draws a random
number for each signature, so that signing twice gives two files; nothing else in a package does.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from exports.seal.private import write_private
from schemas.errors import SettingsError

PRIVATE = "signing-sm2.pem"
PUBLIC = "signer-sm2.pem"
IDENTITY = "1234567812345678"  # GM/T 0009-2012, section 10: the identity where none was agreed
_PASS = "FEIJIAN_SM2_PASS"
_HOW = ("-rawin", "-digest", "sm3", "-pkeyopt", f"distid:{IDENTITY}")


@dataclass(frozen=True)
class Sm2Signer:
    """A private key on the disk, and the passphrase that opens it."""

    folder: Path
    passphrase: str | None

    def __repr__(self) -> str:
        """The place alone."""
        return f"Sm2Signer({self.folder / PRIVATE})"

    @property
    def pem(self) -> bytes:
        """The public key as PEM."""
        return (self.folder / PUBLIC).read_bytes()

    def sign(self, file: Path) -> bytes:
        """The signature of a file, DER.

        Raises:
            SettingsError: OpenSSL cannot open the key.
        """
        key = ("-inkey", str(self.folder / PRIVATE), *_pass_in(self.passphrase))
        return _run("pkeyutl", "-sign", "-in", str(file), *key, *_HOW, passphrase=self.passphrase)


def has_sm2() -> bool:
    """Whether an OpenSSL with SM2 is installed; some systems leave it out."""
    if shutil.which("openssl") is None:
        return False
    return subprocess.run(["openssl", "ecparam", "-name", "SM2", "-noout"], capture_output=True).returncode == 0


def make_sm2_key(folder: Path, passphrase: str | None) -> Sm2Signer:
    """Make a key pair in `folder`: `signing-sm2.pem` (mode 0600) and `signer-sm2.pem`.

    Raises:
        SettingsError: there is one already, or no OpenSSL with SM2 is installed.
    """
    _require()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    locked = ("-aes-256-cbc", "-pass", f"env:{_PASS}") if passphrase else ()
    pem = _run("genpkey", "-algorithm", "SM2", *locked, passphrase=passphrase)
    write_private(folder / PRIVATE, pem, "SM2 签名密钥已经存在，不能覆盖。确要更换，请先把它移到别处保存")
    key = ("-in", str(folder / PRIVATE), *_pass_in(passphrase))
    (folder / PUBLIC).write_bytes(_run("pkey", *key, "-pubout", passphrase=passphrase))
    return Sm2Signer(folder, passphrase)


def load_sm2_signer(folder: Path, passphrase: str | None) -> Sm2Signer | None:
    """The SM2 key in `folder`; None when none was ever made.

    Raises:
        SettingsError: it cannot be opened, or no OpenSSL with SM2 is installed.
    """
    if not (folder / PRIVATE).is_file():
        return None
    _require()
    _run("pkey", "-in", str(folder / PRIVATE), *_pass_in(passphrase), "-noout", passphrase=passphrase)
    return Sm2Signer(folder, passphrase)


def sm2_holds(public: Path, signature: Path, file: Path) -> bool:
    """Whether the owner of the public key signed the file; an OpenSSL with SM2 must be installed."""
    key = ("-pubin", "-inkey", str(public), "-sigfile", str(signature))
    asked = ["openssl", "pkeyutl", "-verify", "-in", str(file), *key, *_HOW]
    return subprocess.run(asked, capture_output=True).returncode == 0


def _require() -> None:
    if not has_sm2():
        raise SettingsError("没有安装支持 SM2 的 OpenSSL（3.0 及以上），不能用 SM2 签名；Ed25519 签名不受影响。")


def _pass_in(passphrase: str | None) -> tuple[str, ...]:
    return ("-passin", f"env:{_PASS}") if passphrase else ("-passin", "pass:")


def _run(*asked: str, passphrase: str | None) -> bytes:
    environment = {**os.environ, _PASS: passphrase or ""}
    done = subprocess.run(["openssl", *asked], capture_output=True, stdin=subprocess.DEVNULL, env=environment)
    if done.returncode:
        raise SettingsError("SM2 签名密钥打不开：口令（FEIJIAN_SIGNING_PASSPHRASE）不对，或密钥文件已损坏。")
    return done.stdout
