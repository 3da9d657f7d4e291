"""Merkle trees as RFC 6962 (section 2.1) has them: SHA-256, leaves under 0x00 and nodes under 0x01.

The two prefixes keep a node from being passed off as a leaf. Trees are not filled up: n leaves are split at the
largest power of two below n, so that no leaf is counted twice and no two lists of leaves share a root.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

EMPTY = hashlib.sha256(b"").digest()


@dataclass(frozen=True)
class Proof:
    """That a leaf stands at `index` among `size` leaves: the hashes of its neighbours, from the leaf upwards."""

    index: int
    size: int
    path: tuple[bytes, ...]


def leaf_hash(content: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves in their order; of none, SHA-256 of nothing."""
    return _root([leaf_hash(leaf) for leaf in leaves]) if leaves else EMPTY


def _root(hashes: Sequence[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    middle = _split(len(hashes))
    return node_hash(_root(hashes[:middle]), _root(hashes[middle:]))


def prove(leaves: Sequence[bytes], index: int) -> Proof:
    """The inclusion proof of one leaf."""
    return Proof(index, len(leaves), tuple(_path([leaf_hash(leaf) for leaf in leaves], index)))


def _path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    if len(hashes) == 1:
        return []
    middle = _split(len(hashes))
    if index < middle:
        return [*_path(hashes[:middle], index), _root(hashes[middle:])]
    return [*_path(hashes[middle:], index - middle), _root(hashes[:middle])]


def holds(leaf: bytes, proof: Proof, root: bytes) -> bool:
    """Whether the proof leads from the leaf to the root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= proof.index < proof.size:
        return False
    place, last, found = proof.index, proof.size - 1, leaf_hash(leaf)
    for neighbour in proof.path:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = node_hash(neighbour, found)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            found = node_hash(found, neighbour)
        place, last = place // 2, last // 2
    return last == 0 and found == root


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
