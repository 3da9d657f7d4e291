"""AES-256 zip (WinZip AE-2), as 7-Zip, WinRAR, Bandizip and WPS open it; Windows Explorer's own zip folder does not.

Contents are encrypted and authenticated; names, sizes and times of the files are not, as the format has it.
"""

import shutil
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyzipper

from schemas.errors import PackageError

SUFFIX = ".zip"
BLOCK = 1 << 20
BIG = (1 << 31) - 1  # from here on a member's sizes need 64 bits; deflate may make it a little longer
LEVEL = 3  # three times as fast as 6, a tenth larger
MADE = (1980, 1, 1, 0, 0, 0)


def write(path: Path, password: str, files: Iterable[tuple[str, Path]]) -> None:
    """Write `(name inside, file)` into a new archive, streaming."""
    with pyzipper.AESZipFile(
        path, "x", compression=pyzipper.ZIP_DEFLATED, compresslevel=LEVEL, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password.encode())
        for name, file in files:
            info = archive.zipinfo_cls(name, MADE)
            info.compress_type = pyzipper.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            big = file.stat().st_size >= BIG
            with file.open("rb") as source, archive.open(info, "w", force_zip64=big) as target:
                shutil.copyfileobj(source, target, BLOCK)


def members(path: Path, password: str) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Every file of an archive with its content in blocks.

    Raises:
        PackageError: it is cut off or damaged (the file inside is named), the password is wrong, or a file was put in
            without one.
    """
    try:
        archive = pyzipper.AESZipFile(path)
    except (pyzipper.BadZipFile, EOFError, ValueError):
        raise PackageError(f"{path.name} 不完整：压缩包被截断或已损坏，请重新取得。") from None
    with archive:
        archive.setpassword(password.encode())
        for info in archive.infolist():
            if not info.is_dir():
                if info.wz_aes_version is None:
                    raise PackageError(f"{path.name} 中的 {info.filename} 没有加密，是别人放进去的，没有解开。")
                yield info.filename, _content(archive, info, path.name)


def _content(archive: pyzipper.AESZipFile, info: pyzipper.ZipInfo, of: str) -> Iterator[bytes]:
    try:
        with archive.open(info) as handle:
            while block := handle.read(BLOCK):
                yield block
    except RuntimeError as error:
        if "password" not in str(error).lower():
            raise
        raise PackageError(f"{of} 的口令不对，请核对口令文件。") from None
    except (pyzipper.BadZipFile, EOFError, zlib.error, NotImplementedError):
        raise PackageError(f"{of} 中的 {info.filename} 已损坏，请重新取得。") from None
