"""Passwords of archives: made by a generator, kept apart from what they open, never shown."""

import secrets
from pathlib import Path

from exports.seal.private import write_private
from schemas.errors import PackageError, SettingsError

LENGTH = 24
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"  # without 0 O, 1 I l, which are misread


def new_password(length: int = LENGTH) -> str:
    """Letters and digits from the system's generator: 139 bits in 24 of them."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def require_apart(password_file: Path, archive: Path, package: Path, home: Path) -> None:
    """Refuse a place for the password that travels with the archive.

    Args:
        password_file: where the password would be written.
        archive: the archive that it opens.
        package: the folder that is packed.
        home: a folder that stays in the house; a medium other than the one it lies on is taken to leave.

    Raises:
        SettingsError: the password would lie beside the archive, in the package, or on the medium that leaves.
    """
    place, beside = password_file.resolve().parent, archive.resolve().parent
    if place == beside:
        raise SettingsError(f"口令文件不能与压缩包放在同一文件夹（{beside}）：请用 --password-file 指定别处。")
    if place.is_relative_to(package.resolve()):
        raise SettingsError(f"口令文件不能放在导出包里（{package}）：请用 --password-file 指定别处。")
    leaving = _device(beside)
    if leaving != _device(home.resolve()) and _device(place) == leaving:
        raise SettingsError(f"口令文件与压缩包在同一个介质上（{place}）：请用 --password-file 指定本机上的位置。")


def keep_password(path: Path, password: str) -> None:
    """Write a password to a file of its own (mode 0600).

    Raises:
        SettingsError: the file exists; an earlier archive would be lost with its password.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(path, f"{password}\n".encode(), "口令文件已经存在，不能覆盖（以前的压缩包靠它打开）")


def read_password(path: Path) -> str:
    """The first line of a password file.

    Raises:
        PackageError: there is no such file, or it is empty.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise PackageError(f"没有口令文件 {path}。") from None
    except UnicodeDecodeError:
        raise PackageError(f"{path} 不是口令文件（应为一行文字）。") from None
    if not lines or not lines[0].strip():
        raise PackageError(f"口令文件 {path} 是空的。")
    return lines[0].strip()


def _device(folder: Path) -> int:
    while not folder.exists():
        folder = folder.parent
    return folder.stat().st_dev
