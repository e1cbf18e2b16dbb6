"""A server for one WACZ file and the player that shows it, on an origin of their own, for this machine alone.

What is served is a table made before the first request: addresses that are not in it are not there, so that no path
leads out of the player's folder. The name that a browser asks for is checked, else a page of somebody else's, whose
name was led to 127.0.0.1, could read the archive (DNS rebinding).
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import quote, unquote
from zipfile import is_zipfile

from .models import ReadError

HOST = "127.0.0.1"
_NEEDED = ("index.html", "ui.js", "sw.js")
_MOST_FILES = 5000
_PIECE = 1 << 18
_SECONDS = 60.0
_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")
_TYPES = {
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wacz": "application/wacz",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}
# The player may load from its own origin alone. What it replays comes out of its service worker, under its own policy.
_POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'self'; form-action 'self';"
    " base-uri 'self'"
)
_HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "no-cache",
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Served:
    """A file that may be asked for, as it was when the server began: `tag` changes when it does."""

    path: Path
    size: int
    type: str
    tag: str


class Span(NamedTuple):
    """The bytes of a file that were asked for, half-open."""

    start: int
    end: int


class ReplayServer(ThreadingHTTPServer):
    """Serves a player's folder at `/` and one WACZ file below `/wacz/`; `url` opens the one in the other.

    Raises `ReadError` for a folder that is no player, and a file that is no WACZ.
    """

    daemon_threads = True

    def __init__(self, wacz: Path, player: Path, *, port: int = 0) -> None:
        package = _describe(wacz)
        if package is None or not is_zipfile(wacz):
            raise ReadError(f"{wacz}: is no WACZ file: `amberpost export DIR -o FILE.wacz` makes one")
        address = f"/wacz/{package.tag}/{wacz.name}"
        self.files: Mapping[str, Served] = {**_find_player(player), address: package}
        super().__init__((HOST, port), _Handler)
        self.origin = f"http://{HOST}:{self.server_port}"
        self.hosts = {f"{HOST}:{self.server_port}", f"localhost:{self.server_port}"}
        self.url = f"{self.origin}/?source={quote(quote(address), safe='/')}"

    def __enter__(self) -> Self:
        return self

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that goes away in the middle: it does so all the time."""


def _find_player(folder: Path) -> Mapping[str, Served]:
    """The addresses of a player's files; raises `ReadError` where there is no player."""
    found = dict(_find_files(folder))
    missing = [name for name in _NEEDED if f"/{name}" not in found]
    if missing:
        raise ReadError(
            f"{folder}: is no player, {' and '.join(missing)} are not in it: `npm pack replaywebpage`, unpack what that"
            " gives, and name the folder package"
        )
    return found | {"/": found["/index.html"]}


def _find_files(folder: Path) -> Iterator[tuple[str, Served]]:
    """Plain files below a folder by their addresses; what a symbolic link leads to is not served."""
    found = 0
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            served = _describe(path)
            if served:
                found += 1
                yield "/" + "/".join(path.relative_to(folder).parts), served
        if found > _MOST_FILES:
            raise ReadError(f"{folder}: has more than {_MOST_FILES} files: name the player's own folder")


def _describe(path: Path) -> Served | None:
    try:
        about = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(about.st_mode):
        return None
    kind = _TYPES.get(path.suffix.lower(), "application/octet-stream")
    known = f"{path.absolute()}\n{about.st_size}\n{about.st_mtime_ns}"
    return Served(path, about.st_size, kind, hashlib.sha256(known.encode("utf-8", "surrogateescape")).hexdigest()[:20])


def parse_range(header: str | None, size: int) -> Span | None:
    """The bytes that a Range header asks for, of a file of that size; `None` where it asks for no single range of them.

    Such a header is passed over, as RFC 9110 (14.2) lets a server do. A span without bytes is one that the file has
    nothing of.

    >>> parse_range("bytes=2-", 9), parse_range("bytes=-4", 9), parse_range("bytes=0-99", 9), parse_range("bytes=9-", 9)
    (Span(start=2, end=9), Span(start=5, end=9), Span(start=0, end=9), Span(start=9, end=9))
    >>> parse_range("lines=1-2", 9) is parse_range("bytes=2-1", 9) is None
    True
    """
    match = _RANGE.fullmatch(header or "")
    if match is None:
        return None
    if match[3]:
        return Span(max(0, size - int(match[3])), size)
    start, end = int(match[1]), int(match[2]) + 1 if match[2] else size
    if match[2] and end <= start:
        return None
    return Span(min(start, size), min(max(start, end), size))


class _Handler(BaseHTTPRequestHandler):
    """One connection: GET and HEAD of what is in the table, nothing else."""

    server: ReplayServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "amberpost", ""
    timeout = _SECONDS

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """What the library looks for when it is asked for anything else, whatever that is called."""
        if not name.startswith("do_"):
            raise AttributeError(name)
        return lambda: self._fail(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "GET, HEAD"})

    def _answer(self, *, with_body: bool) -> None:
        if self.headers.get("Host") not in self.server.hosts:
            return self._fail(HTTPStatus.MISDIRECTED_REQUEST)
        served = self.server.files.get(unquote(self.path.partition("?")[0], errors="surrogateescape"))
        if served is None:
            return self._fail(HTTPStatus.NOT_FOUND)
        span = parse_range(self.headers.get("Range"), served.size) if self._is_same(served) else None
        if span and span.start == span.end:
            headers = {"Content-Range": f"bytes */{served.size}"}
            return self._fail(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers)
        return self._send(served, span, with_body=with_body)

    def _is_same(self, served: Served) -> bool:
        """Whether a part is wanted whatever the file is by now, or of the file that it is."""
        return self.headers.get("If-Range") in (None, f'"{served.tag}"')

    def _send(self, served: Served, part: Span | None, *, with_body: bool) -> None:
        """Send the whole or the part that was asked for, be it all of it: players take 200 for a refusal."""
        try:
            descriptor = os.open(served.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return self._fail(HTTPStatus.NOT_FOUND)
        with os.fdopen(descriptor, "rb") as file:
            if os.fstat(descriptor).st_size != served.size:
                return self._fail(HTTPStatus.CONFLICT)
            span = part or Span(0, served.size)
            self.send_response(HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK)
            headers = {"Content-Type": served.type, "Content-Length": str(span.end - span.start)}
            if part:
                headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{served.size}"
            self._end_head(headers | {"ETag": f'"{served.tag}"'})
            file.seek(span.start)
            left = span.end - span.start if with_body else 0
            while left and (piece := file.read(min(left, _PIECE))):
                left -= len(piece)
                self.wfile.write(piece)
            self.close_connection = self.close_connection or bool(left)
        return None

    def _fail(self, status: HTTPStatus, headers: Mapping[str, str] | None = None) -> None:
        """Answer without a body and close: what else the request has to say is not read."""
        self.close_connection = True
        self.send_response(status)
        self._end_head({**(headers or {}), "Content-Length": "0", "Connection": "close"})

    def _end_head(self, headers: Mapping[str, str]) -> None:
        for name, value in {**_HEADERS, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: standard error is for what a person should know."""
