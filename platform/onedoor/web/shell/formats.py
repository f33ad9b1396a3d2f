"""How instants, dates, numbers, lists and personal data are written on a page. Jinja filters of the same names."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from onedoor.edge.language import (
    facts_of_row,
    in_language,
    sentence_of_row,
    word_list,
    words_in_language,
)
from onedoor.edge.lists.reader import MOST_COUNTED
from onedoor.kernel.text.masking import masked_number

SHANGHAI = ZoneInfo("Asia/Shanghai")
DASH = "—"


def _local(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a naive time has no place on a page")
    return value.astimezone(SHANGHAI)


def local_date(value: date | datetime | None) -> str:
    """``2026-03-05`` in Asia/Shanghai; a dash for nothing."""
    if value is None:
        return DASH
    return (_local(value) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")


def local_time(value: datetime | None) -> str:
    """``2026-03-05 14:30`` in Asia/Shanghai; a dash for nothing."""
    return DASH if value is None else _local(value).strftime("%Y-%m-%d %H:%M")


def clock_time(value: datetime | None) -> str:
    """``14:30`` in Asia/Shanghai; a dash for nothing."""
    return DASH if value is None else _local(value).strftime("%H:%M")


def long_date(value: date | datetime | None, chinese: bool = False) -> str:
    """``2026年3月5日``, or as the page's language writes it unless a document is ``chinese``; for headings too."""
    if value is None:
        return DASH
    day = _local(value).date() if isinstance(value, datetime) else value
    return (
        format_date(day, "long", rebase=False)
        if str(get_locale()) != "zh" and not chinese
        else f"{day.year}年{day.month}月{day.day}日"
    )


def iso_time(value: date | datetime | None) -> str:
    """The machine-readable instant (UTC) or date, for ``<time datetime>``."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return "" if value is None else value.isoformat()


def number(value: int | float | Decimal | None, places: int | None = None) -> str:
    """Digits in groups of three; a dash for nothing. ``places`` fixes the decimals."""
    if value is None:
        return DASH
    return f"{value:,}" if places is None else f"{value:,.{places}f}"


def expected_doors(value: float | Decimal | str | None) -> str:
    """Doors that are expected, or that are expected to be saved: a mean, so it has decimals, and everywhere as many."""
    return number(None if value is None else Decimal(value), 2)


def so_many(value: int) -> str:
    """A figure beside a list, which is counted exactly no further than the list (`reading.MOST_COUNTED`)."""
    return _("超过 1 万") if value > MOST_COUNTED else number(value)


def counter(unit: str) -> str:
    """What the objects of a campaign or draw are counted in (量词): entities, places of business, or products, projects and activities."""
    if unit == "matter":
        return _("件")
    return _("处") if unit == "place" else _("户")


def percent(value: float | Decimal | None, places: int = 1) -> str:
    """A share of one as per cent: 0.256 is ``25.6%``."""
    return DASH if value is None else f"{value * 100:.{places}f}%"


def basis_points(value: int | None) -> str:
    """A rate in basis points as per cent without idle zeros: 250 is ``2.5%``."""
    return DASH if value is None else f"{value / 100:g}%"


def mask_phone(value: str | None) -> str:
    """``138****5678``: enough to recognise, too little to call."""
    return masked_number(value) if value else DASH


def mask_identity(value: str | None) -> str:
    """``110101********1234``: place and last digits of an identity number."""
    if not value:
        return DASH
    return f"{value[:6]}{'*' * (len(value) - 10)}{value[-4:]}" if len(value) > 10 else "*" * len(value)


def mask_name(value: str | None) -> str:
    """``张**``: a person's family name."""
    return DASH if not value else value[0] + "*" * (len(value) - 1)


def as_typed(value: Iterable[str] | str) -> Markup:
    """Chinese words that are to be typed or read as they are, marked as Chinese; several with 、 between."""
    text = value if isinstance(value, str) else "、".join(value)
    return Markup('<span lang="zh-CN">{}</span>').format(text)


FILTERS = (
    local_date, local_time, clock_time, long_date, iso_time, number, expected_doors, so_many, counter, percent, basis_points,
    mask_phone, mask_identity, mask_name, as_typed, word_list, in_language, words_in_language, sentence_of_row, facts_of_row,
)  # fmt: skip


def install(app: Flask) -> None:
    """Make every function above a Jinja filter."""
    for function in FILTERS:
        app.jinja_env.filters[function.__name__] = function
