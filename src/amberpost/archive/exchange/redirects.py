"""Where an answer leads: the next hop by status and Location, by Refresh, by a page's own refresh, by t.co's page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urljoin, urlsplit

from ...htmltags import Tag, find_tags, unescape
from ...urls import is_host, parse_url
from ..records import DISAGREE, MANY_LOCATIONS, Answer, Exchange
from .payloads import read_html

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_READ = 64 << 10  # bytes of a page in which its refresh is looked for
_LONGEST_DELAY = 60  # seconds; a page that moves on later is read meanwhile, and one that reloads is no redirect
_LONGEST_TARGET = 16 << 10
_NAMES = frozenset({"base", "meta", "title", "script", "noscript", "/noscript"})

# The HTML standard's reading of a refresh: seconds, then a separator, then perhaps `url=`, then perhaps a quote.
_REFRESH = re.compile(
    r"\s{0,64}([0-9]{0,64})[0-9.]{0,64}(?:\s{0,64}[;,]\s{0,64}|\s{1,64})(?:url\s{0,64}=\s{0,64})?+(.*)",
    re.IGNORECASE | re.DOTALL,
)
# A look ahead that spares most pages the reading of their tags.
_MAY_REFRESH = re.compile(r"http-equiv\s*+=[\s\"']*+[r&]")
_REPLACE = re.compile(
    r"""location\.replace\(\s{0,8}(?:"((?:[^"\\\n]|\\.){1,9999}+)"|'((?:[^'\\\n]|\\.){1,9999}+)')""", re.DOTALL
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
# The bytes of an old copy as they were captured. Pages of twitter.com moved readers without scripts to its mobile site.
_COPY = re.compile(r"https?://web\.archive\.org/web/[0-9]{4,14}id_/", re.IGNORECASE)
_EDGES = "".join(map(chr, range(33)))
_ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,40}://[^/?#\\]*|")
_UNSAFE_WARNING: tuple[str, ...] = ("safety", "unsafe_link_warning")
_WARNINGS_IN_WARNINGS = 4


@dataclass(slots=True, frozen=True)
class Redirect:
    """Where an answer leads; `url` is `None`, with the reason, when it does not say clearly where."""

    url: str | None
    reason: str = ""


def find_redirect(exchange: Exchange) -> Redirect | None:
    """Find the next hop that an answer names, as an absolute URL that nobody has judged yet; `None` when it is the end.

    Never raises: a target that cannot be read as a URL is given as it was printed, for the policy to refuse it and the
    record to keep it. A page's own refresh counts only when its answer is whole or was cut at the cap.
    """
    answer = exchange.answer
    if answer is None:
        return None
    if answer.status in _REDIRECTS:
        return _read_location(exchange.url, answer)
    if not 200 <= answer.status < 300 or exchange.outcome not in ("ok", "too-large") or _is_copy(exchange, answer):
        return None
    refresh = parse_refresh(_decode(answer.find_header("refresh") or ""))
    if refresh is not None:
        return _to_elsewhere(exchange.url, refresh, exchange.url)
    page = read_html(exchange, _READ)
    return find_page_redirect(exchange.url, page) if page else None


def _is_copy(exchange: Exchange, answer: Answer) -> bool:
    """Whether this is an archive's copy of a page: where that once moved its readers is no matter now."""
    return _COPY.match(exchange.url) is not None or answer.find_header("memento-datetime") is not None


def find_page_redirect(url: str, page: str) -> Redirect | None:
    """Find where an HTML page moves its reader to at once: its first refresh; at t.co, what all three places say.

    >>> find_page_redirect("https://news.example/a", '<meta http-equiv=refresh content="0; url=/b">')
    Redirect(url='https://news.example/b', reason='')
    """
    parts = parse_url(url)
    if parts is not None and parts.host == "t.co":
        return _read_short_link_page(url, page)
    return next(_find_refreshes(url, page), None) if _MAY_REFRESH.search(page.lower()) else None


def parse_refresh(content: str) -> str | None:
    """The URL in a Refresh header or a meta refresh; `None` when it names none, or moves on only after a minute.

    >>> parse_refresh("0;URL='https://news.example/a'"), parse_refresh("5"), parse_refresh("900; url=/")
    ('https://news.example/a', None, None)
    """
    match = _REFRESH.match(content[:_LONGEST_TARGET])
    if match is None or content.lstrip()[:1] not in "0123456789." or int(match[1] or 0) > _LONGEST_DELAY:
        return None
    target = match[2]
    if target[:1] in ("'", '"'):
        target = target[1:].partition(target[0])[0]
    return target.strip(_EDGES) or None


