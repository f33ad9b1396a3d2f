"""An example for every operation, made from the document's own schemas: what is sent, what comes back, each parameter.

Firms, people and codes are made up. A value fits its schema, which the tests hold every example against.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from onedoor.edge.contract.meanings import parameters

ID = "0190a4c2-7d1e-7c3a-9b51-2f6f0c8e4d11"
DEEPEST = 5
VALUES: dict[str, Any] = {
    "address": "示例市示例区示例路 1 号",
    "bureau": "示例市市场监督管理局",
    "bureau_name": "示例市市场监督管理局",
    "cell": "returns.share",
    "code": "91990100008771776W",
    "credit_code": "11990100000000000X",
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "display_name": "示例甲",
    "document_number": "示政办发〔2026〕1号",
    "domain": "market",
    "entity": "91990100008771776W",
    "entity_code": "91990100008771776W",
    "entity_name": "示例食品有限公司",
    "event": "visits.visit.begin",
    "file": "（文件内容）",
    "file_name": "企业.csv",
    "gb2260": "990100",
    "jurisdiction_code": "990100",
    "letters": "SCJG",
    "media_type": "application/pdf",
    "name": "示例食品有限公司",
    "next": "c.81244.81260.838",
    "number": "示市监查〔2026〕1号",
    "party_code": "91990100008771776W",
    "party_name": "示例食品有限公司",
    "place": "990100",
    "q": "示例",
    "reason": "按计划办理",
    "subject": "visit",
    "title": "2026 年度抽查计划",
    "url": "https://example.org/onedoor/events",
    "username": "scjg.jia",
    "year": 2026,
}
FORMATS = {
    "uuid": ID,
    "date": "2026-03-05",
    "date-time": "2026-03-05T01:30:00+00:00",
    "binary": "（文件内容）",
    "byte": "5paH5Lu2",
}
# For a text whose pattern nothing above fits, the first of these that does.
SPARE = (
    "示例",
    "990100",
    "SCJG",
    "示例食品有限公司",
    "a1b2c3d4",
    "1",
    "2026-03",
    '"' + "0" * 32 + '"',
    "0" * 64,
    "",
)


def add_examples(document: dict[str, Any]) -> None:
    """Write an example into every body, answer and parameter that has none."""
    schemas = document["components"]["schemas"]
    for one in parameters(document):
        if "example" not in one and "schema" in one:
            one["example"] = example_of(one["schema"], schemas, one["name"])
    for methods in [*document["paths"].values(), *document["webhooks"].values()]:
        for method, operation in methods.items():
            if method != "parameters":
                for content in _contents(operation):
                    if "schema" in content and "example" not in content:
                        content["example"] = example_of(content["schema"], schemas)


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
    """A value that a schema allows; what may be null has one all the same."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, name, depth)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            chosen = next((one for one in schema[several] if one.get("type") != "null"), {"type": "null"})
            return example_of(chosen, schemas, name, depth)
    if "example" in schema:
        return schema["example"]
    if "enum" in schema:
        return next((one for one in schema["enum"] if one not in (None, "")), schema["enum"][0])
    kind = _kind(schema)
    if kind == "object":
        return _object(schema, schemas, depth)
    if kind == "array":
        return _array(schema, schemas, name, depth)
    return _plain(schema, kind, name)


def _kind(schema: Mapping[str, Any]) -> str:
    kinds = schema.get("type", "object" if "properties" in schema else "")
    return next((one for one in kinds if one != "null"), "null") if isinstance(kinds, list) else kinds


def _object(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int) -> dict[str, Any]:
    required = set(schema.get("required", ()))
    return {
        name: example_of(one, schemas, name, depth + 1)
        for name, one in schema.get("properties", {}).items()
        if depth < DEEPEST or name in required
    }


def _array(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str, depth: int) -> list[Any]:
    if depth >= DEEPEST and not schema.get("minItems"):
        return []
    one = example_of(schema.get("items", {}), schemas, name, depth + 1)
    return [one] * max(1, schema.get("minItems", 1))


def _plain(schema: Mapping[str, Any], kind: str, name: str) -> Any:
    if kind == "boolean":
        return True
    if kind in ("integer", "number"):
        return _number(schema, name)
    if kind == "string":
        return _text(schema, name)
    return {} if kind == "" else None


def _number(schema: Mapping[str, Any], name: str) -> Any:
    least = schema.get("minimum", schema.get("exclusiveMinimum", 0))
    most = schema.get("maximum", schema.get("exclusiveMaximum", max(least, 2_000_000)))
    wanted = VALUES.get(name, schema.get("default", 1))
    wanted = wanted if isinstance(wanted, (int, float)) and not isinstance(wanted, bool) else 1
    return min(max(wanted, least), most)


def _text(schema: Mapping[str, Any], name: str) -> str:
    if "pattern" not in schema and schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    own = VALUES.get(name)
    candidates: Iterable[str] = ([own] if isinstance(own, str) else []) + list(SPARE)
    return next((one for one in candidates if _fits(one, schema)), "")


def _fits(text: str, schema: Mapping[str, Any]) -> bool:
    long_enough = schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))
    return long_enough and ("pattern" not in schema or re.search(schema["pattern"], text) is not None)


def _contents(operation: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            yield from answer.get("content", {}).values()
