"""Packages in the access log: each holds identity numbers, so each that is made, packed or opened is a line."""

import getpass
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from exports.access_log import GIVEN, Access, Head, record_access
from exports.manifest import FILE, complete_manifest
from exports.seal.digests import file_digests
from flows.settings import Settings

USE = "use"  # the right of an institution's year, used up by a package
WHOLE = "官方导出包，不遮蔽"


def log_package(settings: Settings, action: str, manifest: dict[str, Any], deliver: Path, **facts: Any) -> Head:
    """Write down that somebody at this machine handled a package.

    Args:
        settings: names the log, and the receiver and purpose of the hand-over.
        action: `export`, `use`, `pack`, `unpack` or `redeliver`.
        manifest: the package's.
        deliver: its folder; the digest of its manifest says which package it was, the files that are there how many
            rows it holds (a redelivery lacks most of those in its manifest).
        facts: more of `Access`, such as the archive that was written.

    Raises:
        StoreError: the log cannot be written: then nothing may be handed over.
    """
    institution, period = (manifest.get(f"feijian:{name}", {}) for name in ("institution", "period"))
    told = {
        "purpose": settings.handover.purpose,
        "delivered_to": settings.handover.receiver,
        "masking": WHOLE,
        "rows": _rows(manifest, deliver),
        "file_sha256": file_digests(deliver / FILE).sha256,
        "scope": {**period, "version": manifest.get("feijian:version")},
    }
    access = Access(
        action, GIVEN, _user(), institution.get("code", ""), definitions=(manifest.get("feijian:format", ""),)
    )
    return record_access(settings.access_log, replace(access, **{**told, **facts}))


def _rows(manifest: dict[str, Any], deliver: Path) -> int:
    with complete_manifest(deliver):
        there = [one for one in manifest.get("resources", ()) if (deliver / one["path"]).is_file()]
        return sum(int(one["feijian:rows"]) for one in there)


def logged_uses(log: Path, institution: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The packages by which an institution's right was used: name, SHA-256 of the manifest, and what was logged of it.

    Lines that cannot be read are passed over; `feijian log verify` speaks of them.
    """
    lines = log.read_bytes().splitlines() if log.is_file() else []
    records = [_record(line) for line in lines if f'"action":"{USE}"'.encode() in line]
    return [(one["file"], one["file_sha256"], one["scope"]) for one in records if one.get("area") == institution]


def _record(line: bytes) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads(line)
    except ValueError:
        return {}
    return record


def _user() -> str:
    """Who is logged in at this machine; a container may know nobody."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