def join_target(base: str, printed: str) -> str:
    """Join a printed target to the URL of its answer, as RFC 3986 says; what cannot be joined stays as it is.

    Blanks at the ends and line breaks go, blanks and letters beyond ASCII are percent-encoded, X's warning page before
    unsafe links is stepped over.

    >>> join_target("https://news.example/a/b?c", "../d e"), join_target("https://news.example/", "http://[")
    ('https://news.example/d%20e', 'http://[')
    """
    wanted = re.sub(r"[\t\r\n]", "", printed).strip(_EDGES)[:_LONGEST_TARGET]
    try:
        joined = urljoin(base, wanted)
    except ValueError:
        joined = wanted
    origin = _ORIGIN.match(joined)
    start = origin.end() if origin else 0
    rest = re.sub(r"[^\x00-\x1f\x21-\x7f]+", lambda odd: quote(odd[0], errors="replace"), joined[start:])
    return unwrap_warning(joined[:start] + rest)


def join_base(url: str, href: str) -> str:
    """What a page's addresses are joined to, by its `base`; one that names no web address counts for nothing.

    >>> join_base("https://news.example/a", "b/"), join_base("https://news.example/a", "javascript:1")
    ('https://news.example/b/', 'https://news.example/a')
    """
    base = join_target(url, href)
    try:
        return base if urlsplit(base).scheme in ("https", "http") else url
    except ValueError:
        return url


def unwrap_warning(url: str) -> str:
    """The link that X's warning page stands before; any other URL as it is.

    >>> unwrap_warning("https://twitter.com/safety/unsafe_link_warning?unsafe_link=https%3A%2F%2Fa.example%2F")
    'https://a.example/'
    """
    for _ in range(_WARNINGS_IN_WARNINGS):
        parts = parse_url(url) if "unsafe_link" in url else None
        if parts is None or parts.path != _UNSAFE_WARNING or not _is_x(parts.host):
            break
        target = parse_qs(parts.query).get("unsafe_link", [""])[0]
        if not target.startswith(("https://", "http://")):
            break
        url = target
    return url


def _is_x(host: str) -> bool:
    return is_host(host, "twitter.com") or is_host(host, "x.com")


def _read_location(url: str, answer: Answer) -> Redirect | None:
    printed = {value.strip(_EDGES) for key, value in answer.headers if key.lower() == "location"} - {""}
    if len(printed) > 1:
        return Redirect(None, MANY_LOCATIONS)
    return Redirect(join_target(url, _decode(printed.pop()))) if printed else None


def _decode(value: str) -> str:
    """A header's text: heads are read as Latin-1, but servers write UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _to_elsewhere(url: str, printed: str, base: str) -> Redirect | None:
    """A page's refresh as a redirect, unless it leads to the page itself, which then merely reloads."""
    target = join_target(base, printed)
    return None if target.partition("#")[0] == url.partition("#")[0] else Redirect(target)


def _find_refreshes(url: str, page: str) -> Iterator[Redirect]:
    base, without_scripts = url, False
    for tag in find_tags(page, _NAMES):
        if tag.name in ("noscript", "/noscript"):
            without_scripts = tag.name == "noscript"
        elif tag.name == "base" and base == url:
            base = join_base(url, tag.attributes.get("href", ""))
        elif (printed := _read_meta(tag)) is not None:
            redirect = _to_elsewhere(url, printed, base)
            if redirect and not (without_scripts and _is_same_page(url, redirect.url)):
                yield redirect


def _is_same_page(url: str, target: str | None) -> bool:
    """Whether only query or fragment differ: what sites offer to readers without scripts (`?noscript=1`) is no hop."""
    try:
        return urlsplit(url)[:3] == urlsplit(target or "")[:3]
    except ValueError:
        return False


def _read_meta(tag: Tag) -> str | None:
    if tag.name != "meta" or tag.attributes.get("http-equiv", "").strip().lower() != "refresh":
        return None
    return parse_refresh(tag.attributes.get("content", ""))


def _read_short_link_page(url: str, page: str) -> Redirect | None:
    """t.co's page for browsers names its target in a refresh, in the title, and in a script: all of them must agree."""
    tags = tuple(find_tags(page, _NAMES))
    refreshes = {printed for tag in tags if (printed := _read_meta(tag)) is not None}
    scripts = {target for tag in tags if tag.name == "script" for target in _find_replacements(tag.text)}
    titles = {unescape(tag.text).strip() for tag in tags if tag.name == "title"}
    if not refreshes and not scripts:
        return None
    if len(refreshes) != 1 or not refreshes == scripts == titles:
        return Redirect(None, DISAGREE)
    return Redirect(join_target(url, refreshes.pop()))


def _find_replacements(script: str) -> Iterator[str]:
    for match in _REPLACE.finditer(script):
        target = _ESCAPE.sub(_unescape, match[1] or match[2]).strip()
        # A letter beyond 16 bits is escaped as two halves; half of one is nothing that the other places could say.
        yield target.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    return chr(int(digits, 16)) if digits else match[3]
