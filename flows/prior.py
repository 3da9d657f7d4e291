"""One side of a comparison: a format by name, a package of ours, or anybody's files learnt on the fly."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from exports.acceptance.package import Delivery, format_of
from exports.duck import literal, open_database, quoted, write_parquet
from exports.manifest import read_manifest
from exports.seal.proof import prove_files
from exports.verify import find_deliver
from flows.job import Tell
from flows.learn.decisions import Decisions
from flows.learn.learn import study
from flows.learn.profile import profile
from flows.settings import Settings
from schemas.drift.compare import compare
from schemas.drift.records import Drift
from schemas.drift.thresholds import Thresholds
from schemas.errors import LearnError, PackageError, SettingsError
from schemas.format import Format, FormatTable
from schemas.profile import Profile, read_profile
from schemas.registry import SHIPPED, format_ids, load_format


@dataclass(frozen=True)
class Side:
    """A format with the profile of its data; `profile` is None when there are only descriptions, no data."""

    name: str
    form: Format
    profile: Profile | None

    def against(self, other: "Side") -> Format:
        """The format to compare with another side's: what was delivered when both sides are deliveries.

        A list describes tables that nobody has to deliver; a delivery is held against a list as a whole.
        """
        if self.profile is None or other.profile is None:
            return self.form
        held = {table.name for table in self.profile.tables}
        return replace(self.form, tables=tuple(table for table in self.form.tables if table.name in held))


def compare_sides(old: Side, new: Side, limits: Mapping[str, object]) -> Drift:
    """Compare two sides; `limits` replaces some of the shipped thresholds."""
    return compare(old.against(new), new.against(old), old.profile, new.profile, Thresholds.load(limits))


def check_side(text: str, settings: Settings) -> None:
    """Whether there is anything of that name, before hours are spent on the other side.

    Raises:
        SettingsError: it is neither a format nor a place on the disk.
    """
    if not _is_format(text, settings) and not Path(text).exists():
        known = "、".join(format_ids((settings.formats,)))
        raise SettingsError(f"找不到 {text}：它既不是格式（现有 {known}），也不是文件或文件夹。")


def read_side(text: str, settings: Settings, spill: Path, tell: Tell) -> Side:
    """Read one side of a comparison.

    Args:
        text: `<pack>/<edition>`, a package of ours, or files in any form that can be learnt.
        settings: where the customer's formats lie, and what may be used of the machine.
        spill: room for temporary files.
        tell: takes a line of progress.

    Raises:
        SettingsError: there is nothing of that name.
        PackageError: it is a package whose files are no longer what its manifest says.
        LearnError: they are files from which nothing can be learnt for certain.
    """
    check_side(text, settings)
    if _is_format(text, settings):
        form = load_format(text, roots=(settings.formats,))
        folders = (root / form.id for root in (settings.formats, SHIPPED))
        found = next((read_profile(folder) for folder in folders if (folder / "pack.toml").is_file()), None)
        return Side(form.id, form, found)
    path = Path(text)
    try:
        deliver = find_deliver(path)
    except PackageError:
        return _learnt(path, settings, spill, tell)
    return _package(path, deliver, settings, spill, tell)


def _is_format(text: str, settings: Settings) -> bool:
    known = format_ids((settings.formats,))
    return text in known or text in {name.split("/")[0] for name in known}


def _learnt(path: Path, settings: Settings, spill: Path, tell: Tell) -> Side:
    lesson = study(path, f"learnt/{path.stem}", Decisions(), spill, settings.memory_limit, settings.threads, tell)
    if lesson.questions:
        raise LearnError(
            f"{path} 中有 {len(lesson.questions)} 处拿不准（例如 {lesson.questions[0].table} 的"
            f" {lesson.questions[0].column or lesson.questions[0].kind}），不能直接拿来比较。请先运行"
            f" feijian format learn {path} --as site/年份，在 decisions.csv 中作出决定，再用 site/年份 比较。"
        )
    return Side(path.name, lesson.form, lesson.profile)


def _package(path: Path, deliver: Path, settings: Settings, spill: Path, tell: Tell) -> Side:
    manifest = read_manifest(deliver)
    broken = [result for result in prove_files(deliver, manifest) if result.blocks]
    if broken:
        raise PackageError(f"{path} 与它的清单不符（{broken[0].reason}），不能作为比较的依据；请取得完好的包。")
    delivery = Delivery(deliver, manifest, format_of(deliver, manifest))
    with open_database(spill, settings.memory_limit, settings.threads) as database:
        delivery.open_views(database)
        held = {table.name for table in delivery.tables()}

        def relation(table: FormatTable) -> str | None:
            if table.name not in held:
                return None
            copy = spill / f"prior-{table.name}.parquet"  # asked many times: read the text once
            write_parquet(database, f"SELECT * FROM {quoted(table.name)}", copy)
            return f"read_parquet({literal(copy)})"

        try:
            found = profile(database, delivery.form, relation, tell)
        except duckdb.Error as error:
            raise PackageError(f"{path} 中的数据不能按它的格式读出：{str(error).splitlines()[0]}") from None
    return Side(path.name, replace(delivery.form, charset=delivery.form.written_charset), found)
