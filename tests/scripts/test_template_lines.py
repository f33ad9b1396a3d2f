"""Long lines of templates are divided where nobody sees it."""

from __future__ import annotations

import pytest
from jinja2 import Environment

from scripts import template_lines

NAMES = [f"示范企业{number}号" for number in range(9)]
# As the application sets it (web/shell/renderer.py).
JINJA = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)
CELL = "<td>{{ name }}{% if loop.first %}（<b>{{ loop.index }}</b>）{% elif loop.last %}末{% else %}，{% endif %}</td>"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("<table>{% for name in names %}<tr>" + CELL * 4 + "</tr>{% endfor %}</table>", id="blocks"),
        pytest.param("<p>{% for name in names %}{{ name }}{{ loop.index }}<i>" + "{{ name }}" * 12 + "</i>{% endfor %}</p>", id="values"),
        pytest.param('<p><a class="one" data-names="{{ names|join(\', \') }}"{% if names %} title="{{ names[0] }}"{% endif %}'
                     ' href="/entities/{{ names|length }}" hreflang="zh">{{ names[0] }}</a>　<b>{{ names[1] }}</b></p>', id="tags"),
        pytest.param("<p>一 二 " + "<em>三</em> 四{% if names %}五{% endif %} " * 8 + "</p>", id="words"),
        pytest.param('<pre class="as-written">{{ names[0] }} {{ names[1] }}  {{ names|join("、") }} ' + "{{ names[2] }}" * 8 + "</pre>", id="as written"),
        pytest.param('{% set said = [names[0], names[1] if names[2] else names[3], {"a": "}}", "b": "%}"}, "' + "很长的一句话。" * 20 + '"] %}{{ said[1] }}{{ said[3] }}', id="arguments"),
    ],
)  # fmt: skip
def test_a_divided_template_shows_the_same(source: str) -> None:
    source = f"    {source}\n"
    divided = template_lines.divided(source)
    assert max(map(len, divided.splitlines())) <= template_lines.MOST < max(map(len, source.splitlines()))
    assert shown(divided) == shown(source)
    assert template_lines.divided(divided) == divided


def shown(source: str) -> str:
    """What a browser makes of it: white space is one space, and none beside a block."""
    text = JINJA.from_string(source).render(names=NAMES)
    if "<pre" in text:
        return text.strip()
    text = " ".join(text.split(" ")).replace("\n", " ")
    while "  " in text:
        text = text.replace("  ", " ")
    for tag in ("table", "tr", "td", "p"):
        for edge in (f"<{tag}>", f"</{tag}>"):
            text = text.replace(f" {edge}", edge).replace(f"{edge} ", edge)
    return text.strip()
