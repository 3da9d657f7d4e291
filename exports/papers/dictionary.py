"""数据说明: every table and column of the package, the list's errata with our reading, and every deviation."""

from collections.abc import Iterator

from exports.papers.content import Chapter, Chapters, Fact, Listing, Paper, listing, plain
from exports.papers.package_facts import Told
from schemas.drift.kinds import KINDS
from schemas.format import FormatColumn
from schemas.pack import Change
from schemas.result import Outcome

NAME = "数据说明"
COLUMNS = ("序号", "列名", "中文名", "类型", "必填", "取值与说明")
_NEEDS = {"always": "必填", "when": "有条件", "no": "选填"}
_ATTRIBUTES = {
    "add": "增加", "drop": "去掉", "emit_as": "列名", "label": "中文名", "title": "名称", "type": "类型", "as": "写法",
    "length": "长度", "precision": "总位数", "scale": "小数位", "pattern": "日期写法", "key": "主键", "seq": "次序",
    "required": "必填", "required_when": "必填条件", "codes": "取值", "std_field": "标准字段", "from": "取自",
    "note": "备注", "group": "类别", "grain": "一行是什么", "split": "分文件", "delimiter": "分隔符",
    "joiner": "多值连接符",
}  # fmt: skip


def dictionary_paper(package: Told) -> Paper:
    """The paper that a receiver needs to load and to understand the data."""
    return Paper(
        NAME,
        tuple(_facts(package)),
        (_tables(package), *_deviations(package), *_checks(package)),
        (_dictionary(package),),
    )


def _facts(package: Told) -> Iterator[Fact]:
    name, code = package.institution
    form = package.form
    yield Fact("机构名称", name)
    yield Fact("机构编码", code)
    yield Fact("检查期间", package.period)
    yield Fact("数据版本", package.version)
    yield Fact("数据格式", package.format)
    yield Fact("格式依据", plain(form.source))
    yield Fact("字符集", f"{form.written_charset.upper()}，不带 BOM")
    yield Fact("分隔符", f"{form.delimiter}（没有自由文字的表用逗号，见“各表概况”）")
    yield Fact("多值连接符", f"{form.joiner}（同一格内有多个值时）")
    yield Fact("验收结论", package.report["verdict"])


def _tables(package: Told) -> Listing:
    form = package.form
    rows = (
        (
            table.name,
            table.title,
            "必提" if table.mandatory else "选提",
            package.rows(table.name),
            form.delimiter_of(table),
            ", ".join(table.key) or "—",
            "；".join(filter(None, (table.grain, table.note))),
        )
        for table in package.tables
    )
    return listing("各表概况", ("表名", "名称", "类别", "行数", "分隔符", "主键", "一行是什么"), rows, "表")


def _dictionary(package: Told) -> Chapters:
    chapters = tuple(
        Chapter({"表名": table.name, "名称": plain(table.title)}, tuple(map(_column, table.columns)))
        for table in package.tables
    )
    words = tuple(f"列 {column.table}.{column.name}" for table in package.tables for column in table.columns)
    return Chapters("数据字典", "各列", COLUMNS, chapters, words)


def _column(column: FormatColumn) -> tuple[str, ...]:
    return (
        str(column.seq),
        column.name,
        plain(column.label),
        plain(column.printed),
        _NEEDS[column.required],
        plain("；".join(_remarks(column))),
    )


def _remarks(column: FormatColumn) -> Iterator[str]:
    """When a value is needed, which values there are, how it is written."""
    if column.condition:
        yield f"{column.condition_words} 时必填"
    if column.codes:
        yield "、".join(column.codes) + ("（可有其他值）" if column.codes_open else "")
    if column.field != column.name:
        yield f"清单中列名为 {column.field}"
    if not column.plain_pattern:
        yield f"日期写作 {column.pattern}"
    if column.note:
        yield column.note


def _deviations(package: Told) -> Iterator[Listing]:
    form, report = package.form, package.report
    errata = ((e.id, e.title, _listed(e.table), _listed(e.field), e.printed, e.reading) for e in form.errata)
    yield listing("清单勘误", ("编号", "事项", "所在表", "所在列", "清单原文", "本包的做法"), errata, "勘误")
    widened = ((w["table"], w["column"], w["listed"], w["width"]) for w in report["widened"])
    yield listing("加宽的列", ("表名", "列名", "清单宽度", "建表宽度"), widened, "加宽", 1)
    replaced = ((r["table"], r["column"], r["values"]) for r in report["replaced"])
    yield listing("替换的字符", ("表名", "列名", "值的个数"), replaced, "替换", 1)
    yield listing("不能提供的内容", ("内容与原因",), ((line,) for line in report["absent"]))
    changes = (
        (
            c.layer,
            c.table or "（全包）",
            c.column,
            _ATTRIBUTES.get(c.attribute, c.attribute),
            _changed(c),
            c.date,
            c.reason,
        )
        for c in form.changes
    )
    head = ("格式层", "表名", "列名", "属性", "改为", "起始日期", "理由")
    yield listing("格式层的差异", head, changes, "差异", 2)
    signed = ((s.table, s.column, _kind(s.kind), s.reason, s.signed_by, s.date) for s in form.signatures)
    yield listing("签认的差异", ("表名", "列名", "差异类型", "理由", "签认人", "签认日期"), signed, "签认", 1)
    written = (
        (w["rule"], w["title"], w["rows"], w["answer"], w["name"], w["on"], w["until"]) for w in report["written"]
    )
    head = ("规则", "内容", "行数", "答复", "处理人", "处理日期", "有效期至")
    yield listing("书面说明", head, written, "规则")


def _checks(package: Told) -> Iterator[Listing]:
    official, others = package.report["official"], package.report["checks"]
    rows = ((r["id"], r["title"], r["outcome"], r["threshold"], r["reason"]) for r in official)
    yield listing("官方核对", ("编号", "核对项", "结果", "容差", "说明"), rows, "核对")
    open_checks = [r for r in (*official, *others) if r["outcome"] == Outcome.NOT_VERIFIED]
    yield listing(
        "没有验证的事项",
        ("编号", "没有验证的内容", "原因"),
        ((r["id"], r["title"], r["reason"]) for r in open_checks),
        "核对",
    )


def _kind(name: str) -> str:
    if name == "*":
        return "全部"
    return KINDS[name].title if name in KINDS else name


def _changed(change: Change) -> str:
    return _NEEDS.get(change.value, change.value) if change.attribute == "required" else change.value


def _listed(text: str) -> str:
    return text.replace("|", ", ")
