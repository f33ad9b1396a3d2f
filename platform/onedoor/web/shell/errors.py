"""Errors as sentences: what happened, and what to do. Pages, htmx fragments and RFC 9457 for the API."""

import errno
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from psycopg.errors import DeadlockDetected, DiskFull, SerializationFailure, UniqueViolation
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException

from onedoor.edge.language import in_language, part_in_language
from onedoor.edge.problems import problem
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence, sentence_parts
from onedoor.web.shell.renderer import ui

SENTENCES: dict[int, tuple[Any, Any]] = {
    400: (_l("没有看懂这次提交"), _l("提交的内容不完整或格式不对。请返回上一页检查后再提交。")),
    401: (_l("请先登录"), _l("登录已过期或尚未登录。请登录后再试。")),
    403: (_l("您没有办理此事的权限"), _l("如需办理，请联系本单位管理员开通权限。")),
    404: (
        _l("没有找到这个页面"),
        _l("它可能不存在、已撤下，或不属于您可以查看的范围。请核对网址，或从首页重新进入。"),
    ),
    405: (_l("不能这样打开这个页面"), _l("请从页面上的按钮或链接进入。")),
    409: (_l("情况已经变化"), _l("在您操作之前，这条记录已被他人更新。请刷新页面，核对后再办理。")),
    413: (_l("文件太大"), _l("请压缩或拆分文件后重新上传。")),
    422: (_l("还不能这样办理"), _l("请按提示修改后再提交。")),
    429: (_l("操作太频繁"), _l("为保护系统，请等一分钟再试。")),
    500: (
        _l("系统出了问题"),
        _l("不是您的操作有误。请稍后再试；如仍然出错，请把下面的编号告诉平台运维人员。"),
    ),
    503: (_l("系统暂时不能办理"), _l("数据库连接不上，这次操作没有保存。请稍等一两分钟再试。")),
    507: (
        _l("服务器存储空间不足"),
        _l("这次操作没有保存，原有数据没有改动。请稍后再试；仍不成功时请联系平台运维人员清理空间。"),
    ),
}
# No connection, shut down, no resources left; without a state the connection was never made.
AWAY = ("08", "57P", "53")
NO_ROOM = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}

_KEPT = frozenset({"Allow", "Retry-After"})


def sentence_of(error: ClerkError) -> str:
    """The error's message in the reader's language, its parameters filled in."""
    return part_in_language(sentence_parts(Sentence(error.message, **error.params)))


def fields_of(error: ClerkError) -> dict[str, list[str]]:
    """The error's sentences by form field, in the reader's language."""
    return {name: [in_language(text) for text in texts] for name, texts in error.fields.items()}


def error_page(
    status: int, detail: str = "", wrong: Mapping[str, Sequence[str]] | None = None, code: str = ""
) -> Response:
    """An error as the one who asked can read it: problem document, fragment, or page. `wrong` has the sentences by field,
    which a form that was refused has beside its fields and a problem document in `errors`; `code` is for programs."""
    if request.path.startswith("/api/v"):
        fields = [(name, text) for name, texts in (wrong or {}).items() for text in texts]
        return problem(status, detail, code=code, fields=fields)
    title, otherwise = SENTENCES.get(status, SENTENCES[500 if status >= 500 else 400])
    detail = detail or str(otherwise)
    if request.headers.get("HX-Request") == "true":
        response = make_response(ui.notice(detail, title=title, tone="bad", number=_number(status)), status)
        response.headers.update({"HX-Retarget": "#messages", "HX-Reswap": "innerHTML show:window:top"})
        return response
    text = render_template(
        "layout/error.html", status=status, title=title, detail=detail, number=_number(status)
    )
    return make_response(text, status)


def _number(status: int) -> str:
    return str(g.get("request_id", "")) if status >= 500 else ""


def _on_clerk_error(error: ClerkError) -> Response:
    return error_page(error.status, sentence_of(error), fields_of(error), error.code)


def _on_csrf_error(_error: CSRFError) -> Response:
    return error_page(400, str(_("页面停留时间太长，或浏览器没有保存登录信息。请刷新页面后重新提交。")))


def _on_http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error.get_response()
    said = error.description if error.response is None and _is_chinese(error.description) else ""
    answer = error_page(error.code, said or "")
    # RFC 9110: what may be done instead, and when to come again.
    answer.headers.extend((name, value) for name, value in error.get_headers() if name in _KEPT)
    return answer


def _is_chinese(text: str | None) -> bool:
    return any("\u4e00" <= mark <= "\u9fff" for mark in text or "")


def _on_unfit_value(error: DataError) -> Response:
    """A value no column can hold, such as text with a zero byte: what was sent is at fault."""
    # The database's own text quotes the value.
    state = getattr(error.orig, "sqlstate", "")
    current_app.logger.warning("request %s sent an unfit value: %s", g.get("request_id", ""), state)
    return error_page(HTTPStatus.BAD_REQUEST)


def _on_a_body_too_deep(error: RecursionError) -> Response:
    """JSON of a hundred thousand brackets: what was sent is at fault."""
    return error_page(HTTPStatus.BAD_REQUEST) if request.is_json else _unexpected(error)


def _on_another_was_first(error: IntegrityError) -> Response:
    """Two did the same at once, and of what there may be one the other's stands; nothing of this one was kept."""
    if not isinstance(error.orig, UniqueViolation):
        return _unexpected(error)
    constraint = error.orig.diag.constraint_name
    current_app.logger.warning("request %s came second: %s", g.get("request_id", ""), constraint)
    return error_page(HTTPStatus.CONFLICT)


def _on_lost_database(error: OperationalError) -> Response:
    """PostgreSQL is away, or full: nothing was kept, and whoever asked is told which of the two it is."""
    if isinstance(error.orig, DeadlockDetected | SerializationFailure):
        return error_page(HTTPStatus.CONFLICT)
    if isinstance(error.orig, DiskFull):
        status = HTTPStatus.INSUFFICIENT_STORAGE
    elif str(getattr(error.orig, "sqlstate", None) or AWAY[0]).startswith(AWAY):
        status = HTTPStatus.SERVICE_UNAVAILABLE
    else:
        return _unexpected(error)
    current_app.logger.error("request %s: the database is away or full", g.get("request_id", ""))
    return error_page(status)


def _on_system_error(error: OSError) -> Response:
    """No room for an upload on this machine's disk."""
    if error.errno not in NO_ROOM:
        return _unexpected(error)
    current_app.logger.error("request %s: no room on the disk", g.get("request_id", ""))
    return error_page(HTTPStatus.INSUFFICIENT_STORAGE)


def _unexpected(error: Exception) -> Response:
    if current_app.debug or current_app.testing:
        raise error
    return _on_any_error(error)


def _on_any_error(error: Exception) -> Response:
    current_app.logger.exception("request %s failed", g.get("request_id", ""), exc_info=error)
    return error_page(HTTPStatus.INTERNAL_SERVER_ERROR)


def install(app: Flask) -> None:
    """Register the handlers. In debug and tests an unexpected error still surfaces as itself."""
    app.register_error_handler(ClerkError, _on_clerk_error)
    app.register_error_handler(CSRFError, _on_csrf_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(DataError, _on_unfit_value)
    app.register_error_handler(RecursionError, _on_a_body_too_deep)
    app.register_error_handler(IntegrityError, _on_another_was_first)
    app.register_error_handler(OperationalError, _on_lost_database)
    app.register_error_handler(OSError, _on_system_error)
    if not (app.debug or app.testing):
        app.register_error_handler(Exception, _on_any_error)
