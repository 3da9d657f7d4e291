"""Digests and Merkle trees: known values, and laws that hold for any files."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.seal.digests import LibrarySm3, digests_of, file_digests
from exports.seal.leaves import FileProof, by_month, leaf, merkle_record, proof_holds, prove_file
from exports.seal.merkle import Proof, holds, leaf_hash, merkle_root, node_hash, prove

LEAVES = st.lists(st.binary(max_size=8), min_size=1, max_size=20)


def test_the_digests_are_those_of_the_standards(tmp_path: Path) -> None:
    found = digests_of(b"abc")
    assert found.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert found.sm3 == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"  # GB/T 32905, A.1
    own = LibrarySm3()
    own.update(b"ab")
    own.update(b"c")
    assert own.hexdigest() == found.sm3
    big = b"0123456789" * 300_000
    (tmp_path / "big").write_bytes(big)
    assert file_digests(tmp_path / "big") == digests_of(big)


def test_the_roots_are_those_of_rfc_6962() -> None:
    a, b, c = (leaf_hash(text) for text in (b"a", b"b", b"c"))
    assert merkle_root([]) == hashlib.sha256(b"").digest()
    assert a == hashlib.sha256(b"\x00a").digest()
    assert merkle_root([b"a", b"b", b"c"]) == node_hash(node_hash(a, b), c)


@given(LEAVES, st.data())
def test_any_change_of_any_leaf_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.binary(max_size=8).filter(lambda one: one != leaves[place]))
    root = merkle_root(leaves)
    assert merkle_root([*leaves[:place], other, *leaves[place + 1 :]]) != root
    assert merkle_root([*leaves, other]) != root
    assert merkle_root(leaves[:place] + leaves[place + 1 :]) != root


@given(LEAVES.filter(lambda leaves: leaves != leaves[::-1]))
def test_the_order_of_leaves_matters(leaves: list[bytes]) -> None:
    assert merkle_root(leaves) != merkle_root(leaves[::-1])


@given(LEAVES, st.data())
def test_a_proof_holds_for_its_leaf_and_for_nothing_else(leaves: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    root, proof = merkle_root(leaves), prove(leaves, place)
    assert holds(leaves[place], proof, root)
    assert not holds(leaves[place] + b"x", proof, root)
    assert not holds(leaves[place], proof, leaf_hash(b"other"))
    assert not holds(leaves[place], replace(proof, index=len(leaves)), root)
    assert not holds(leaves[place], Proof(place, len(leaves), (*proof.path, root)), root)
    if proof.path:
        assert not holds(leaves[place], replace(proof, path=proof.path[:-1]), root)
        wrong = bytes([proof.path[0][0] ^ 1]) + proof.path[0][1:]
        assert not holds(leaves[place], replace(proof, path=(wrong, *proof.path[1:])), root)


RESOURCES = st.lists(
    st.builds(
        lambda table, label, rows: {
            "feijian:table": table,
            "feijian:label": label,
            "path": f"data/{table}_{label}_{rows}.csv",
            "feijian:rows": rows,
            "hash": f"sha256:{rows:064x}",
            "feijian:sm3": f"{rows:064x}",
        },
        st.sampled_from(("A", "B", "C")),
        st.sampled_from(("202401", "202402", "", "西药库")),
        st.integers(0, 99),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one["path"],
)


@given(RESOURCES, st.data())
def test_every_file_can_be_proved_to_belong_to_a_package(resources: list[dict[str, Any]], data: st.DataObject) -> None:
    record = merkle_record(resources)
    assert merkle_record(resources[::-1]) == record
    one = data.draw(st.sampled_from(resources))
    proof = prove_file(resources, one["path"])
    root = bytes.fromhex(record["root"])
    assert proof_holds(proof, root)
    assert FileProof.from_record(proof.record()) == proof
    assert not proof_holds(replace(proof, resource={**one, "feijian:rows": 100}), root)
    assert not proof_holds(replace(proof, month_root="00" * 32), root)
    assert not proof_holds(proof, leaf_hash(leaf(one)))


@given(RESOURCES, st.data())
def test_a_changed_file_changes_its_month_its_table_and_the_whole_and_no_other_month(
    resources: list[dict[str, Any]], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(resources) - 1))
    changed = {**resources[place], "hash": "sha256:" + "f" * 64}
    before = merkle_record(resources)
    after = merkle_record([*resources[:place], changed, *resources[place + 1 :]])
    assert before["root"] != after["root"]
    cells = [(table, month) for table, months in by_month(resources).items() for month in months]
    differing = [
        (table, month)
        for table, month in cells
        if before["tables"][table]["months"][month] != after["tables"][table]["months"][month]
    ]
    [(table, month)] = differing
    assert changed["path"] in [one["path"] for one in by_month(resources)[table][month]]
    assert [name for name in before["tables"] if before["tables"][name]["root"] != after["tables"][name]["root"]] == [
        table
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_a_node_cannot_be_passed_off_as_a_leaf(size: int) -> None:
    leaves = [bytes([number]) for number in range(size)]
    inner = leaf_hash(leaves[0]) + leaf_hash(leaves[-1])
    assert merkle_root([inner]) != merkle_root(leaves)
