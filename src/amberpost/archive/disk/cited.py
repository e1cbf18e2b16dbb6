"""From a citation's row to the links that the queue keeps for it: which URLs, in which spelling, in which lane."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256

from ...models import ArchiveError, replace_surrogates
from ...platforms import parse_permalink
from ...urls import normalize_link, parse_url
from ..exchange.urlpolicy import Refused, parse_target
from ..politeness.manners import find_lane
from ..records import CitedLinks, NewLink, Role

FindRefusal = Callable[[str], str | None]
MOST_NESTED = 100
"""Lists and objects in each other: more than that no program writes, and none can count on reading."""


class UnkeepableRow(ArchiveError):  # noqa: N818 - read aloud it says what is wrong
    """A row that no JSON can hold which others could read again; `name` says which, `reason` why."""

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name[:100], f"cannot be kept as JSON ({reason})"
        super().__init__(f"the row {self.name!r} {self.reason}: leave it out, or mend it")


def normalize_target(url: str) -> str:
    """The one spelling under which a URL is queued and fetched: `pic.twitter.com/CODE` as the same code at t.co.

    Scheme and host in lower case, no default port, no fragment, nothing outside ASCII; what cannot be taken apart stays
    as it is, for the policy to refuse. Idempotent.

    >>> normalize_target("pic.twitter.com/OPuov3B6Br"), normalize_target("HTTP://News.Example:80/ä?q=1#top")
    ('https://t.co/OPuov3B6Br', 'http://news.example/%C3%A4?q=1')
    """
    link = _unbang(normalize_link(replace_surrogates(url.strip())))
    if link.startswith("https://pic.twitter.com/"):
        return "https://t.co/" + link.rpartition("/")[2]
    if "://" not in link and parse_url(link) is not None:
        link = "https://" + link.removeprefix("//")
    return _spell(link)


def _unbang(link: str) -> str:
    """Until 2012 a tweet's address stood behind `#!`, which no server ever hears."""
    permalink = parse_permalink(link) if "#!" in link else None
    return permalink.url if permalink else link


def _spell(link: str) -> str:
    try:
        target = parse_target(link)
    except Refused:
        return link
    return f"{target.scheme}://{target.authority}{target.path}"


def make_link(
    url: str, *, find_refusal: FindRefusal, role: Role = "cited", depth: int = 0, near: int | None = None
) -> NewLink:
    """The queue's row for a URL, judged by the policy before anything is asked of any server."""
    target = normalize_target(url)
    reason = find_refusal(target)
    return NewLink(
        url=target,
        role=role,
        depth=depth,
        lane=find_lane(target),
        state="refused" if reason else "pending",
        reason=reason or "",
        near=near,
    )


def read_cited(row: Mapping[str, object], *, find_refusal: FindRefusal) -> CitedLinks:
    """The links of one citation as the queue wants them; `row` is the record as anyone's JSONL gives it.

    A row may be a bare `{"url": ...}`; one without an id gets one from its contents. A row without links is kept too:
    it is a citation. Raises UnkeepableRow.

    >>> read_cited({"id": "7a", "links": ["https://t.co/02OQCDI90m"]}, find_refusal=lambda url: None).urls
    ('https://t.co/02OQCDI90m',)
    """
    urls = tuple(dict.fromkeys(find_urls(row)))
    record = replace_surrogates(_format_row(row))
    return CitedLinks(
        id=_text(row, "id") or sha256(record.encode()).hexdigest()[:20],
        article=_text(row, "article"),
        platform=_text(row, "platform"),
        handle=_text(row, "handle"),
        permalink=_text(row, "permalink"),
        record=record,
        urls=urls,
        links=tuple(make_link(url, find_refusal=find_refusal) for url in urls),
    )


def _format_row(row: Mapping[str, object]) -> str:
    """A row as JSON; the NaN that tables have for a cell without a value is none, for SQLite reads these rows too."""
    try:
        record = _dump(row)
        if record.count("[") + record.count("{") <= MOST_NESTED or not is_deeper(row, MOST_NESTED):
            return record
        reason = f"lists or objects more than {MOST_NESTED} deep"
    except (RecursionError, ValueError, TypeError) as error:
        reason = str(error)
    raise UnkeepableRow(_text(row, "id") or next(find_urls(row), "without id and links"), reason)


def _dump(row: Mapping[str, object]) -> str:
    try:
        return json.dumps(row, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:
        told = json.loads(json.dumps(row, default=str), parse_constant=lambda _: None)
        return json.dumps(told, ensure_ascii=False)


def is_deeper(value: object, depth: int) -> bool:
    """Whether lists and objects stand more than so deep in each other.

    >>> is_deeper({"notes": [[1]]}, 3), is_deeper({"notes": [[1]]}, 2)
    (False, True)
    """
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else None
    return inner is not None and (depth <= 0 or any(is_deeper(item, depth - 1) for item in inner))


def find_urls(row: Mapping[str, object]) -> Iterator[str]:
    """The URLs of a row as they are printed: of its links, then its own address."""
    for link in _read_links(row.get("links")):
        if isinstance(link, str) and link.strip():
            yield replace_surrogates(link)
    for name in ("permalink", "url"):
        value = _text(row, name)
        if value:
            yield value


def _read_links(value: object) -> Iterable[object]:
    """Whatever holds several links, a column of another library too; text that is no JSON array is one link."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.startswith("[") else [value]
        except (ValueError, RecursionError):
            return [value]
    return value if isinstance(value, Iterable) else ()


def _text(row: Mapping[str, object], name: str) -> str | None:
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return replace_surrogates(value) if isinstance(value, str) and value else None
