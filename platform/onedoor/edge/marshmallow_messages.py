"""marshmallow's own English messages as sentences for a clerk."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

_SENTENCES: tuple[tuple[re.Pattern[str], Any], ...] = tuple(
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        (r"Missing data for required field\.|Field may not be null\.", _l("请填写此项。")),
        (r"Shorter than minimum length 1\.|Length must be between 1 and .*", _l("请填写此项，且不要超过规定长度。")),
        (r"Longer than maximum length (?P<max>\d+)\.", _l("最多 %(max)s 个字。")),
        (r"Shorter than minimum length (?P<min>\d+)\.", _l("至少 %(min)s 个字。")),
        (r"Length must be between (?P<min>\d+) and (?P<max>\d+)\.", _l("应为 %(min)s 到 %(max)s 个字。")),
        (r"Length must be (?P<equal>\d+)\.", _l("应为 %(equal)s 个字。")),
        (r"Not a valid integer\.", _l("请填写整数。")),
        (r"Not a valid number\.", _l("请填写数字。")),
        (r"Not a valid (aware |naive )?(date|datetime)\.", _l("请按“年-月-日”填写日期，例如 2026-03-05。")),
        (r"Not a valid time\.", _l("请按“时:分”填写时间，例如 09:30。")),
        (r"Not a valid email address\.", _l("请填写正确的电子邮箱。")),
        (r"Not a valid (UUID|string|boolean|list|mapping type).*", _l("请重新选择或填写此项。")),
        (r"Must be one of: .*", _l("请从所列选项中选择。")),
        (r"One or more of the choices you made was not in: .*", _l("请从所列选项中选择。")),
        (r"Must be greater than or equal to (?P<min>[^ ]+?)\.", _l("不能小于 %(min)s。")),
        (r"Must be greater than (?P<min>[^ ]+?)\.", _l("应大于 %(min)s。")),
        (r"Must be less than or equal to (?P<max>[^ ]+?)\.", _l("不能大于 %(max)s。")),
        (r"Must be less than (?P<max>[^ ]+?)\.", _l("应小于 %(max)s。")),
        (
            r"Must be greater than or equal to (?P<min>.+?) and less than or equal to (?P<max>.+?)\.",
            _l("应在 %(min)s 到 %(max)s 之间。"),
        ),
        (r"String does not match expected pattern\.", _l("格式不对，请核对。")),
        (r"Invalid (value|input type)\.", _l("填写的内容不对，请核对。")),
    )
)  # fmt: skip


def in_chinese(message: str) -> str:
    """marshmallow's own English messages as sentences for a clerk; any other message through gettext."""
    for pattern, sentence in _SENTENCES:
        match = pattern.fullmatch(message)
        if match:
            return str(sentence) % match.groupdict()
    return str(_(message))
