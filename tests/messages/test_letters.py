"""Letters from our templates and from a bureau's own (forms.md, "Documents of one check")."""

from __future__ import annotations

import io

import docx
import pytest

from onedoor.kernel.errors import ClerkError
from onedoor.messages import service
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
    with city.acting("scjg.admin"):
        service.replace_template(Letter.NOTICE, "本局.docx", own_template("本局样式 {{ entity.name }}"))
    with city.acting("scjg.officer"):
        assert text_of(service.write(Letter.NOTICE, LETTERS[Letter.NOTICE].sample)) == "本局样式 企业"
    with city.acting("xfjy.officer"):
        assert "行政检查通知书" in text_of(service.write(Letter.NOTICE, LETTERS[Letter.NOTICE].sample))
    with city.acting("scjg.admin"):
        service.restore_template(Letter.NOTICE)
        assert "行政检查通知书" in text_of(service.write(Letter.NOTICE, LETTERS[Letter.NOTICE].sample))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a document", "不是 Word 文档"),
        (own_template("{{ nobody }}"), "占位符写法有误"),
        (own_template("{{ entity.name "), "占位符写法有误"),
        (own_template("{{ ''.__class__.__mro__ }}"), "占位符写法有误"),
        (b"x" * (2 * 1024 * 1024 + 1), "2 MB"),
    ],
)
def test_a_template_that_cannot_work_is_refused_with_the_reason(
    city: City, content: bytes, sentence: str
) -> None:
    with city.acting("scjg.admin"), pytest.raises(ClerkError, match=sentence):
        service.replace_template(Letter.REPORT, "模板.docx", content)
