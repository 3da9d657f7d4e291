"""Bytes that a source sends as text, made text without losing one."""

import pyarrow as pa
import pyarrow.compute as pc


def valid_text(values: pa.Array, encoding: str = "utf-8") -> pa.Array:
    r"""Text from bytes.

    Args:
        values: binary.
        encoding: what they are meant to be; what is not shows as `\\xb0`, so that nothing is lost.
    """
    try:
        return pc.cast(values, pa.string())
    except pa.ArrowInvalid:
        texts = [None if value is None else value.decode(encoding, "backslashreplace") for value in values.to_pylist()]
        return pa.array(texts, pa.string())
