"""Files that their owner alone may read."""

import os
from pathlib import Path

from schemas.errors import SettingsError


def write_private(path: Path, content: bytes, taken: str) -> None:
    """Write a new file that its owner alone can read (mode 0600; on Windows the folder's rights hold).

    Raises:
        SettingsError: the file exists; `taken` says what that means.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        raise SettingsError(f"{taken}：{path}。") from None
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
