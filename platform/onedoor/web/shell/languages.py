"""Chinese by default, English complete: chosen by ``?lang=`` and kept in a cookie."""

from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, has_request_context, request
from flask_babel import Babel, get_locale

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "lang"
_YEAR = 365 * 24 * 3600


def chosen() -> str:
    """The language of this request: the address, then the cookie (of a call of the API its `Accept-Language`), then Chinese."""
    if not has_request_context():
        return "zh"
    for wish in (request.args.get(COOKIE), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return wish
    if request.path.startswith("/api/v"):
        return request.accept_languages.best_match(LANGUAGES, "zh")
    return "zh"


def html_lang() -> str:
    """For the ``lang`` attribute of a page."""
    return "zh-CN" if str(get_locale()) == "zh" else "en"


def switches() -> list[tuple[str, str, str, bool]]:
    """(code, name, address of this page in it, is it the current one) of each language."""
    here = chosen()
    rest = [(key, value) for key, value in request.args.items(multi=True) if key != COOKIE]
    return [(code, name, _address(rest, code), code == here) for code, name in LANGUAGES.items()]


def _address(rest: list[tuple[str, str]], code: str) -> str:
    # Of an address that begins with two slashes, either way, a browser would make another site's.
    return f"/{quote(request.path.lstrip('/'))}?{urlencode([*rest, (COOKIE, code)])}"


def _remember(response: Response) -> Response:
    wish = request.args.get(COOKIE)
    if wish in LANGUAGES and request.cookies.get(COOKIE) != wish:
        secure = bool(current_app.config.get("SESSION_COOKIE_SECURE"))
        response.set_cookie(COOKIE, wish, max_age=_YEAR, samesite="Lax", secure=secure, httponly=True)
    return response


def install(app: Flask) -> None:
    """Set up Flask-Babel. Source strings are Chinese, so ``zh`` needs no catalogue."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "zh")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Shanghai")
    Babel(app, locale_selector=chosen)
    app.after_request(_remember)
    app.jinja_env.globals.update(html_lang=html_lang, language_switches=switches)
