"""Bytes that a source sends as text, made text without losing one."""

import pyarrow as pa
import pyarrow.compute as pc


def valid_text(values: pa.Array, encoding: str = "utf-8") -> pa.Array:
    r"""Text from bytes.

    Args:
        values: binary.
        encoding: what they are meant to be; a value that is not shows its bytes beyond ASCII as `\xb0`.
    """
    if encoding == "utf-8":
        try:
            return pc.cast(values, pa.string())
        except pa.ArrowInvalid:
            pass
    texts = [None if value is None else _decoded(value, encoding) for value in values.to_pylist()]
    return pa.array(texts, pa.string())


def _decoded(value: bytes, encoding: str) -> str:
    try:
        return value.decode(encoding)
    except UnicodeDecodeError:
        return value.decode("ascii", "backslashreplace")
