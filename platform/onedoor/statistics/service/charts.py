"""A bar chart inside a Word document, as Word draws it itself: two rows of numbers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from docx.document import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
_NAMES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
# English metric units: 15 by 8 centimetres.
_WIDTH, _HEIGHT = 5_400_000, 2_880_000

Series = tuple[str, Sequence[int]]


def add_bar_chart(document: Document, title: str, heads: Sequence[str], series: Sequence[Series]) -> None:
    """Add a paragraph with the chart at the end of the document."""
    package = document.part.package
    number = sum(1 for part in package.iter_parts() if "/word/charts/" in str(part.partname)) + 1
    part = Part(
        PackURI(f"/word/charts/chart{number}.xml"), _TYPE, _chart(title, heads, series).encode(), package
    )
    relation = document.part.relate_to(part, _RELATION)
    run: Any = document.add_paragraph().add_run()
    run._r.append(parse_xml(_drawing(title, number, relation)))


def _chart(title: str, heads: Sequence[str], series: Sequence[Series]) -> str:
    drawn = "".join(_series(place, one, heads) for place, one in enumerate(series))
    text = f"<a:p><a:r><a:rPr lang='zh-CN' sz='1200'/><a:t>{escape(title)}</a:t></a:r></a:p>"
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {_NAMES}><c:chart>'
        f"<c:title><c:tx><c:rich><a:bodyPr/>{text}</c:rich></c:tx><c:overlay val='0'/></c:title>"
        "<c:autoTitleDeleted val='0'/><c:plotArea><c:layout/><c:barChart><c:barDir val='col'/>"
        f"<c:grouping val='clustered'/><c:varyColors val='0'/>{drawn}<c:gapWidth val='80'/>"
        "<c:axId val='1'/><c:axId val='2'/></c:barChart>"
        "<c:catAx><c:axId val='1'/><c:scaling><c:orientation val='minMax'/></c:scaling><c:delete val='0'/>"
        "<c:axPos val='b'/><c:crossAx val='2'/></c:catAx>"
        "<c:valAx><c:axId val='2'/><c:scaling><c:orientation val='minMax'/></c:scaling><c:delete val='0'/>"
        "<c:axPos val='l'/><c:majorGridlines/><c:crossAx val='1'/></c:valAx></c:plotArea>"
        "<c:legend><c:legendPos val='b'/></c:legend><c:plotVisOnly val='1'/></c:chart></c:chartSpace>"
    )


def _series(place: int, one: Series, heads: Sequence[str]) -> str:
    name, numbers = one
    texts = "".join(f"<c:pt idx='{n}'><c:v>{escape(head)}</c:v></c:pt>" for n, head in enumerate(heads))
    values = "".join(f"<c:pt idx='{n}'><c:v>{number}</c:v></c:pt>" for n, number in enumerate(numbers))
    return (
        f"<c:ser><c:idx val='{place}'/><c:order val='{place}'/><c:tx><c:v>{escape(name)}</c:v></c:tx>"
        "<c:invertIfNegative val='0'/><c:dLbls><c:showLegendKey val='0'/><c:showVal val='1'/>"
        "<c:showCatName val='0'/><c:showSerName val='0'/><c:showPercent val='0'/><c:showBubbleSize val='0'/></c:dLbls>"
        f"<c:cat><c:strLit><c:ptCount val='{len(heads)}'/>{texts}</c:strLit></c:cat>"
        f"<c:val><c:numLit><c:formatCode>General</c:formatCode><c:ptCount val='{len(numbers)}'/>{values}</c:numLit></c:val></c:ser>"
    )


def _drawing(title: str, number: int, relation: str) -> str:
    return (
        f'<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" {_NAMES}'
        ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{_WIDTH}" cy="{_HEIGHT}"/>'
        f'<wp:docPr id="{100 + number}" name="chart{number}" descr="{escape(title)}"/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
