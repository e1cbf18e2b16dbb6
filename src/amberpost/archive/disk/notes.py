"""The note that ends each group: all that the database knows of it, so that the WARC alone can rebuild the database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar, get_args
from urllib.parse import quote, unquote

from ..records import NewLink, Origin, Outcome, Role, State

LONGEST_NOTE = 64 << 20
"""Bytes; more than any note has: of a page's 500 parts each is at most a URL, of names only short ones are in it."""

_LINE = re.compile(r"([A-Za-z-]+)(\*?): (.*)")
Word = TypeVar("Word", bound=str)
_STATES: tuple[State, ...] = get_args(State)
_ROLES: tuple[Role, ...] = get_args(Role)
_OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
_LATEST = 253_402_300_799  # the last second of the year 9999, which is as far as a header's date goes
_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,24})?(?:e[+-]?\d{1,3})?")


@dataclass(slots=True, frozen=True, kw_only=True)
class Note:
    """What was decided about a link after an exchange (or without one), and for whom it was asked.

    `archive` is the id of the archive it was made for; `link` says where the link now stands; `vias` are articles and
    `citations` the ids of citations that led here, some of the `cited` ones. `origin` is whose record it is a copy of.
    """

    archive: str
    link: NewLink
    settled: bool
    attempt: int
    outcome: Outcome | None = None
    status: int | None = None
    mime: str | None = None
    next_at: float = 0.0
    failing_since: float | None = None
    tls: str | None = None
    milliseconds: int = 0
    vias: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    cited: int = 0
    target: NewLink | None = None
    requisites: tuple[NewLink, ...] = ()
    origin: Origin | None = None


def format_note(note: Note) -> str:
    r"""Format a note as `name: value` lines; what could break a line is percent-encoded, under the name with a `*`.

    >>> link = NewLink(url="https://a.example/", role="cited", depth=0, lane="a.example", reason="no\nanswer")
    >>> print(*format_note(Note(archive="0badcafe", link=link, settled=False, attempt=1)).splitlines(), sep="\n")
    archive: 0badcafe
    link: https://a.example/
    link-lane: a.example
    role: cited
    depth: 0
    state: pending
    reason*: no%0Aanswer
    attempt: 1
    settled: 0
    """
    return "".join(_format_line(name, value) for name, value in _fields(note) if value is not None)


def _fields(note: Note) -> Iterator[tuple[str, str | None]]:
    link = note.link
    yield "archive", note.archive
    yield "link", link.url
    yield "link-lane", link.lane
    yield "role", link.role
    yield "depth", str(link.depth)
    yield "near", None if link.near is None else str(link.near)
    yield "state", link.state
    yield "outcome", note.outcome
    yield "reason", link.reason or None
    yield "attempt", str(note.attempt)
    yield "status", None if note.status is None else str(note.status)
    yield "mime", note.mime
    yield from (("via", via) for via in note.vias)
    yield from (("citation", citation) for citation in note.citations)
    yield "citations", str(note.cited) if note.cited else None
    for name, links in (("target", [note.target] if note.target else []), ("requisite", note.requisites)):
        for new in links:
            yield from _link_fields(name, new)
    if note.origin:
        yield from _origin_fields(note.origin)
    yield "next-at", repr(note.next_at) if note.next_at else None
    yield "failing-since", None if note.failing_since is None else repr(note.failing_since)
    yield "settled", "1" if note.settled else "0"
    yield "tls", note.tls
    yield "fetchTimeMs", str(note.milliseconds) if note.milliseconds else None


def _origin_fields(origin: Origin) -> Iterator[tuple[str, str]]:
    yield "copied-from", origin.file
    yield "copied-offset", str(origin.offset)
    yield "copied-record", origin.record_id
    yield "copied-date", origin.date
    yield "copied-sha", origin.digest


