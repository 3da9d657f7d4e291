"""What is understood of the seal: `feijian verify`, `seal`, `pack`, `unpack`, `redeliver`."""

from pathlib import Path
from typing import Any

PASSWORD = "口令文件（第一行）；也可设环境变量 FEIJIAN_PACKAGE_PASSWORD"


def add(commands: Any, parser: Any) -> None:
    """Add the commands of this part; `parser` is the class of parsers, in Chinese."""
    verify = _command(commands, "verify", "核对一个导出包或它的压缩包：签名、校验和、行数、合计")
    verify.add_argument(
        "package", type=Path, metavar="导出包", help="导出包文件夹、更正补交的文件夹，或 .zip、.tar.sm4"
    )
    verify.add_argument(
        "--signer",
        action="append",
        default=[],
        metavar="指纹",
        help="签名人的公钥指纹或公钥文件，应由另一渠道得到，可多次；没有它的签名即不通过",
    )
    verify.add_argument("--password-file", type=Path, metavar="文件", help=PASSWORD)
    verify.set_defaults(does="flows.seal_commands:verify")

    pack = _command(commands, "pack", "把导出包的 deliver 打成加密压缩包，口令由程序生成并另存")
    pack.add_argument("package", type=Path, metavar="导出包", help="导出包文件夹")
    pack.add_argument("--out", type=Path, required=True, metavar="文件", help="压缩包，如 E:/移交.zip")
    pack.add_argument(
        "--cipher",
        choices=("aes", "sm4"),
        default="aes",
        help="aes：AES-256 zip（7-Zip、WinRAR、WPS 可开，默认）；sm4：国密 SM4 的 .tar.sm4（openssl 可开）",
    )
    pack.add_argument(
        "--password-file",
        type=Path,
        metavar="文件",
        help="口令写到哪里（默认 keys/压缩包名.password.txt），不能与压缩包放在一起",
    )
    pack.set_defaults(does="flows.seal_commands:pack_package")

    unpack = _command(commands, "unpack", "解开 pack 打成的压缩包")
    unpack.add_argument("archive", type=Path, metavar="压缩包", help=".zip 或 .tar.sm4")
    unpack.add_argument("--out", type=Path, required=True, metavar="文件夹", help="解到哪个新文件夹")
    unpack.add_argument("--password-file", type=Path, metavar="文件", help=PASSWORD)
    unpack.set_defaults(does="flows.seal_commands:unpack_archive")

    again = _command(commands, "redeliver", "更正后只补交改动过的月份，并证明其余月份未变")
    again.add_argument("new", type=Path, metavar="新包", help="更正后的导出包")
    again.add_argument("--against", type=Path, required=True, metavar="旧包", help="已经交出的导出包")
    again.add_argument("--out", type=Path, required=True, metavar="文件夹", help="补交内容写到哪个新文件夹")
    again.set_defaults(does="flows.seal_commands:redeliver_package")
    _seal(commands, parser)


def _seal(commands: Any, parser: Any) -> None:
    seal = commands.add_parser("seal", help="签名密钥、补签、单个文件的证明", description="封装的签名与证明")
    actions = seal.add_subparsers(dest="action", metavar="动作", required=True, parser_class=parser)
    key = actions.add_parser("key", help="签名密钥", description="签名密钥")
    kinds = key.add_subparsers(dest="kind", metavar="动作", required=True, parser_class=parser)
    new = _command(kinds, "new", "建立签名密钥（Ed25519）；设有 FEIJIAN_SIGNING_PASSPHRASE 时用它加密")
    new.add_argument("--sm2", action="store_true", help="另建一个 SM2 密钥，与 Ed25519 一并签名（需要 OpenSSL 3.0）")
    new.set_defaults(does="flows.seal_commands:new_key")
    show = _command(kinds, "show", "显示签名公钥的指纹，供另一渠道告知接收方")
    show.set_defaults(does="flows.seal_commands:show_key")
    sign = _command(actions, "sign", "给没有签名的导出包补签；数据和清单不变")
    sign.add_argument("package", type=Path, metavar="导出包", help="导出包文件夹")
    sign.set_defaults(does="flows.seal_commands:sign_package")
    proof = _command(actions, "proof", "写出一个数据文件属于某个包的证明（JSON），可单独交给别人核对")
    proof.add_argument("package", type=Path, metavar="导出包", help="导出包文件夹")
    proof.add_argument("file", metavar="文件", help="包内数据文件，如 data/….csv")
    proof.add_argument("--out", type=Path, required=True, metavar="文件", help="证明写到哪里")
    proof.set_defaults(does="flows.seal_commands:write_proof")
    check = _command(actions, "check", "凭证明和全包的 Merkle 根核对一个数据文件，不需要整个包")
    check.add_argument("proof", type=Path, metavar="证明", help="feijian seal proof 写出的文件")
    check.add_argument("file", type=Path, metavar="文件", help="要核对的数据文件")
    check.add_argument("--root", required=True, metavar="根", help="全包的 Merkle 根（64 位十六进制），见清单或交接单")
    check.set_defaults(does="flows.seal_commands:check_proof")


def _command(commands: Any, name: str, text: str) -> Any:
    parser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
    return parser
