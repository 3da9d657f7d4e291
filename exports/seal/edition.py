"""From the core of a manifest (what the data say) to the manifest of one version of the package, and its signature.

The core is known when the files are rendered and proved; the version only when the package takes its place among the
others; the papers show the version; the signature covers them all. Hence the order: edition, papers, complete.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exports.manifest import describe_file, write_manifest
from exports.seal.keys import Signer
from exports.seal.signature import sign_manifest, unsign

VERSION = "feijian:version"
CORRECTS = "feijian:corrects"
OF_VERSION = "feijian:of_version"


@dataclass(frozen=True)
class Corrected:
    """The package that another one corrects: its folder's name and SHA-256 of its manifest, hexadecimal."""

    package: str
    manifest_sha256: str

    def record(self) -> dict[str, str]:
        """As it stands in the manifest."""
        return {"name": self.package, "hash": f"sha256:{self.manifest_sha256}"}


def edition(core: dict[str, Any], version: int, corrects: Corrected | None = None) -> dict[str, Any]:
    """The manifest of version `version` (1, 2 ...), still without the files that are written for it."""
    head = {VERSION: version, **({CORRECTS: corrects.record()} if corrects else {})}
    whole = {**core, "feijian:files": list(core["feijian:files"])}
    return {"$schema": core["$schema"], **head, **{key: value for key, value in whole.items() if key != "$schema"}}


def complete(manifest: dict[str, Any], deliver: Path, papers: Iterable[Path], signer: Signer | None) -> dict[str, Any]:
    """Describe the files written for this version, write the manifest, and sign it: nothing may be written after.

    Args:
        manifest: what `edition` gave.
        deliver: the folder of the package.
        papers: files under `deliver` that show the version.
        signer: None: the package stays unsigned, and says so when it is verified.

    Returns:
        The manifest as it lies on the disk.
    """
    written = [{**describe_file(path, deliver), OF_VERSION: True} for path in sorted(papers)]
    whole = {**manifest, "feijian:files": [*manifest["feijian:files"], *written]}
    unsign(deliver)
    write_manifest(whole, deliver)
    if signer:
        sign_manifest(deliver, signer)
    return whole


def core_of(manifest: dict[str, Any]) -> dict[str, Any]:
    """A manifest without what belongs to its version; two packages of the same data have the same core."""
    files = [record for record in manifest["feijian:files"] if not record.get(OF_VERSION)]
    core = {key: value for key, value in manifest.items() if key not in (VERSION, CORRECTS)}
    return {**core, "feijian:files": files}
