"""The scenarios of fixtures/posts as data: what is cited, what the services answer, what must come out of it."""

from __future__ import annotations

import base64
import gzip
import json
import ssl
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

import trustme

from amberpost.demo.catalogue import read_catalogue
from amberpost.demo.internet import Certified

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "posts"
PATHS = sorted(FOLDER.glob("*.toml"))
# Who may be asked without a scenario saying what they answer: 404.
_SERVICES = """
    cdn.syndication.twimg.com publish.twitter.com publish.x.com public.api.bsky.app embed.bsky.app www.youtube.com
    www.tiktok.com www.reddit.com vimeo.com soundcloud.com open.spotify.com www.flickr.com www.tumblr.com t.me
    www.pinterest.com web.archive.org x.com twitter.com mobile.twitter.com t.co bsky.app pbs.twimg.com
"""
SERVICES = frozenset(_SERVICES.split())
_ANSWER = {"url", "date", "status", "type", "body", "body_base64", "location", "headers", "reads"}


@dataclass(frozen=True, slots=True)
class Scenario:
    """One file of the folder, read.

    `[[citation]]` is what is archived. `[[answer]]` is what a server says of a `url`, in the order in which it is
    asked: `status` (200), `type`, `body` or `body_base64`, `location`, other `headers`; `reads` is what its source must
    make of it, `source` by name, then any field of the post. `[[warc]]` is an exchange that somebody else has kept.
    `[[expect]]` is what must come of a `citation`: outcome, verdict, any field of its post, and in `because` words of
    one reason. `asked` are all URLs in their order, `never_asked` what no URL may begin with. `[options]` are keywords
    of `Archive`.
    """

    name: str
    note: str
    citations: tuple[dict[str, Any], ...]
    answers: tuple[dict[str, Any], ...]
    options: dict[str, Any]
    expected: tuple[dict[str, Any], ...]
    asked: tuple[str, ...] | None
    never_asked: tuple[str, ...]
    kept: tuple[dict[str, Any], ...]

    def make_extra(self) -> dict[str, list[bytes]]:
        """The answers as bytes, by URL, in the order in which they are given."""
        extra: dict[str, list[bytes]] = {}
        for answer in self.answers:
            extra.setdefault(answer["url"], []).append(make_bytes(answer))
        return extra


def read_scenario(path: Path) -> Scenario:
    """Read a scenario; keys that nobody knows are an error."""
    data = tomllib.loads(path.read_text("utf-8"))
    known = {"note", "source", "citation", "answer", "options", "expect", "asked", "never_asked", "warc"}
    assert data.keys() <= known, f"{path.name}: {data.keys() - known}"
    said = {name for answer in (*data.get("answer", ()), *data.get("warc", ())) for name in answer}
    assert said <= _ANSWER, f"{path.name}, in an answer: {said - _ANSWER}"
    return Scenario(
        name=path.stem,
        note=data["note"],
        citations=tuple(json.loads(json.dumps(each, default=str)) for each in data.get("citation", ())),
        answers=tuple(data.get("answer", ())),
        options=data.get("options", {}),
        expected=tuple(data.get("expect", ())),
        asked=tuple(data["asked"]) if "asked" in data else None,
        never_asked=tuple(data.get("never_asked", ())),
        kept=tuple(data.get("warc", ())),
    )


def read_body(answer: dict[str, Any]) -> bytes:
    """The body of an answer, from text or base64."""
    return base64.b64decode(answer["body_base64"]) if "body_base64" in answer else answer.get("body", "").encode()


def make_warc(scenario: Scenario) -> bytes:
    """A file as somebody else would have kept it, of the exchanges under `warc`: each a response record of its own."""
    return b"".join(make_record(each["url"], each["date"], make_bytes(each)) for each in scenario.kept)


def make_record(url: str, date: str, block: bytes, kind: str = "response") -> bytes:
    """One response record of WARC 1.1, as a gzip member."""
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{uuid5(NAMESPACE_URL, url + date)}>\r\n"
        f"WARC-Date: {date}\r\nWARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0)


def make_bytes(answer: dict[str, Any]) -> bytes:
    """An answer as it goes over the wire."""
    body = read_body(answer)
    fields = [("Content-Type", answer.get("type", "text/html; charset=utf-8")), ("Content-Length", str(len(body)))]
    fields += [("Location", answer["location"])] if "location" in answer else []
    for name, values in answer.get("headers", {}).items():
        fields += [(name, value) for value in ([values] if isinstance(values, str) else values)]
    head = "".join(f"{name}: {value}\r\n" for name, value in [*fields, ("Connection", "close")])
    return f"HTTP/1.1 {answer.get('status', 200)} Made\r\n{head}\r\n".encode() + body


@cache
def certify() -> Certified:
    """One certificate for all hosts of all scenarios and services, of an authority made for this test run."""
    scenarios = [read_scenario(path) for path in PATHS]
    urls = [answer["url"] for scenario in scenarios for answer in scenario.answers]
    urls += [link for scenario in scenarios for row in scenario.citations for link in _find_urls(row)]
    hosts = SERVICES | {urlsplit(url).hostname or "" for url in urls} - {""} | read_catalogue().find_hosts()
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*sorted(hosts)).configure_cert(server)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(client)
    return Certified(frozenset(hosts), server, client)


def _find_urls(row: dict[str, Any]) -> list[str]:
    return [*row.get("links", []), *(row[name] for name in ("permalink", "url") if row.get(name))]
