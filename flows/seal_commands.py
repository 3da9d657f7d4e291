"""What the commands of the seal do: verify, pack, unpack, redeliver, keys and proofs."""

import json
import os
import re
import shutil
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from exports.manifest import complete_manifest, read_manifest
from exports.papers.check import check_papers
from exports.seal import archive
from exports.seal.keys import PUBLIC, load_verifier, pem_fingerprint, spaced
from exports.seal.leaves import KEY, FileProof, check_file, prove_file
from exports.seal.passwords import read_password
from exports.seal.proof import prove_files
from exports.seal.redelivery import redeliver
from exports.seal.signature import expected_signer, is_signed, sign_manifest
from exports.seal.sm2 import PUBLIC as SM2_PUBLIC
from exports.verify import Servers, find_deliver
from exports.verify import verify as prove
from flows.commands import check_lines, say
from flows.package_log import log_package
from flows.progress import progress
from flows.run import disk_errors
from flows.settings import load_settings
from flows.signing import new_signer, new_sm2_signer, signer_of
from schemas.errors import PackageError, SettingsError
from schemas.result import CheckResult, Outcome

PASSWORD = "FEIJIAN_PACKAGE_PASSWORD"


def verify(options: Namespace) -> int:
    """Prove a package, or an archive of one, from itself."""
    settings = load_settings()
    signer = frozenset(map(expected_signer, options.signer))
    servers = Servers(settings.loadback_url, settings.loadback_mysql_url)
    with tempfile.TemporaryDirectory(prefix="feijian-") as spill, _opened(options, Path(spill)) as package:
        results = prove(package, Path(spill), settings.memory_limit, settings.threads, servers, signer)
    broken = [result for result in results if result.blocks]
    sentence = f"导出包与清单不符：{broken[0].reason}" if broken else _whole(results)
    record = {"ok": not broken, "verdict": sentence, "checks": [result.to_json() for result in results]}
    say(options, record, [*check_lines(results), "", sentence])
    return 1 if broken else 0


def _whole(results: list[CheckResult]) -> str:
    """What is proved of a package in which nothing is broken, and what is not."""
    found = {result.id: result for result in results}
    signed, who = found["signature"], found.get("signature.signer")
    if signed.outcome is not Outcome.PASSED or who is None:
        state = "未签名，清单本身有没有被改动、由谁封装均未验证"
    else:
        state = "签名有效，签名人已核实" if who.outcome is Outcome.PASSED else f"签名有效，签名人未核实：{who.reason}"
    part = f"（更正补交：{found['unchanged'].reason}）" if "unchanged" in found else ""
    told = ("signature", "signature.signer")
    others = [one.id for one in results if one.outcome is Outcome.NOT_VERIFIED and one.id not in told]
    rest = f"；另有 {len(others)} 项未验证（{'、'.join(others)}）" if others else ""
    return f"导出包完好，与清单一致{part}；{state}{rest}。"


@contextmanager
def _opened(options: Namespace, spill: Path) -> Iterator[Path]:
    """The package itself, or what an archive holds, unpacked for as long as it is looked at."""
    if not archive.is_archive(options.package):
        if options.package.is_file() and options.package.suffix != ".json":
            raise PackageError(f"{options.package} 不是导出包，也不是 .zip 或 .tar.sm4 的压缩包。")
        yield options.package
        return
    into = spill / "unpacked"
    with disk_errors():
        package = archive.unpack(options.package, _password(options), into)
    yield package


def _password(options: Namespace) -> str:
    if options.password_file:
        return read_password(options.password_file)
    if said := os.environ.get(PASSWORD):
        return said
    raise SettingsError(f"打开压缩包需要口令：请用 --password-file 指定口令文件，或设置环境变量 {PASSWORD}。")


def pack_package(options: Namespace) -> int:
    """Pack a package for the journey; the password goes into a file of its own and is never shown."""
    settings = load_settings()
    password_file = options.password_file or settings.keys / f"{options.out.name}.password.txt"
    with progress("打包", options.json) as tell, disk_errors():
        deliver = find_deliver(options.package)
        log = partial(log_package, settings, "pack", read_manifest(deliver), deliver, file=options.out.name)
        count = archive.pack(deliver, options.out, password_file, settings.store, options.cipher, tell, log)
    size = options.out.stat().st_size
    record = {"archive": str(options.out), "files": count, "bytes": size, "password_file": str(password_file)}
    lines = [
        f"已打包 {count} 个文件，读回核对无误：{options.out}（{size / 2**20:.1f} MiB）",
        f"口令已存入 {password_file}，没有显示。请用另一渠道告知接收方，不要与压缩包放在同一介质上。",
    ]
    say(options, record, lines)
    return 0


def unpack_archive(options: Namespace) -> int:
    """Unpack an archive into a new folder."""
    if options.out.exists():
        raise PackageError(f"{options.out} 已存在，请换一个文件夹。")
    if not options.archive.is_file():
        raise PackageError(f"没有压缩包 {options.archive}。")
    with disk_errors(), _nothing_left(options.out):
        package = archive.unpack(options.archive, _password(options), options.out)
        deliver = find_deliver(package)
        log_package(load_settings(), "unpack", read_manifest(deliver), deliver, file=options.archive.name)
    say(options, {"package": str(package)}, [f"已解开：{package}", f"请接着运行 feijian verify {package}"])
    return 0


