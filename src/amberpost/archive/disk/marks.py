"""What of a URL or a citation names an account or a post, in any spelling: the marks by which `forget` knows them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from urllib.parse import parse_qs, unquote

from ...models import Permalink
from ...platforms import HOSTS, parse_permalink
from ...urls import Url, normalize_link, parse_url
from ..records import CitedLinks

_DEPTH = 4  # how often an address may be percent-encoded inside another, and still be seen
_PLACES = 20  # addresses looked at in one URL
_LONGEST = 2048
_HOST = "|".join(map(re.escape, HOSTS))
# Where in a URL an address may begin: at its start, behind a scheme, or at the host of a platform.
_PLACE = re.compile(
    rf"\A|(?<=://)|(?<![\w.-])(?=(?:[\w-]{{1,63}}\.){{0,4}}(?:{_HOST}|nitter\.[\w.-]{{1,99}})[./:#?])", re.IGNORECASE
)
_ACCOUNT_HOST = re.compile(rf"(?:www\.|m\.|mobile\.)?(?:{_HOST})|(?:\w+\.)?nitter\.[\w.-]+")
# A whole field of a citation's row that is a URL.
_URL = re.compile(r"(?:https?://)?[\w.-]{1,255}\.[A-Za-z]{2,24}\.?(?::\d+)?/\S+")
_BEFORE_ACCOUNTS = frozenset({"stories", "profile", "user", "u", "c", "s"})
_SNOWFLAKE = re.compile(r"(?<!\d)\d{15,19}(?!\d)")


def handle_mark(handle: str) -> str:
    """The mark of an account, on whatever platform, with or without `@`, in any case.

    >>> handle_mark("@Jack")
    'handle:jack'
    """
    return f"handle:{handle.strip().removeprefix('@').lower()}"


def url_mark(url: str) -> str:
    """The mark of a URL itself, the same for `pic.twitter.com/CODE` and `t.co/CODE`.

    >>> url_mark("pic.twitter.com/OPuov3B6Br")
    'url:https://t.co/OPuov3B6Br'
    """
    return "url:" + normalize_link(url).replace("https://pic.twitter.com/", "https://t.co/", 1)


def citation_mark(citation: str) -> str:
    """The mark of a citation, for those that name neither an account nor a post."""
    return f"citation:{citation}"


def post_marks(permalink: Permalink) -> Iterator[str]:
    """The marks of a post: its id on its platform, and the id alone where it is long enough to be nothing else.

    >>> list(post_marks(parse_permalink("https://x.com/jack/status/1137051097955102720")))
    ['post:twitter:1137051097955102720', 'id:1137051097955102720']
    """
    yield f"post:{permalink.platform}:{permalink.post_id}"
    if _SNOWFLAKE.fullmatch(permalink.post_id):
        yield f"id:{permalink.post_id}"


def find_permalinks(url: str) -> Iterator[Permalink]:
    """The posts whose address a URL is or holds, as that of an archived copy, an embed or a login page does.

    >>> {post.post_id for post in find_permalinks("https://x.com/login?to=https%3A%2F%2FTwitter.com%2FJack%2FSTATUS%2F20")}
    {'20'}
    """
    for address in _find_addresses(url):
        permalink = parse_permalink(address)
        if permalink is not None:
            yield permalink


def find_url_marks(url: str) -> Iterator[str]:
    """All marks of a URL: its own, those of the posts and accounts it names, and of long post ids anywhere in it.

    >>> list(find_url_marks("https://mobile.twitter.com/Jack/status/20?s=20"))
    ['url:https://mobile.twitter.com/Jack/status/20?s=20', 'post:twitter:20', 'handle:jack']
    """
    return iter(dict.fromkeys(_marks_of_url(url)))


def _marks_of_url(url: str) -> Iterator[str]:
    yield url_mark(url)
    for address in _find_addresses(url):
        permalink = parse_permalink(address)
        if permalink is not None:
            yield from post_marks(permalink)
        handle = permalink.handle if permalink else _find_account(parse_url(address))
        if handle:
            yield handle_mark(handle)
    yield from (f"id:{match[0]}" for match in islice(_SNOWFLAKE.finditer(url[:_LONGEST]), _PLACES))


def _find_account(url: Url | None) -> str | None:
    """The account whose own page this is: `x.com/NAME/media`, `x.com/intent/user?screen_name=NAME`, `.../user/NAME`."""
    if url is None or not _ACCOUNT_HOST.fullmatch(url.host):
        return None
    named = parse_qs(url.query, max_num_fields=_PLACES * 10) if "screen_name=" in url.query else {}
    path = url.path or tuple(part for part in url.fragment.removeprefix("!").split("/") if part)
    place = 1 if path and path[0] in _BEFORE_ACCOUNTS else 0
    return named.get("screen_name", [None])[0] or (path[place] if len(path) > place else None)


def _find_addresses(url: str) -> Iterator[str]:
    """A URL and what in it reads as one: as printed and in lower case, for hosts and paths are found in any case."""
    text = url[: 4 * _LONGEST]
    for _ in range(_DEPTH):
        for match in islice(_PLACE.finditer(text), _PLACES):
            address = text[match.start() : match.start() + _LONGEST]
            yield address
            if (lower := address.lower()) != address:
                yield lower
        text, before = unquote(text), text
        if text == before:
            return


def find_citation_marks(cited: CitedLinks) -> Iterator[str]:
    """The marks of a citation itself: its id, its account, its post; not of the posts that it only links to."""
    yield citation_mark(cited.id)
    if cited.handle:
        yield handle_mark(cited.handle)
    for post in find_permalinks(cited.permalink or ""):
        yield from post_marks(post)
        if post.handle:
            yield handle_mark(post.handle)
    post_id = _read_post_id(cited.record)
    if cited.platform and post_id:
        yield from post_marks(Permalink(cited.platform, post_id, None, ""))


def _read_post_id(record: str) -> str | None:
    row = _read_row(record)
    value = row.get("post_id") if isinstance(row, dict) else None
    return str(value) if isinstance(value, str | int) and value else None


def _read_row(record: str) -> object:
    try:
        return json.loads(record)
    except (ValueError, RecursionError):
        return None


def without_urls(record: str, is_unwanted: Callable[[str], bool]) -> str:
    """A citation's row as JSON without the URLs in its fields that are not wanted; the same text when it has none.

    >>> row = '{"quoted": "https://x.com/jack/status/20", "links": ["x.com/jack/status/20", "https://a.example/"]}'
    >>> without_urls(row, lambda url: "jack" in url)
    '{"quoted": null, "links": ["https://a.example/"]}'
    """
    row = _read_row(record)
    if not isinstance(row, dict):
        return record
    try:
        kept = _without(row, is_unwanted)
        return record if kept == row else json.dumps(kept, ensure_ascii=False)
    except RecursionError:  # no citation: nobody nests one so deep
        return record


def _without(value: object, is_unwanted: Callable[[str], bool]) -> object:
    if isinstance(value, str):
        items = _read_row(value) if value.startswith("[") else None  # a list as tables hold it
        if isinstance(items, list) and (kept := _without(items, is_unwanted)) != items:
            return json.dumps(kept, ensure_ascii=False)
        return None if _URL.fullmatch(value) and is_unwanted(value) else value
    if isinstance(value, list):
        pairs = ((each, _without(each, is_unwanted)) for each in value)
        return [kept for each, kept in pairs if kept is not None or each is None]
    if isinstance(value, dict):
        return {name: _without(each, is_unwanted) for name, each in value.items()}
    return value
