"""A container under SM4 (GB/T 32907): a tar under SM4-CTR as OpenSSL's own `enc` writes it, then HMAC-SM3 over it.

`openssl enc -d -sm4-ctr -pbkdf2 -iter 100000 -md sm3 -pass file:P -in X | tar -x` opens it without feijian. The key,
the counter block and the key of the HMAC are the first 16, next 16 and last 32 of 64 bytes from PBKDF2-HMAC-SM3 over
password and salt; the last block is independent of what OpenSSL takes. The tag lies behind the tar, where tar no
longer looks. Nothing is decrypted before the tag is right.
"""

import hmac
import io
import os
import tarfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from schemas.errors import PackageError

SUFFIX = ".tar.sm4"
MAGIC = b"Salted__"
HEAD = len(MAGIC) + 8
ITERATIONS = 100_000
TAG = 32
BLOCK = 1 << 20


class _Sealed(io.RawIOBase):
    """A writer that encrypts, and authenticates what it has written."""

    def __init__(self, handle: IO[bytes], password: str) -> None:
        salt = os.urandom(8)
        self._handle = handle
        self._cipher, self._mac = _keys(password, salt)
        self._put(MAGIC + salt)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any, /) -> int:
        """Encrypt and write."""
        self._put(self._cipher.update(bytes(data)))
        return len(data)

    def finish(self) -> None:
        """Write the tag."""
        self._handle.write(self._mac.finalize())

    def _put(self, data: bytes) -> None:
        self._mac.update(data)
        self._handle.write(data)


class _Opened(io.RawIOBase):
    """A reader that decrypts `left` bytes of an open file."""

    def __init__(self, handle: IO[bytes], cipher: CipherContext, left: int) -> None:
        self._handle, self._cipher, self._left = handle, cipher, left

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Read and decrypt."""
        data = self._cipher.update(self._handle.read(min(len(buffer), self._left)))
        self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)


def write(path: Path, password: str, files: Iterable[tuple[str, Path]]) -> None:
    """Write `(name inside, file)` into a new container, streaming."""
    with path.open("xb") as handle:
        sealed = _Sealed(handle, password)
        plain = io.BufferedWriter(sealed, BLOCK)
        with tarfile.open(mode="w|", fileobj=plain, format=tarfile.PAX_FORMAT) as tar:
            for name, file in files:
                info = tarfile.TarInfo(name)
                info.size, info.mode = file.stat().st_size, 0o600
                with file.open("rb") as source:
                    tar.addfile(info, source)
        plain.flush()
        sealed.finish()


def members(path: Path, password: str) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Every file of a container with its content in blocks, to be read before the next file is asked for.

    Raises:
        PackageError: the tag is wrong: it is cut off or damaged, or the password is wrong; or it holds other
            things than files.
    """
    size = path.stat().st_size - HEAD - TAG
    with path.open("rb") as handle:
        head = handle.read(HEAD)
        if size < 0 or not head.startswith(MAGIC):
            raise PackageError(f"{path.name} 不完整，不是 SM4 容器，请重新取得。")
        cipher, mac = _keys(password, head[len(MAGIC) :])
        mac.update(head)
        left = size
        while left and (block := handle.read(min(BLOCK, left))):
            mac.update(block)
            left -= len(block)
        if not hmac.compare_digest(mac.finalize(), handle.read(TAG)):
            raise PackageError(f"{path.name} 的校验不符：口令不对，或文件被截断、改动。请核对口令文件，或重新取得。")
        handle.seek(HEAD)
        plain = io.BufferedReader(_Opened(handle, cipher, size), BLOCK)
        with tarfile.open(mode="r|", fileobj=plain) as tar:
            for info in tar:
                found = tar.extractfile(info) if info.isreg() else None
                if found is None:
                    raise PackageError(f"{path.name} 中的 {info.name} 不是普通文件，没有解开。")
                yield info.name, iter(partial(found.read, BLOCK), b"")


def _keys(password: str, salt: bytes) -> tuple[CipherContext, HMAC]:
    derived = PBKDF2HMAC(SM3(), 64, salt, ITERATIONS).derive(password.encode())
    return Cipher(SM4(derived[:16]), CTR(derived[16:32])).encryptor(), HMAC(derived[32:], SM3())