@contextmanager
def _nothing_left(folder: Path) -> Iterator[None]:
    """Take a new folder away again when what follows fails: what is not in the access log was not handed out."""
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def redeliver_package(options: Namespace) -> int:
    """Write the months that a correction changed, with the proof that the others did not."""
    if options.out.exists():
        raise PackageError(f"{options.out} 已存在，请换一个文件夹。")
    new, old = find_deliver(options.new), find_deliver(options.against)
    with disk_errors(), _nothing_left(options.out):
        found = redeliver(new, old, options.out)
        part = options.out / "deliver"
        log_package(load_settings(), "redeliver", read_manifest(part), part, file=options.out.name)
    changed = [f"{table} {month}".strip() for table, month in sorted(found.changed)]
    record = {"folder": str(options.out), "changed": changed, "unchanged": len(found.same), "gone": len(found.gone)}
    lines = [f"{found.sentence()}。", *[f"  {cell}" for cell in changed], f"补交内容：{options.out}"]
    say(options, record, lines)
    return 0


def new_key(options: Namespace) -> int:
    """Make the signing key of this store; with `--sm2` a second one that signs beside it."""
    settings = load_settings()
    if options.sm2:
        with disk_errors():
            pem = new_sm2_signer(settings).pem
        return _say_key(
            options, pem_fingerprint(pem), settings.keys / SM2_PUBLIC, "SM2 签名密钥已建立，与 Ed25519 一并签名。"
        )
    with disk_errors():
        fingerprint = new_signer(settings).verifier.fingerprint
    return _say_key(options, fingerprint, settings.keys / PUBLIC, "签名密钥已建立。今后的导出包都会签名。")


def show_key(options: Namespace) -> int:
    """Show the fingerprint of the signing key; the private key is not opened."""
    path = load_settings().keys / PUBLIC
    if not path.is_file():
        raise SettingsError("还没有签名密钥。用 feijian seal key new 建立。")
    return _say_key(options, load_verifier(path).fingerprint, path, "签名公钥：")


def _say_key(options: Namespace, fingerprint: str, path: Path, head: str) -> int:
    lines = [head, f"公钥文件：{path}", f"指纹（SHA-256）：{spaced(fingerprint)}"]
    lines.append("请用电话等另一渠道把指纹告知接收方；只有这样，签名才能证明由谁封装。")
    say(options, {"public_key": str(path), "fingerprint": fingerprint}, lines)
    return 0


def sign_package(options: Namespace) -> int:
    """Sign a package that was sealed before there was a key."""
    deliver = find_deliver(options.package)
    signer = signer_of(load_settings())
    if signer is None:
        raise SettingsError("还没有签名密钥。用 feijian seal key new 建立。")
    if is_signed(deliver):
        raise PackageError(f"{options.package} 已有签名，不能另签。")
    manifest = read_manifest(deliver)
    with complete_manifest(deliver):
        proved = [*prove_files(deliver, manifest), *check_papers(manifest, deliver)]
    if broken := [one for one in proved if one.blocks]:
        raise PackageError(f"{options.package} 不完好，不能签名：{broken[0].reason}。")
    with disk_errors():
        sign_manifest(deliver, signer)
    fingerprint = signer.verifier.fingerprint
    say(options, {"fingerprint": fingerprint}, [f"已签名。公钥指纹：{spaced(fingerprint)}"])
    return 0


def write_proof(options: Namespace) -> int:
    """Write the proof that one data file belongs to a package."""
    manifest = read_manifest(find_deliver(options.package))
    if KEY not in manifest:
        raise PackageError(f"{options.package} 的清单中没有 Merkle 根（较早的包）。")
    with complete_manifest(options.package):
        proof = prove_file(manifest["resources"], options.file)
        root = manifest[KEY]["root"]
    with disk_errors():
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(proof.record(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    say(options, {"file": str(options.out), "root": root}, [f"证明已写入 {options.out}", f"全包的 Merkle 根：{root}"])
    return 0


def check_proof(options: Namespace) -> int:
    """Check one data file against its proof and the root of the package."""
    if not re.fullmatch("[0-9a-fA-F]{64}", options.root):
        raise SettingsError("--root 应是 64 位十六进制的 Merkle 根，见清单或交接单。")
    if not options.file.is_file():
        raise PackageError(f"没有文件 {options.file}。")
    try:
        proof = FileProof.from_record(json.loads(options.proof.read_text(encoding="utf-8")))
        fault = check_file(options.file, proof, bytes.fromhex(options.root))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise PackageError(f"{options.proof} 不是有效的证明（feijian seal proof 写出的 JSON）。") from None
    sentence = fault or f"{options.file.name} 是这个包的 {proof.resource['path']}，一字未改。"
    say(options, {"ok": not fault, "verdict": sentence}, [sentence])
    return 1 if fault else 0
