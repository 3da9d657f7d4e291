"""A package carries its version, and is known again whatever the version says."""

from pathlib import Path

import pytest

from exports.manifest import read_manifest
from exports.seal.edition import Corrected, complete, core_of, edition
from exports.seal.keys import make_key
from exports.seal.signature import check_signature, is_signed
from flows.publish import _rename, link_tree
from schemas.result import Outcome
from tests.spec.sealed import PAPER, docx, seal_small


def test_version_correction_papers_and_signature_are_no_part_of_the_core(tmp_path: Path) -> None:
    first = seal_small(tmp_path / "H1_v1", None)
    second = seal_small(tmp_path / "H1_v2", make_key(tmp_path / "keys", None), corrects=Corrected("H1_v1", "a" * 64))
    (second / PAPER).write_bytes(docx("第 2 版"))
    one, other = read_manifest(first), read_manifest(second)
    assert (one["feijian:version"], other["feijian:version"]) == (1, 2)
    assert other["feijian:corrects"] == {"name": "H1_v1", "hash": "sha256:" + "a" * 64}
    assert PAPER in [record["path"] for record in one["feijian:files"]]
    assert core_of(one) == core_of(other)
    assert core_of({**one, "title": "x"}) != core_of(other)


def test_completing_a_linked_copy_leaves_the_original_as_it_was(tmp_path: Path) -> None:
    sealed = seal_small(tmp_path / "sealed", None)
    before = (sealed / "datapackage.json").read_bytes()
    link_tree(sealed, tmp_path / "copy")
    assert (sealed / "datapackage.json").samefile(tmp_path / "copy" / "datapackage.json")
    complete(edition(core_of(read_manifest(sealed)), 7), tmp_path / "copy", [], make_key(tmp_path / "keys", None))
    assert (sealed / "datapackage.json").read_bytes() == before
    assert not is_signed(sealed)
    assert read_manifest(tmp_path / "copy")["feijian:version"] == 7


@pytest.mark.parametrize("taken", [(), (1,), (1, 2)])
def test_the_version_inside_is_the_one_of_the_folder_even_when_another_export_takes_it_meanwhile(
    tmp_path: Path, taken: tuple[int, ...]
) -> None:
    aside, root = tmp_path / "aside", tmp_path / "root"
    root.mkdir()
    core = core_of(read_manifest(seal_small(aside, None)))
    signer = make_key(tmp_path / "keys", None)

    def finish(version: int) -> None:
        complete(edition(core, version), aside / "deliver", [aside / "deliver" / PAPER], signer)
        if version in taken:
            (root / f"H1_v{version}" / "deliver").mkdir(parents=True)

    folder = _rename(aside, root, "H1", finish)
    version = len(taken) + 1
    assert folder.name == f"H1_v{version}"
    assert read_manifest(folder / "deliver")["feijian:version"] == version
    assert check_signature(folder / "deliver")[0].outcome is Outcome.PASSED
