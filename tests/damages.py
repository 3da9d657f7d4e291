"""Ways in which a file goes wrong between the hospital and its receiver, and the readers that notice each."""

from collections.abc import Callable
from dataclasses import dataclass

TABLE = "SETTLE_MZ"
TOKEN = "|@|"
Rows = list[list[str]]


@dataclass(frozen=True)
class Damage:
    """One damage: what is done to the rows below the header, to the finished text, or to its encoding."""

    title: str
    noticed_by: frozenset[str]
    rows: Callable[[Rows, list[str]], object] = lambda rows, header: None
    text: Callable[[str], str] = lambda text: text
    encoding: str = "utf-8"

    def apply(self, text: str) -> str:
        header, *rows = [line.split(TOKEN) for line in text.split("\n")[:-1]]
        self.rows(rows, header)
        return self.text("\n".join(TOKEN.join(row) for row in (header, *rows)) + "\n")


def put(column: str, change: Callable[[str], str]) -> Callable[[Rows, list[str]], None]:
    """Change a column of the second row."""

    def damage(rows: Rows, header: list[str]) -> None:
        place = header.index(column)
        rows[1][place] = change(rows[1][place])

    return damage


def shift(rows: Rows, header: list[str]) -> None:
    rows[1].append(rows[1].pop(0))


def swap_last_digits(key: str) -> str:
    place = next(n for n in range(len(key) - 1, 0, -1) if key[n] != key[n - 1])
    return key[: place - 1] + key[place] + key[place - 1] + key[place + 1 :]


def scientific(amount: str) -> str:
    return f"{amount.replace('.', '')}E-2"


FILES = frozenset({"quotes_ignored", "plain_split", "text_first", "pandas_lines", "excel_digits"})
SERVERS = frozenset({"postgresql", "mariadb"})
ALL = FILES | SERVERS

DAMAGES = {
    "extra_delimiter": Damage("值中多一个分隔符", ALL, put("ADMISSION_DEPT_NAME", lambda v: f"内{TOKEN}{v}")),
    "opening_quote": Damage("值以双引号开头", frozenset({"text_first"}), put("ADMISSION_DEPT_NAME", lambda v: f'"{v}')),
    "inch_mark": Damage("值中有双引号", frozenset({"text_first"}), put("ADMISSION_DEPT_NAME", lambda v: f'5"{v}')),
    "newline": Damage("值中有换行", ALL, put("ADMISSION_DEPT_NAME", lambda v: f"内\n{v}")),
    "line_separator": Damage(
        "值中有 U+2028", frozenset({"plain_split"}), put("ADMISSION_DEPT_NAME", lambda v: f"内\u2028{v}")
    ),
    "carriage_return": Damage("值中有回车", FILES | {"postgresql"}, put("ADMISSION_DEPT_NAME", lambda v: f"内\r{v}")),
    "crlf": Damage("换行改成 CRLF", frozenset({"plain_split"}), text=lambda text: text.replace("\n", "\r\n")),
    "bom_at_start": Damage("文件开头有 BOM", frozenset({"plain_split"}), text=lambda text: "\ufeff" + text),
    "bom_in_the_middle": Damage("文件中间有 BOM", ALL, put("HOSPITAL_ID", lambda v: "\ufeff" + v)),
    "truncated": Damage("末行被截断", ALL, text=lambda text: text[: text.rstrip("\n").rfind(TOKEN) - 20]),
    "no_last_line_end": Damage("末行没有换行", frozenset({"plain_split"}), text=lambda text: text[:-1]),
    "shifted": Damage("一行错了一列", ALL, shift),
    "thousands": Damage("金额有千分号", ALL, put("TOTAL_AMOUNT", lambda v: f"1,{v.zfill(6)}")),
    "swapped_digits": Damage("单据号中两位数字颠倒", ALL, put("HISID", swap_last_digits)),
    "doubled": Damage("一行重复", ALL, lambda rows, header: rows.append(rows[1])),
    "dropped": Damage("少了一行", ALL, lambda rows, header: rows.pop(1)),
    "scientific_amount": Damage("金额写成科学计数", frozenset({"text_first"}), put("TOTAL_AMOUNT", scientific)),
    "scientific_key": Damage("单据号变成科学计数", ALL, put("HISID", lambda v: "1.23E+17")),
    "gbk": Damage("改成了 GBK 编码", ALL, encoding="gbk"),
    "reordered": Damage("行的次序颠倒", frozenset(), lambda rows, header: rows.reverse()),
}
