"""SHA-256 and SM3 (GB/T 32905) of a file, in one reading of it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

CHUNK = 1 << 20


class Hasher(Protocol):
    """What takes bytes and ends in a digest."""

    def update(self, data: bytes, /) -> None:
        """Take more bytes."""

    def hexdigest(self) -> str:
        """The digest of all bytes so far."""


@dataclass(frozen=True)
class Digests:
    """Both digests of one content, hexadecimal."""

    sha256: str
    sm3: str

    def record(self) -> dict[str, str]:
        """As they stand beside a file in the manifest."""
        return {"hash": f"sha256:{self.sha256}", "feijian:sm3": self.sm3}


class LibrarySm3:
    """SM3 by `cryptography`, for a Python whose own OpenSSL was built without it."""

    def __init__(self) -> None:
        from cryptography.hazmat.primitives.hashes import SM3, Hash

        self._hash: Any = Hash(SM3())

    def update(self, data: bytes, /) -> None:
        """Take more bytes."""
        self._hash.update(data)

    def hexdigest(self) -> str:
        """The digest of all bytes so far."""
        return str(self._hash.copy().finalize().hex())


def new_sm3() -> Hasher:
    """An empty SM3."""
    return hashlib.new("sm3") if "sm3" in hashlib.algorithms_available else LibrarySm3()


def digests_of(content: bytes) -> Digests:
    """Both digests of bytes in memory."""
    sm3 = new_sm3()
    sm3.update(content)
    return Digests(hashlib.sha256(content).hexdigest(), sm3.hexdigest())


def file_digests(path: Path) -> Digests:
    """Both digests of a file that is read once."""
    sha256, sm3 = hashlib.sha256(), new_sm3()
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            sha256.update(chunk)
            sm3.update(chunk)
    return Digests(sha256.hexdigest(), sm3.hexdigest())


def file_sha256(path: Path) -> str:
    """SHA-256 of a file alone, hexadecimal; empty where there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
