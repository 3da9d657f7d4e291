"""A paper from its template: a Word document with tags such as `{{ 机构名称 }}`, which a secretary may edit.

`reference/papers/README.md` lists the tags. The same content gives the same bytes: no clock, no author.
"""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

from exports.papers.content import EDITION, Paper
from schemas.errors import PaperError
from schemas.reference import REFERENCE

TEMPLATES = REFERENCE / "papers"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LOOSE_ENDS = {b"<w:ins ": "修订", b"<w:del ": "修订", b"<w:commentReference ": "批注"}


def find_template(paper: str, folder: Path | None) -> Path:
    """The template of a paper: the one in the customer's folder, else ours."""
    own = folder / f"{paper}.docx" if folder else None
    return own if own and own.is_file() else TEMPLATES / f"{paper}.docx"


def render(template: Path, paper: Paper) -> bytes:
    """Fill a template.

    Raises:
        PaperError: it is no Word document, holds an unknown or broken tag, or tracked changes or comments.
    """
    from docx.opc.exceptions import OpcError
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    _require_clean(template)
    document = DocxTemplate(template)
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        document.render(paper.context, environment)
    except (TemplateError, OpcError, SyntaxError, KeyError, TypeError, ValueError) as error:
        raise PaperError(
            f"模板 {template} 中的标签写错了：{_mistake(error)}。"
            "可用的标签见 reference/papers/README.md；改乱了就从 reference/papers 重新复制一份。"
        ) from None
    forget(document.docx.core_properties, paper.name)
    document.docx.core_properties.version = EDITION
    packed = io.BytesIO()
    document.save(packed)
    return timeless(packed.getvalue())


def _mistake(error: Exception) -> str:
    """What is wrong with a tag, for a secretary."""
    name = re.search(r"'([^']+)' is undefined|no attribute '([^']+)'", str(error))
    if name:
        return f"没有“{name[1] or name[2]}”这个标签"
    return "花括号没有成对，或 for 与 endfor 没有成对、不在自己的一行"


def _require_clean(template: Path) -> None:
    try:
        with zipfile.ZipFile(template) as archive:
            text = archive.read("word/document.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        raise PaperError(f"模板 {template} 不是 Word 文档（.docx）：请用 Word 或 WPS 打开后另存为 .docx。") from None
    for mark, name in _LOOSE_ENDS.items():
        if mark in text:
            raise PaperError(f"模板 {template} 中还有{name}，会随材料一起交出去：请先接受或删除全部修订和批注再保存。")


def forget(properties: Any, title: str) -> None:
    """Nobody's name, no time."""
    for child in list(properties._element):
        properties._element.remove(child)
    properties.title = title
    properties.author = "feijian"


def timeless(packed: bytes) -> bytes:
    """The same archive with one fixed time on every part."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            target.writestr(entry, source.read(name))
    return result.getvalue()
