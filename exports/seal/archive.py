"""Pack a package for the journey, encrypted, and unpack it again."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import file_digest, sha256
from pathlib import Path, PurePosixPath
from types import ModuleType

from exports.manifest import complete_manifest, read_manifest, require_ready
from exports.seal import sm4, zipped
from exports.seal.passwords import keep_password, new_password, require_apart
from exports.seal.redelivery import prove_package
from schemas.errors import PackageError

CIPHERS: dict[str, ModuleType] = {"aes": zipped, "sm4": sm4}
Tell = Callable[[str], None]


def is_archive(path: Path) -> bool:
    """Whether a path is a file that may be an archive of ours."""
    return path.is_file() and path.name.lower().endswith((zipped.SUFFIX, sm4.SUFFIX))


def pack(
    deliver: Path,
    out: Path,
    password_file: Path,
    home: Path,
    cipher: str,
    tell: Tell,
    log: Callable[[], object] | None = None,
) -> int:
    """Pack the `deliver` of a package into one encrypted file, read it back, and keep its password elsewhere.

    Args:
        deliver: the folder that may leave the house.
        out: the archive; it must not exist.
        password_file: where the password goes, mode 0600; it must not exist.
        home: a folder that stays in the house.
        cipher: `aes` (zip) or `sm4` (tar).
        tell: takes a line of progress.
        log: called once the archive is read back and before it gets its name; when it raises, nothing is left behind.

    Returns:
        How many files were packed.

    Raises:
        PackageError: the package is not whole or may not be handed over, or `out` cannot be that file.
        SettingsError: the password would travel with the archive, or a file of that name exists.
    """
    form = CIPHERS[cipher]
    _require_place(out, deliver.parent, form)
    require_apart(password_file, out, deliver.parent, home)
    tell("核对导出包")
    files = _sound(deliver)
    password = new_password()
    keep_password(password_file, password)
    with ExitStack() as undo:
        undo.callback(password_file.unlink, missing_ok=True)
        _write(form, out, password, files, tell, log)
        undo.pop_all()
    return len(files)


def _sound(deliver: Path) -> dict[str, Path]:
    """The files of a package by their names in the archive, once it is proved and may be handed over."""
    manifest = read_manifest(deliver)
    with complete_manifest(deliver):
        proved = prove_package(deliver, manifest)
    if broken := [one for one in proved if one.blocks]:
        raise PackageError(f"{deliver.parent} 不完好，不能打包：{broken[0].reason}。")
    require_ready(deliver, manifest)
    root = PurePosixPath(deliver.resolve().parent.name, "deliver")
    paths = (path for path in sorted(deliver.rglob("*")) if path.is_file())
    return {str(root / path.relative_to(deliver).as_posix()): path for path in paths}


def _require_place(out: Path, package: Path, form: ModuleType) -> None:
    if not out.name.endswith(form.SUFFIX):
        raise PackageError(f"{out} 应以 {form.SUFFIX} 结尾。")
    if out.exists():
        raise PackageError(f"{out} 已存在，请换一个文件名。")
    if out.resolve().is_relative_to(package.resolve()):
        raise PackageError(f"压缩包不能放在导出包里（{package}），请换一个文件夹。")


def _write(
    form: ModuleType,
    out: Path,
    password: str,
    files: dict[str, Path],
    tell: Tell,
    log: Callable[[], object] | None,
) -> None:
    """Write the archive aside, read it back, and only then give it its name."""
    out.parent.mkdir(parents=True, exist_ok=True)
    aside = out.with_name(f".{out.name}.part")
    aside.unlink(missing_ok=True)
    try:
        form.write(aside, password, _told(files, tell))
        with aside.open("r+b") as handle:
            os.fsync(handle.fileno())  # the medium may be pulled out at once
        tell("读回核对")
        _prove(form.members(aside, password), files, out)
        if log:
            log()
        aside.rename(out)
    finally:
        aside.unlink(missing_ok=True)


def unpack(path: Path, password: str, into: Path) -> Path:
    """Unpack an archive into the new folder `into` (mode 0700); nothing is written outside it.

    Returns:
        The folder of the package.

    Raises:
        PackageError: it is damaged, the password is wrong, or it is none of ours; then nothing is left behind.
    """
    into.mkdir(mode=0o700, parents=True)
    try:
        return into / _unpack(path, password, into)
    except BaseException as error:
        shutil.rmtree(into, ignore_errors=True)
        if isinstance(error, (NotADirectoryError, ValueError)) or getattr(error, "errno", 0) == errno.ENAMETOOLONG:
            raise PackageError(f"{path.name} 中有不能用的文件名，没有解开。") from None
        raise


def _unpack(path: Path, password: str, into: Path) -> str:
    roots = set()
    for name, content in _form(path).members(path, password):
        target = into / _safe(name, path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as copy:
                for block in content:
                    copy.write(block)
        except FileExistsError:
            raise PackageError(f"{path.name} 中的文件名 {name} 重复，没有解开。") from None
        roots.add(PurePosixPath(name).parts[0])
    if len(roots) != 1:
        raise PackageError(f"{path.name} 中不是一个导出包。")
    return str(roots.pop())


def _form(path: Path) -> ModuleType:
    for form in CIPHERS.values():
        if path.name.lower().endswith(form.SUFFIX):
            return form
    raise PackageError(f"{path.name} 不是导出包的压缩包（应为 {zipped.SUFFIX} 或 {sm4.SUFFIX}）。")


def _told(files: dict[str, Path], tell: Tell) -> Iterator[tuple[str, Path]]:
    for number, (name, path) in enumerate(files.items(), start=1):
        tell(f"打包 {number}/{len(files)} {path.name}")
        yield name, path


def _prove(members: Iterator[tuple[str, Iterator[bytes]]], files: dict[str, Path], out: Path) -> None:
    """Read an archive back and compare every file with the one that was packed."""
    seen = set()
    for name, content in members:
        found = sha256()
        for block in content:
            found.update(block)
        if name not in files or found.digest() != _sha256(files[name]):
            raise PackageError(f"{out.name} 写出后读回不符（{name}），没有留下压缩包；请检查磁盘后重试。")
        seen.add(name)
    if seen != set(files):
        raise PackageError(f"{out.name} 写出后读回缺少文件，没有留下压缩包；请检查磁盘后重试。")


def _sha256(path: Path) -> bytes:
    with path.open("rb") as handle:
        return file_digest(handle, "sha256").digest()


def _safe(name: str, archive: Path) -> Path:
    """A name from inside an archive, as a path that stays below the folder it is unpacked into."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or "\\" in name or ":" in name or pure.parts[1:2] != ("deliver",):
        raise PackageError(f"{archive.name} 中的文件名 {name} 不合规矩，没有解开。")
    return Path(*pure.parts)
