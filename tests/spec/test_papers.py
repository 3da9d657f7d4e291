"""The papers of a hand-over: what they say, that it is the package's own word, and that a secretary may edit them."""

import hashlib
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pyzipper

from exports.manifest import FILE
from exports.papers import pdf
from exports.papers.check import check_papers
from exports.papers.confirmation import SATISFACTION, confirmation_paper
from exports.papers.content import BLANK, EDITION, NONE
from exports.papers.dictionary import dictionary_paper
from exports.papers.facts import Agreement, Handover, PaperFacts
from exports.papers.handover import handover_paper
from exports.papers.package_facts import told
from exports.papers.reading import read_paper
from exports.papers.template import TEMPLATES
from exports.papers.write import PAPERS, write_confirmation, write_papers
from exports.seal.digests import file_digests
from flows.init import TEMPLATE
from flows.settings import load_settings
from schemas.errors import PaperError, SettingsError
from schemas.result import CheckResult, Outcome
from tests.papers import NAME, ORG, edit, hide_and_write, twice, without_row, wordy_package, write_bare_package

HANDOVER, DICTIONARY = PAPERS
CONFIRMATION = "客户服务确认单.docx"
FACTS = PaperFacts(
    Handover(receiver="吐鲁番市医疗保障局", medium="加密移动硬盘", key_channel="电话", return_by="2025-12-31"),
    Agreement("增值技术服务 <HIS> & 其他", "XJTLF2024HIS0000000001", "", "医保办", "0995-0000000"),
)
LONG = "新疆维吾尔自治区吐鲁番市高昌区七泉湖镇社区卫生服务中心" * 4


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A package with its papers, and its manifest as it was before them."""
    deliver = tmp_path_factory.mktemp("papers") / "deliver"
    manifest = write_bare_package(deliver)
    write_papers(manifest, FACTS, deliver)
    write_confirmation(FACTS, deliver, deliver.parent / "local")
    return deliver, manifest


@pytest.fixture
def copied(written: tuple[Path, dict[str, Any]], tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    shutil.copytree(written[0], tmp_path / "deliver")
    return tmp_path / "deliver", written[1]


def cells(path: Path) -> list[tuple[str, ...]]:
    return [row for table in read_paper(path).tables for row in table]


def beside(path: Path, label: str) -> str:
    return next(row[place + 1] for row in cells(path) for place, cell in enumerate(row[:-1]) if cell == label)


def failed(results: list[CheckResult]) -> list[str]:
    return [result.reason for result in results if result.outcome is Outcome.FAILED]


def test_papers_say_what_the_package_says(written: tuple[Path, dict[str, Any]]) -> None:
    deliver, manifest = written
    results = check_papers(manifest, deliver)
    assert [(one.outcome, one.reason) for one in results] == [(Outcome.PASSED, "")] * 2
    listed = {**manifest, "feijian:files": [*manifest["feijian:files"], *({"path": name} for name in PAPERS)]}
    assert failed(check_papers(listed, deliver)) == []


def test_the_handover_paper_lists_every_file_with_rows_bytes_and_both_checksums(
    written: tuple[Path, dict[str, Any]],
) -> None:
    path = written[0] / HANDOVER
    assert beside(path, "数据版本") == "第 3 版"
    assert beside(path, "文件数") == "13 个（其中数据文件 12 个）"
    assert beside(path, "数据行数") == f"{12 * 70_000 + 66} 行"
    assert beside(path, "数据根哈希") == "5e" * 32
    rows = cells(path)
    digests = f"SHA-256 {1:064x}\nSM3 {2:064x}"
    assert ("2", f"data/{ORG}_SETTLE_MZ_DETAIL_001_p01.csv", "门诊结算明细 000001", "70001", "100001", digests) in rows
    assert ("13", "ddl/mysql.sql", "建表语句", "—", "991", f"SHA-256 {'7' * 64}\nSM3 {'8' * 64}") in rows
    assert ("SETTLE_MZ_DETAIL", "金额 COST", "7407.00") in rows


def test_what_nobody_knows_is_a_line_to_fill_in_and_what_is_known_stands(written: tuple[Path, dict[str, Any]]) -> None:
    path = written[0] / HANDOVER
    assert beside(path, "接收单位") == "吐鲁番市医疗保障局"
    assert beside(path, "密钥传递方式") == "电话"
    assert beside(path, "归还或销毁日期") == "2025-12-31"
    assert {beside(path, label) for label in ("接收人", "介质编号", "密钥接收人", "使用目的", "交付人")} == {BLANK}
    for side in ("交付方", "接收方"):
        assert re.sub(r"\s", "", beside(path, side)) == "签字（盖章）：日期：年月日"


def test_the_dictionary_names_every_column_erratum_and_deviation_and_what_was_not_verified(
    written: tuple[Path, dict[str, Any]],
) -> None:
    rows = cells(written[0] / DICTIONARY)
    package = told(written[1], written[0], PAPERS)
    for table in package.tables:
        for column in table.columns:
            assert any(row[:3] == (str(column.seq), column.name, column.label) for row in rows)
    assert {one.id for one in package.form.errata} <= {row[0] for row in rows}
    for row in (
        ("SETTLE_MZ", "DISEASE_NAME", "50", "350"),
        ("SETTLE_MZ_DETAIL", "ITEM_NAME", "4711"),
        ("设备的编号：源系统没有设备台账",),
        ("xj/2024", "SETTLE_MZ", "CASH", "必填", "必填", "2024-05-01", "省里要求"),
        ("SETTLE_ZY", "BEDID", "列缺失", "没有床位", "医保办", "2025-01-02"),
        ("prior.format", "格式与上年度基本一致", "没有提供上年的格式"),
        ("V11", "核对11", "未验证", "", ""),
    ):
        assert row in rows


@pytest.mark.parametrize(
    ("file", "change", "told_of"),
    [
        (HANDOVER, lambda text: text.replace(">70003<", ">70004<"), "SETTLE_MZ_DETAIL_003_p01.csv 的行数写作“70004”"),
        (HANDOVER, hide_and_write("70003", "70004"), "SETTLE_MZ_DETAIL_003_p01.csv 的行数写作“70004”"),
        (HANDOVER, lambda text: text.replace(f"{7:064x}", f"{8:064x}"), "007_p01.csv 的校验值"),
        (HANDOVER, lambda text: text.replace("7407.00", "7408.00", 1), "合计（元）写作“7408.00”，应为“7407.00”"),
        (HANDOVER, lambda text: text.replace("2024-12-31", "2024-11-30"), "“检查期间”写作"),
        (HANDOVER, lambda text: text.replace("第 3 版", "第 2 版"), "“数据版本”写作“第 2 版”，应为“第 3 版”"),
        (HANDOVER, without_row("_004_p01.csv"), f"缺少 文件 data/{ORG}_SETTLE_MZ_004_p01.csv"),
        (HANDOVER, twice("_004_p01.csv"), "“文件清单”有 14 行，应为 13 行"),
        (HANDOVER, lambda text: text.replace("门诊结算主单 000000", "XXX"), "占位符"),
        (HANDOVER, lambda text: text.replace(">机构编码<", ">单位代号<"), "缺少“机构编码”一栏"),
        (DICTIONARY, lambda text: text.replace(">4711<", ">11<"), "替换 ITEM_NAME 的值的个数写作“11”，应为“4711”"),
        (DICTIONARY, lambda text: text.replace(">350<", ">50<"), "加宽 DISEASE_NAME 的建表宽度"),
        (DICTIONARY, lambda text: text.replace(">未验证<", ">通过<", 1), "核对 V11 的结果写作“通过”，应为“未验证”"),
        (DICTIONARY, lambda text: text.replace(">医保飞行检查数据说明<", ">{{ 表 }}<"), "占位符“{{ 表 }}”"),
    ],
)  # fmt: skip
def test_an_edited_paper_is_found_with_the_paper_and_the_number(
    copied: tuple[Path, dict[str, Any]], file: str, change: Callable[[str], str], told_of: str
) -> None:
    deliver, manifest = copied
    edit(deliver / file, change)
    (reason,) = failed(check_papers(manifest, deliver))
    assert reason.startswith(f"{file}：")
    assert told_of in reason


def test_a_manifest_that_changed_after_the_papers_is_found(written: tuple[Path, dict[str, Any]]) -> None:
    deliver, manifest = written
    more = {**manifest, "feijian:files": [*manifest["feijian:files"], {"path": "x", "bytes": 1, "hash": "sha256:0"}]}
    assert any("缺少 文件 x" in reason for reason in failed(check_papers(more, deliver)))


def test_a_lost_or_broken_paper_fails_and_a_package_without_papers_is_not_applicable(
    copied: tuple[Path, dict[str, Any]],
) -> None:
    deliver, manifest = copied
    with pyzipper.AESZipFile(deliver / DICTIONARY, "w", encryption=pyzipper.WZ_AES) as locked:
        locked.setpassword(b"p")
        locked.writestr("word/document.xml", b"x")
    assert "不是完好的 Word 文档" in failed(check_papers(manifest, deliver))[0]
    (deliver / DICTIONARY).write_bytes(b"PK no more")
    assert "不是完好的 Word 文档" in failed(check_papers(manifest, deliver))[0]
    (deliver / DICTIONARY).unlink()
    assert len(failed(check_papers(manifest, deliver))) == 1
    (deliver / HANDOVER).unlink()
    assert {one.outcome for one in check_papers(manifest, deliver)} == {Outcome.NOT_APPLICABLE}


def test_papers_in_the_words_of_another_edition_are_not_verified(copied: tuple[Path, dict[str, Any]]) -> None:
    deliver, manifest = copied
    edit(deliver / HANDOVER, lambda text: text.replace("version>1<", "version>99<"), "docProps/core.xml")
    first, second = check_papers(manifest, deliver)
    assert (first.outcome, second.outcome) == (Outcome.NOT_VERIFIED, Outcome.PASSED)
    assert "文字第 99 版" in first.reason


def test_every_change_of_the_wording_raises_the_edition() -> None:
    """When this fails, raise EDITION, and put the new digest here beside it."""
    package = wordy_package()
    papers = handover_paper(package, Handover()), dictionary_paper(package)
    said = repr([(paper.name, paper.facts, paper.tables) for paper in papers])
    assert (EDITION, hashlib.sha256(said.encode()).hexdigest()[:16]) == ("1", "239c0a1da00ac85e")


def test_the_same_package_gives_the_same_bytes_and_nobodys_name(copied: tuple[Path, dict[str, Any]]) -> None:
    deliver, manifest = copied
    before = {name: file_digests(deliver / name).sha256 for name in PAPERS}
    paths = write_papers(manifest, FACTS, deliver)
    assert {path.name: file_digests(path).sha256 for path in paths} == before
    assert not list(deliver.glob(".*"))
    with zipfile.ZipFile(paths[0]) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert "dcterms" not in core.split(">", 2)[2] and "lastModifiedBy" not in core


def test_one_file_many_files_a_long_name_and_no_deviations(tmp_path: Path) -> None:
    for files, name in ((1, NAME), (120, f"{LONG}（{{{{ XXX }}}}）")):
        deliver = tmp_path / str(files) / "deliver"
        manifest = write_bare_package(deliver, files, name, deviating=False)
        write_papers(manifest, PaperFacts(), deliver)
        assert failed(check_papers(manifest, deliver)) == []
        listed = [row for row in cells(deliver / HANDOVER) if len(row) == 6 and row[1].startswith("data/")]
        assert len(listed) == files
        assert beside(deliver / HANDOVER, "机构名称") == name
        nothing = [row for row in cells(deliver / DICTIONARY) if row[0] == NONE]
        assert len(nothing) == 6


def test_a_package_without_version_and_tree_says_so_and_a_correction_names_what_it_replaces(
    copied: tuple[Path, dict[str, Any]],
) -> None:
    deliver, manifest = copied
    bare = {key: value for key, value in manifest.items() if key not in ("feijian:version", "feijian:merkle")}
    write_papers({**bare, "feijian:corrects": {"name": f"{ORG}_v2"}}, FACTS, deliver)
    assert beside(deliver / HANDOVER, "数据版本") == BLANK
    assert beside(deliver / HANDOVER, "数据根哈希") == "（本包没有计算）"
    assert beside(deliver / HANDOVER, "交付性质") == f"更正，代替 {ORG}_v2"
    trial = told({**bare, "feijian:rehearsal_of": {"from": "2024-01-01", "to": "2024-12-31"}}, deliver, PAPERS)
    assert trial.kind == "演练，不作正式交付"


def test_the_confirmation_has_the_fields_of_the_contract_in_their_order(
    written: tuple[Path, dict[str, Any]],
) -> None:
    path = written[0].parent / "local" / CONFIRMATION
    form = {re.sub(r"\s", "", row[0]): row[1] for row in cells(path)}
    assert list(form) == [
        "*项目名称", "*合同编号", "*单位名称", "*客户负责人", "*联系电话", "服务内容", "用户意见", "服务满意度",
        "履约完成", "客户代表签字盖章（公章）", "日期",
    ]  # fmt: skip
    assert read_paper(path).lines.count("冠新软件股份有限公司客户服务确认单") == 1
    assert form["*项目名称"] == "增值技术服务 <HIS> & 其他"
    assert form["*合同编号"] == "XJTLF2024HIS0000000001"
    assert form["*单位名称"] == NAME
    assert form["用户意见"] == form["客户代表签字盖章（公章）"] == ""
    assert form["服务满意度"].split() == [part for word in SATISFACTION for part in ("☐", word)]
    assert form["履约完成"].split() == ["☐", "是", "☐", "否"]
    for part in (f"{ORG.lower()}_20240101-20241231_v3", "2024-01-01 至 2024-12-31", "第 3 版", "文件数：14 个"):
        assert part in form["服务内容"]
    assert file_digests(written[0] / FILE).sha256 in form["服务内容"]


def own_template(tmp_path: Path, file: str, change: Callable[[str], str]) -> PaperFacts:
    folder = tmp_path / "papers"
    folder.mkdir()
    shutil.copyfile(TEMPLATES / file, folder / file)
    edit(folder / file, change)
    return PaperFacts(templates=folder)


def test_a_secretarys_template_goes_before_ours(copied: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    facts = own_template(tmp_path, HANDOVER, lambda text: text.replace("医保飞行检查数据交接单", "本院交接单"))
    write_papers(copied[1], facts, copied[0])
    assert "本院交接单" in read_paper(copied[0] / HANDOVER).lines
    assert failed(check_papers(copied[1], copied[0])) == []


@pytest.mark.parametrize(
    ("change", "told_of"),
    [
        (lambda text: text.replace("{{ 机构编码 }}", ""), "“机构编码”写作“”"),
        (lambda text: text.replace(">检查期间<", ">时间<"), "缺少“检查期间”一栏"),
        (lambda text: text.replace(">接收方<", "><"), "缺少“接收方”一栏"),
        (lambda text: text.replace(">密钥传递方式<", "><"), "缺少“密钥传递方式”一栏"),
        (lambda text: text.replace(">校验值<", ">备注<"), "缺少表格“文件清单”，其表头应有：序号、文件"),
        (lambda text: text.replace("{{ 机构编码 }}", "{{ 机构号 }}"), "没有“机构号”这个标签"),
        (lambda text: text.replace("{{ 文件.内容 }}", "{{ 文件.内文 }}"), "没有“内文”这个标签"),
        (lambda text: text.replace("{%tr endfor %}", "", 1), "for 与 endfor 没有成对"),
        (lambda text: text.replace("{{ 机构编码 }}", "{{ 机构编码 "), "花括号没有成对"),
        (lambda text: text.replace("</w:body>", '<w:p><w:ins w:id="1"/></w:p></w:body>'), "还有修订"),
    ],
)  # fmt: skip
def test_an_edited_template_that_lost_a_field_says_which(
    copied: tuple[Path, dict[str, Any]], tmp_path: Path, change: Callable[[str], str], told_of: str
) -> None:
    deliver, manifest = copied
    before = file_digests(deliver / HANDOVER).sha256
    facts = own_template(tmp_path, HANDOVER, change)
    with pytest.raises(PaperError) as caught:
        write_papers(manifest, facts, deliver)
    assert told_of in str(caught.value)
    assert str(tmp_path / "papers" / HANDOVER) in str(caught.value)
    assert file_digests(deliver / HANDOVER).sha256 == before and not list(deliver.glob(".*"))


def test_a_template_that_is_no_word_document_is_refused(copied: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / HANDOVER).write_bytes(b"\xd0\xcf\x11\xe0 an old .doc under a new name")
    with pytest.raises(PaperError, match="不是 Word 文档"):
        write_papers(copied[1], PaperFacts(templates=tmp_path), copied[0])


def test_no_list_can_be_taken_for_another(written: tuple[Path, dict[str, Any]]) -> None:
    package = told(written[1], written[0], PAPERS)
    papers = (
        handover_paper(package, Handover()),
        dictionary_paper(package),
        confirmation_paper(package, Agreement(), ""),
    )
    for paper in papers:
        tables = paper.tables
        for one in tables:
            others = [set(other.columns) for other in tables if other is not one]
            assert not any(set(one.columns) <= other for other in others)


def test_every_tag_of_the_templates_stands_in_their_readme_and_no_other() -> None:
    tag = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
    text = (TEMPLATES / "README.md").read_text(encoding="utf-8")
    sections = {part.split("\n", 1)[0]: part for part in text.split("\n## ")}
    templates = sorted(TEMPLATES.glob("*.docx"))
    assert [path.name for path in templates] == sorted((*PAPERS, CONFIRMATION))
    for path in templates:
        assert set(tag.findall(sections[path.stem])) == set(tag.findall("\n".join(read_paper(path).lines)))


def test_print_copies_are_made_by_libreoffice_or_their_absence_is_told(
    written: tuple[Path, dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = [written[0] / HANDOVER]
    monkeypatch.setattr(pdf, "_PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    assert pdf.print_papers(papers, tmp_path) == pdf.Printed(
        (), "没有安装 LibreOffice，未生成打印用的 PDF；可直接用 Word 或 WPS 打开 docx 打印。"
    )
    office = tmp_path / "soffice"
    office.write_text("#!/bin/sh\nexit 1\n")
    office.chmod(0o755)
    assert "没有转出 PDF" in pdf.print_papers(papers, tmp_path).note
    office.write_text(
        '#!/bin/sh\n[ "$4 $5" = "pdf --outdir" ] || exit 1\n/bin/mkdir -p "$6"\n/bin/cp "$7" "$6/交接单.pdf"\n'
    )
    printed = pdf.print_papers(papers, tmp_path / "local")
    assert printed == pdf.Printed((tmp_path / "local" / "交接单.pdf",))
    assert file_digests(printed.files[0]).sha256 == file_digests(papers[0]).sha256


def test_libreoffice_when_there_is_one_makes_a_real_pdf(written: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    printed = pdf.print_papers([written[0].parent / "local" / CONFIRMATION], tmp_path)
    assert [path.read_bytes()[:5] for path in printed.files] == ([b"%PDF-"] if pdf.find_office() else [])
    assert bool(printed.note) is not bool(printed.files)


def test_the_settings_say_who_receives(workdir: Path) -> None:
    assert load_settings().handover == Handover()
    assert load_settings().papers == workdir / "papers"
    commented = TEMPLATE[TEMPLATE.index("# [handover]") :]
    Path("feijian.toml").write_text(re.sub(r"(?m)^# ", "", commented), encoding="utf-8")
    handover = load_settings().handover
    assert (handover.receiver, handover.return_by) == ("吐鲁番市医疗保障局", "2025-12-31")
    for text, told_of in (("reciever = 'x'", "reciever"), ("medium_id = 7", "medium_id 应写成带引号的文字")):
        Path("feijian.toml").write_text(f"[handover]\n{text}\n", encoding="utf-8")
        with pytest.raises(SettingsError, match=told_of):
            load_settings()
