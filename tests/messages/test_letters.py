"""Letters from our templates and from a bureau's own (forms.md, "Documents of one check")."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.messages import queries, service
from onedoor.messages.rules import LETTERS, Letter
from tests.fixtures.city import City


def text_of(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def own_template(text: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@pytest.mark.parametrize("letter", list(Letter))
def test_each_template_of_ours_takes_its_sample(city: City, letter: Letter) -> None:
    with city.acting("scjg.officer"):
        text = text_of(service.write(letter, LETTERS[letter].sample))
    assert LETTERS[letter].title in text
    assert "{{" not in text and "{%" not in text
    assert "姓名" in text and "企业" in text


@pytest.mark.parametrize(
    ("together", "sentence"), [("联合", "（地址）联合开展行政检查"), ("", "（地址）开展行政检查")]
)
def test_the_notice_has_the_code_to_scan_and_says_who_comes(city: City, together: str, sentence: str) -> None:
    """R-V2; one bureau alone does not come together."""
    with city.acting("scjg.officer"):
        notice = service.write(Letter.NOTICE, {**LETTERS[Letter.NOTICE].sample, "together": together})
    assert sentence in text_of(notice)
    assert len(docx.Document(io.BytesIO(notice)).inline_shapes) == 1


def test_what_a_firm_is_called_stays_text(city: City) -> None:
    entity = {"name": '<w:b/>&"甲\x07{{ 7*7 }}', "code": "9", "address": "路"}
    with city.acting("scjg.officer"):
        text = text_of(service.write(Letter.NOTICE, {**LETTERS[Letter.NOTICE].sample, "entity": entity}))
    assert '<w:b/>&"甲{{ 7*7 }}' in text


def test_a_bureau_puts_its_own_template_in_place_and_back(city: City) -> None:
    """R-V7: a version is kept, tried, chosen; another bureau goes on with ours, and so does this one when it wants to."""
    sample = LETTERS[Letter.NOTICE].sample
    with city.acting("scjg.admin"):
        first = service.add_template(Letter.NOTICE, "本局.docx", own_template("本局样式 {{ entity.name }}"))
        assert "行政检查通知书" in text_of(service.write(Letter.NOTICE, sample)), "kept is not in use"
        shown = service.preview(Letter.NOTICE, first)
        assert shown.lines == [f"本局样式 {sample['entity']['name']}"]
        service.use_template(first.id)
        with pytest.raises(Conflict, match="正在使用"):
            service.use_template(first.id)
        first_id = first.id
    with city.acting("scjg.officer"):
        assert text_of(service.write(Letter.NOTICE, sample)) == f"本局样式 {sample['entity']['name']}"
    with city.acting("xfjy.officer"):
        assert "行政检查通知书" in text_of(service.write(Letter.NOTICE, sample))
        with pytest.raises(NotFound):
            service.use_template(first_id)
    with city.acting("scjg.admin"):
        second = service.add_template(Letter.NOTICE, "二.docx", own_template("第二版 {{ number }}"))
        assert second.version == first.version + 1
        service.use_template(second.id)
        assert "第二版" in text_of(service.write(Letter.NOTICE, sample))
        service.use_template(first_id)
        assert "本局样式" in text_of(service.write(Letter.NOTICE, sample))
        service.use_default(Letter.NOTICE)
        assert "行政检查通知书" in text_of(service.write(Letter.NOTICE, sample))
        with pytest.raises(Conflict, match="系统模板"):
            service.use_default(Letter.NOTICE)
        assert [one.template_id for one in queries.template_choices(Letter.NOTICE)][:2] == [None, first_id]


def with_part(name: str, content: bytes, *, types: str = "") -> bytes:
    """A template with one more part, as a macro or a link to elsewhere is one."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(own_template("{{ number }}"))) as given,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for member in given.infolist():
            part = given.read(member)
            if member.filename == "[Content_Types].xml" and types:
                part = part.replace(b"wordprocessingml.document.main+xml", types.encode())
            if member.filename != name:
                out.writestr(member.filename, part)
        out.writestr(name, content)
    return made.getvalue()


_REMOTE = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"'
    b' Target="https://example.org/x.dotm" TargetMode="External"/></Relationships>'
)
MACRO = "宏或者嵌入"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a document", "不是可以使用的 Word 文档"),
        (own_template("{{ nobody }}"), "不认识的字段：nobody"),
        (own_template("{{ entity.nobody }}"), "不认识的字段：nobody"),
        (own_template("{% if nobody %}x{% endif %}"), "不认识的字段：nobody"),
        (own_template("{{ entity.name "), "占位符写法有误"),
        (own_template("{{ ''.__class__.__mro__ }}"), "不认识的字段"),
        (own_template("{{ '长' * 3000000000 }}"), "内存超过上限"),
        (
            own_template(
                "{% for a in range(99999) %}{% for b in range(99999) %}{{ a }}{% endfor %}{% endfor %}"
            ),
            "用时过长|内存超过上限",
        ),
        (with_part("word/vbaProject.bin", b"x"), MACRO),
        (with_part("word/embeddings/oleObject1.bin", b"x"), MACRO),
        (with_part("word/note.xml", b"<a/>", types="document.macroEnabled.main+xml"), MACRO),
        (with_part("word/_rels/settings.xml.rels", _REMOTE), "外部的文件"),
        (with_part("word/note.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'), "不是可以使用的 Word 文档"),
        (with_part("word/note.xml", b"\0" * (65 << 20)), "解开以后太大"),
        (b"x" * (2 * 1024 * 1024 + 1), "2 MB"),
    ],
)
def test_a_template_that_cannot_work_is_refused_with_the_reason(
    city: City, content: bytes, sentence: str
) -> None:
    """R-V7: unknown fields, macros, what opens something else, and what would fill the memory; nothing is kept."""
    with city.acting("scjg.admin"):
        with pytest.raises(ClerkError, match=sentence):
            service.add_template(Letter.REPORT, "模板.docx", content)
        assert queries.letter_templates(Letter.REPORT) == []


@pytest.mark.parametrize("letter", list(Letter))
def test_ours_comes_back_as_it_went_out(city: City, letter: Letter) -> None:
    """Whoever downloads our template and uploads it unchanged has a template."""
    with city.acting("scjg.admin"):
        made = service.add_template(letter, "系统.docx", service.default_template(letter))
        assert LETTERS[letter].title in "".join(service.preview(letter, made).lines)
        fields = dict(service.fields_of(letter))
        assert fields["entity.name"] and "members[].name" in fields
