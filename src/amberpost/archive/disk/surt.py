"""Sort-friendly keys of URLs, `com,example)/path?query`, as the indexes of web archives have them.

A key is for finding, never for telling URLs apart: it has no scheme and no case, and `t.co` codes differ by case alone.
"""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from urllib.parse import quote_from_bytes, unquote_to_bytes

_KEPT = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_SCHEMES = re.compile(rb"\A(?:https?://)*(?=https?://)")
_URL = re.compile(rb"(https?):/*([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?\Z", re.DOTALL | re.IGNORECASE)
_HOST = re.compile(rb"(?:.*@)?(?:\[([^\]]*)\]|([^:]*))(?::*|:(\d{1,5}))\Z", re.DOTALL)
_NUMBERS = re.compile(rb"[1-9]\d*(?:\.\d+){0,3}|0[0-7]*(?:\.[0-7]+){0,3}")
_WWW = re.compile(rb"\Awww\d*\.")
_DEFAULT_PORTS = {b"http": 80, b"https": 443}
# What web servers of old put into URLs to tell visitors apart: ASP.NET in the path, others in the query.
_PATH_SESSIONS = tuple(
    re.compile(rb"\A(.*/)%s/([^?]+\.aspx.*)\Z" % form, re.DOTALL)
    for form in (rb"\((?:[a-z]\([0-9a-z]{24}\))+\)", rb"\([0-9a-z]{24}\)")
)
_QUERY_SESSIONS = tuple(
    re.compile(rb"\A(.*)%s(?:&(.*))?\Z" % form, re.DOTALL | re.IGNORECASE)
    for form in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"aspsessionid[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)


def make_key(url: str) -> str:
    """The key of an http or https URL, the same that the `surt` library makes; other URLs are their own.

    >>> make_key("https://www.News.example:443/A/../B/?b=2&a=1#top")
    'example,news)/b?a=1&b=2'
    >>> make_key("https://t.co/02OQCDI90m") == make_key("http://t.co/02oqcdi90M/")
    True
    """
    data = re.sub(rb"[\t\r\n]", b"", url.encode("utf-8", "surrogatepass").strip())
    match = _URL.match(_SCHEMES.sub(b"", data))
    if match is None:
        return url
    scheme, authority, path, query = match.groups()
    host = _HOST.match(authority)
    name, port = (host[1] or host[2] or b"", int(host[3] or 0)) if host else (authority, 0)
    number = b":%d" % port if port and port != _DEFAULT_PORTS[scheme.lower()] else b""
    key = b",".join(reversed(_fold_host(name).split(b"."))) + number + b")" + _fold_path(path) + _fold_query(query)
    return key.decode("ascii")


def _fold_host(host: bytes) -> bytes:
    host = _unescape(host.lower())
    if not host.isascii():
        with suppress(UnicodeError):  # no name that could be looked up: its bytes are escaped below
            host = host.decode("utf-8", "ignore").encode("idna")
    host = host.replace(b"..", b".").strip(b".")
    return _WWW.sub(b"", _fold_address(host) or _escape(host.lower()))


def _fold_address(host: bytes) -> bytes | None:
    """An IPv4 address in four decimal numbers, however it was spelled."""
    if host.isdigit():
        return socket.inet_ntoa((int(host) & 0xFFFFFFFF).to_bytes(4, "big")).encode()
    if not _NUMBERS.fullmatch(host):
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(host.decode())).encode()
    except OSError:
        return None


def _fold_path(path: bytes) -> bytes:
    kept: list[bytes] = []
    for part in _unescape(path).split(b"/")[1:]:
        if part == b".." and kept:
            kept.pop()
        elif part != b".":
            kept.append(part)
    path = b"/" + b"/".join([*filter(None, kept[:-1]), *kept[-1:]])
    path = _escape(path).lower()
    for session in _PATH_SESSIONS:
        path = session.sub(rb"\1\2", path)
    return path[:-1] if path.endswith(b"/") and len(path) > 1 else path


def _fold_query(query: bytes | None) -> bytes:
    query = _escape(_unescape(query or b""))
    for session in _QUERY_SESSIONS:
        query = session.sub(rb"\1\2", query)
    fields = sorted(field.split(b"=", 1) for field in query.lower().split(b"&"))
    query = b"&".join(map(b"=".join, fields))
    return b"?" + query if query else b""


def _unescape(data: bytes) -> bytes:
    while b"%" in data and (plain := unquote_to_bytes(data)) != data:
        data = plain
    return data


def _escape(data: bytes) -> bytes:
    return quote_from_bytes(data, safe=_KEPT).encode("ascii")
