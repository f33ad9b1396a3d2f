"""Errors of the API as problem documents (RFC 9457): a stable `type` and `code`, a sentence in the caller's language, the request's number.

`type` leads to the page of the interface, which says what each code means and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from flask import Response, g, jsonify
from flask_babel import lazy_gettext as _l

MEDIA_TYPE = "application/problem+json"
# Code, title and the sentence for whoever sends no better one, by status; the words of pages are not for programs.
BY_STATUS: dict[int, tuple[str, Any, Any]] = {
    400: ("unreadable", _l("没有看懂这次调用"), _l("请求的内容不完整或格式不对。请按接口说明检查后再发送。")),
    401: ("unauthenticated", _l("没有有效的令牌"), _l("请在请求头 Authorization 里提供有效的接口令牌。")),
    403: ("forbidden", _l("令牌没有这项权限"), _l("如需办理，请本单位管理员新建一个有此权限的令牌。")),
    404: (
        "not-found",
        _l("没有这个地址或这条记录"),
        _l("它可能不存在、已撤下，或不属于这个令牌可以查看的范围。请核对地址和编号。"),
    ),
    405: ("method-not-allowed", _l("这个地址不接受这种方法"), _l("可用的方法见答复头 Allow。")),
    409: ("conflict", _l("情况已经变化"), _l("在这次调用之前，这条记录已被更新。请重新读取，核对后再发送。")),
    410: ("withdrawn", _l("已依法终止公示"), _l("这条信息已依法终止公示。")),
    412: (
        "version-outdated",
        _l("版本已经变化"),
        _l("If-Match 中的版本不是现在的版本。请重新读取，核对后再发送。"),
    ),
    413: ("too-large", _l("内容太大"), _l("请拆分后分次发送。")),
    415: ("media-type-unsupported", _l("不支持这种格式"), _l("请按接口说明中的格式发送。")),
    422: ("refused", _l("请求的内容不符合要求"), _l("请按 errors 中逐项的说明修改后重新提交。")),
    429: ("too-many-requests", _l("调用太频繁"), _l("请按答复头 Retry-After 所示的秒数等待后再发送。")),
    500: (
        "unexpected",
        _l("系统出了问题"),
        _l("不是调用有误。请稍后再试；如仍然出错，请把 request 告诉平台运维人员。"),
    ),
    503: ("unavailable", _l("系统暂时不能办理"), _l("这次调用没有保存。请稍等一两分钟再试。")),
    507: ("storage-full", _l("服务器存储空间不足"), _l("这次调用没有保存。请联系平台运维人员。")),
}
# Codes of errors that have a way out of their own, with when they come.
MORE: dict[str, Any] = {
    "invalid-fields": _l("字段不符合要求，errors 逐项列出"),
    "idempotency-key-reused": _l("Idempotency-Key 已用于另一次调用"),
    "repeated-check": _l("同一事项不久前检查过，确认后可再次提交"),
    "calendar-unknown": _l("缺少某一年的工作日历"),
}


def problem(
    status: int, detail: str = "", *, code: str = "", fields: Iterable[tuple[str, str]] = ()
) -> Response:
    """The problem document of a status; `fields` are names of fields with their sentences."""
    usual, title, sentence = BY_STATUS.get(status, BY_STATUS[500 if status >= 500 else 400])
    code = code or usual
    more = (
        {"errors": errors} if (errors := [{"field": name, "detail": text} for name, text in fields]) else {}
    )
    response = jsonify(
        type=f"/api/#problem-{code}",
        code=code,
        title=str(title),
        status=status,
        detail=detail or str(sentence),
        request=g.get("request_id", ""),
        **more,
    )
    response.status_code, response.mimetype = status, MEDIA_TYPE
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="OneDoor"'
    return response
