"""What the customer has signed: consent is attached to the differences it speaks of."""

from collections.abc import Sequence
from dataclasses import replace

from schemas.drift.kinds import difference
from schemas.drift.records import Difference, Drift
from schemas.pack import Signature


def signed(drift: Drift, signatures: Sequence[Signature]) -> Drift:
    """Attach each signature to the differences it speaks of; one that speaks of none is reported.

    Table and column of a signature are those of the difference (the old names). An empty column means every
    difference of the table, an empty table the delivery as a whole; of several the first counts.
    """
    used: set[int] = set()

    def sign(one: Difference) -> Difference:
        fitting = [place for place, signature in enumerate(signatures) if _speaks_of(signature, one)]
        used.update(fitting)
        return replace(one, signature=signatures[fitting[0]]) if fitting else one

    general = [sign(one) for one in drift.general]
    tables = [replace(table, differences=tuple(sign(one) for one in table.differences)) for table in drift.tables]
    unused = [_unused(signature) for place, signature in enumerate(signatures) if place not in used]
    return replace(drift, general=(*general, *unused), tables=tuple(tables))


def _speaks_of(signature: Signature, one: Difference) -> bool:
    return (
        signature.table.casefold() == one.table.casefold()
        and signature.column.casefold() in ("", one.column.casefold())
        and signature.kind in ("*", one.kind)
    )


def _unused(signature: Signature) -> Difference:
    reason = (
        f"{signature.signed_by} 于 {signature.date} 的签认（{signature.kind}，{signature.reason}）"
        "与本次任何差异都不相符，请核对后删除或更正。"
    )
    return difference("signature_unused", signature.table, signature.column, reason)
