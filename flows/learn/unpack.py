"""The files of a delivery: a folder, a zip, or one file; zips inside are opened too."""

import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile

from flows.learn.sheet import Note
from schemas.errors import LearnError

TEXTS = {".csv", ".txt", ".tsv", ".dat"}
WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".et"}
STATEMENTS = {".sql", ".ddl", ".dmp"}
READABLE = TEXTS | WORKBOOKS | STATEMENTS | {".zip"}
_CONVERT = {
    ".rar": "请解压后再试",
    ".7z": "请解压后再试",
    ".gz": "请解压后再试",
    ".tar": "请解压后再试",
    ".xlsb": "请另存为 xlsx 后再试",
    ".ods": "请另存为 xlsx 后再试",
    ".dbf": "请另存为 csv 或 xlsx 后再试",
    ".mdb": "请导出为 csv 或 xlsx 后再试",
    ".accdb": "请导出为 csv 或 xlsx 后再试",
}
DESCRIPTIONS = ("format", "reports", "schemas", "local")
_DEPTH = 3


@dataclass(frozen=True)
class Found:
    """A file of the delivery: where it lies now, and its path inside the delivery as its maker named it."""

    path: Path
    name: str

    @property
    def suffix(self) -> str:
        """The ending of its name, lower case."""
        return PurePosixPath(self.name).suffix.lower()


def find_files(path: Path, spill: Path) -> tuple[list[Found], list[Note]]:
    """Every readable file of a delivery in the order of its names, and a note for each that is skipped.

    Args:
        path: a folder, a zip or a single file.
        spill: an empty folder, which takes what is unpacked.

    Raises:
        LearnError: there is nothing at `path`, or a zip is damaged, encrypted or leads outside its folder.
    """
    if path.is_dir():
        files = (one for one in path.rglob("*") if one.is_file())
        given = sorted((Found(one, _readable(one.relative_to(path))) for one in files), key=lambda one: one.name)
    elif path.is_file():
        given = [Found(path, path.name)]
    else:
        raise LearnError(f"找不到 {path}；请给出上一年交付的文件夹、压缩包或文件。")
    found: list[Found] = []
    notes: list[Note] = []
    for one in given:
        own = "" if one.path == path else f"{one.name}/"
        _sort(one, own, spill, 0, found, notes)
    kept = [one for one in found if not _beside_data(one, found)]
    notes += [
        Note(one.name, "skipped_file", f"{one.name} 没有读取：是导出包里的说明，不是数据。")
        for one in found
        if one not in kept
    ]
    return kept, notes


def _beside_data(one: Found, found: list[Found]) -> bool:
    """Whether a file lies in a folder of a package of ours that describes the data in `data/` beside it."""
    parts = PurePosixPath(one.name).parts
    tops = ["/".join(parts[:place]) for place, part in enumerate(parts[:-1]) if part in DESCRIPTIONS]
    return any(other.name.startswith(f"{top}/data/" if top else "data/") for top in tops for other in found)


def _sort(one: Found, inside: str, spill: Path, depth: int, found: list[Found], notes: list[Note]) -> None:
    """Put a file where it belongs; what a zip holds is named after `inside`."""
    why = _skipped(one)
    if why:
        notes.append(Note(one.name, "skipped_file", f"{one.name} 没有读取：{why}。"))
    elif one.suffix != ".zip":
        found.append(one)
    elif depth == _DEPTH:
        raise LearnError(f"{one.name}：压缩包嵌套超过 {_DEPTH} 层，请先解压再试。")
    else:
        for member in _members(one, inside, spill):
            _sort(member, f"{member.name}/", spill, depth + 1, found, notes)


def _skipped(one: Found) -> str:
    parts = PurePosixPath(one.name).parts
    if parts[-1].startswith("~$"):
        return "是 Office 打开文件时的临时文件"
    if any(part.startswith(".") or part == "__MACOSX" for part in parts):
        return "是隐藏文件"
    if one.suffix in _CONVERT:
        return f"不能读取 {one.suffix} 格式，{_CONVERT[one.suffix]}"
    return "" if one.suffix in READABLE else "不是数据文件"


def _members(one: Found, inside: str, spill: Path) -> Iterator[Found]:
    try:
        with zipfile.ZipFile(one.path) as archive:
            entries = {_member_name(info): info for info in archive.infolist() if not info.is_dir()}
            _refuse(one.name, entries, spill)
            for name, info in sorted(entries.items()):
                yield _unpack(archive, info, inside + name, spill)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise LearnError(f"{one.name}：压缩包已损坏（{error}），请重新获取。") from error
    except NotImplementedError as error:
        raise LearnError(f"{one.name}：压缩包用了不支持的压缩方式，请解压后再试。") from error


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, spill: Path) -> Found:
    """An entry on disk; what would be skipped anyway is not written."""
    with NamedTemporaryFile(dir=spill, delete=False) as target:
        member = Found(Path(target.name), name)
        if not _skipped(member):
            with archive.open(info) as source:
                shutil.copyfileobj(source, target, 1 << 20)
    return member


def _member_name(info: zipfile.ZipInfo) -> str:
    """The name of an entry: what the zip calls it, or GBK as Chinese Windows writes it without saying so."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with suppress(UnicodeEncodeError):
            name = _decoded(name.encode("cp437"))
    return name.replace("\\", "/")


def _readable(path: Path) -> str:
    """A path that can be printed, even where a file name on disk is GBK."""
    return _decoded(path.as_posix().encode("utf-8", "surrogateescape"))


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _refuse(archive: str, entries: dict[str, zipfile.ZipInfo], spill: Path) -> None:
    for name, info in entries.items():
        parts = PurePosixPath(name).parts
        if name.startswith("/") or ".." in parts or ":" in name.split("/")[0]:
            raise LearnError(f"{archive}：其中的 {name} 指向压缩包之外，不予读取；请核对来源。")
        if info.flag_bits & 0x1:
            raise LearnError(f"{archive}：压缩包设有密码，请用密码解压后再试。")
    size = sum(info.file_size for info in entries.values())
    free = shutil.disk_usage(spill).free
    if size > free:
        raise LearnError(f"{archive}：解压需要 {size >> 20} MB，磁盘只剩 {free >> 20} MB，请腾出空间后再试。")
