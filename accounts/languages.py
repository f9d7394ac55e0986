"""The language of the reader: cookie first, then preference, then browser."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from accounts.models import User


def preferred_language(request: HttpRequest) -> str:
    """The language of the page: the switch, else the user's choice, else the browser's."""
    offered = dict(settings.LANGUAGES)
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if cookie in offered:
        return cookie
    user = request.user
    if isinstance(user, User) and user.language in offered:
        return str(user.language)
    return _browser_language(request)


def _browser_language(request: HttpRequest) -> str:
    """What the browser asks for; English for those who read neither language of ours."""
    asked = [code for code, _quality in parse_accept_lang_header(_header(request))]
    if asked and not any(code == "*" or code.startswith(("zh", "en")) for code in asked):
        return "en"
    return translation.get_language_from_request(request)


def _header(request: HttpRequest) -> str:
    return str(request.META.get("HTTP_ACCEPT_LANGUAGE", "")).lower()


def remember_language(response: HttpResponseBase, language: str) -> None:
    """Let the switch stand at the language; an empty one lets the browser decide again."""
    if not language:
        response.delete_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            path=settings.LANGUAGE_COOKIE_PATH,
            domain=settings.LANGUAGE_COOKIE_DOMAIN,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