def _link_fields(name: str, link: NewLink) -> Iterator[tuple[str, str | None]]:
    yield name, link.url
    yield f"{name}-lane", link.lane
    yield f"{name}-role", link.role
    yield f"{name}-depth", str(link.depth)
    yield f"{name}-state", link.state if link.state != "pending" else None
    yield f"{name}-reason", link.reason or None


def _format_line(name: str, value: str) -> str:
    if value.isprintable() and value == value.strip():
        return f"{name}: {value}\r\n"
    return f"{name}*: {quote(value, safe='/:?=&', errors='surrogatepass')}\r\n"


def parse_note(text: str) -> Note | None:
    r"""Parse what `format_note` wrote; `None` for anything that is not wholly such a note.

    >>> link = NewLink(url="https://a.example/ä", role="hop", depth=1, lane="a.example", state="captured")
    >>> note = Note(archive="0badcafe", link=link, settled=True, attempt=2, outcome="ok", status=200, vias=("a\n1",))
    >>> parse_note(format_note(note)) == note
    True
    """
    pairs = list(_parse_lines(text))
    found = dict(reversed(pairs))
    try:
        return Note(
            archive=found["archive"],
            link=_parse_link("link", found | {f"link-{name}": found[name] for name in ("role", "depth", "state")}),
            settled=found["settled"] == "1",
            attempt=int(_number(found["attempt"])),
            outcome=_word(found["outcome"], _OUTCOMES) if "outcome" in found else None,
            status=int(_number(found["status"])) if "status" in found else None,
            mime=found.get("mime"),
            next_at=_number(found.get("next-at", "0")),
            failing_since=_number(found["failing-since"]) if "failing-since" in found else None,
            tls=found.get("tls"),
            milliseconds=int(_number(found.get("fetchTimeMs", "0"))),
            vias=tuple(value for name, value in pairs if name == "via"),
            citations=tuple(value for name, value in pairs if name == "citation"),
            cited=int(_number(found.get("citations", "0"))),
            target=next(_parse_links("target", pairs), None),
            requisites=tuple(_parse_links("requisite", pairs)),
            origin=_parse_origin(found) if "copied-from" in found else None,
        )
    except (KeyError, ValueError):
        return None


def _parse_origin(fields: Mapping[str, str]) -> Origin:
    return Origin(
        file=fields["copied-from"],
        offset=int(_number(fields["copied-offset"])),
        record_id=fields["copied-record"],
        date=fields["copied-date"],
        digest=fields["copied-sha"],
    )


def _parse_lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\r\n"):
        match = _LINE.fullmatch(line)
        if match:
            yield match[1], unquote(match[3], errors="surrogatepass") if match[2] else match[3]


def _parse_links(kind: str, pairs: Iterable[tuple[str, str]]) -> Iterator[NewLink]:
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name == kind and fields:
            yield _parse_link(kind, fields)
            fields = {}
        if name == kind or (fields and name.startswith(f"{kind}-")):
            fields[name] = value
    if fields:
        yield _parse_link(kind, fields)


def _parse_link(kind: str, fields: Mapping[str, str]) -> NewLink:
    return NewLink(
        url=fields[kind],
        role=_word(fields[f"{kind}-role"], _ROLES),
        depth=int(_number(fields[f"{kind}-depth"])),
        lane=fields[f"{kind}-lane"],
        state=_word(fields.get(f"{kind}-state", "pending"), _STATES),
        reason=fields.get("reason" if kind == "link" else f"{kind}-reason", ""),
        near=_parse_near(fields["near"]) if kind == "link" and "near" in fields else None,
    )


def _parse_near(text: str) -> int:
    near = int(_number(text))
    if not 0 <= near <= _LATEST:
        raise ValueError(text)
    return near


def _word(value: str, allowed: tuple[Word, ...]) -> Word:
    return allowed[allowed.index(value)]


def _number(value: str) -> float:
    if not _NUMBER.fullmatch(value):
        raise ValueError(value)
    return float(value)
