"""What hostile servers say: one table of behaviours, each with the outcome that a fetch of it must come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..archive.records import Cut, Outcome

Part = bytes | float
"""Bytes to send at once, or seconds to wait."""
Ending = Literal["close", "reset", "hold", "repeat", "drip"]
"""How a behaviour goes on behind its parts: close, reset the connection, be silent, or say `again` for ever, fast
or in drops ten times a second."""


@dataclass(slots=True, frozen=True, kw_only=True)
class Behaviour:
    """What a server says on a connection, and the outcome of a fetch that is right for it.

    `parts` are sent in order; `cut` says why what is kept is not all, and is `None` also when nothing came; `status` is
    that of the answer that must be understood, if any.
    """

    parts: tuple[Part, ...] = ()
    ending: Ending = "close"
    again: bytes = b""
    outcome: Outcome
    cut: Cut | None = None
    status: int | None = None

    @property
    def said(self) -> bytes:
        """All that is sent before the ending."""
        return b"".join(part for part in self.parts if isinstance(part, bytes))


def _says(
    *parts: Part,
    outcome: Outcome,
    cut: Cut | None = None,
    status: int | None = 200,
    ending: Ending = "close",
    again: bytes = b"",
) -> Behaviour:
    return Behaviour(parts=parts, outcome=outcome, cut=cut, status=status, ending=ending, again=again)


def _fine(*parts: Part, status: int = 200, ending: Ending = "close") -> Behaviour:
    return _says(*parts, outcome="ok", status=status, ending=ending)


def _cut_off(*parts: Part, status: int | None = 200, ending: Ending = "close") -> Behaviour:
    return _says(*parts, outcome="truncated", cut="disconnect", status=status, ending=ending)


def _garbled(*parts: Part, status: int | None = 200) -> Behaviour:
    return _says(*parts, outcome="protocol", status=status)


def _slow(*parts: Part, status: int | None = 200, ending: Ending = "hold", again: bytes = b"") -> Behaviour:
    return _says(*parts, outcome="timeout", cut="time", status=status, ending=ending, again=again)


def _endless(*parts: Part, again: bytes) -> Behaviour:
    return _says(*parts, outcome="too-large", cut="length", ending="repeat", again=again)


def _headed(*headers: bytes, body: bytes = b"hello", status: bytes = b"200 OK") -> bytes:
    """An answer whose length is right, with further header lines."""
    lines = (b"HTTP/1.1 " + status, *headers, b"Content-Length: %d" % len(body), b"", body)
    return b"\r\n".join(lines)


_OK = b"HTTP/1.1 200 OK\r\n"
_PLAIN = _OK + b"\r\n"
_SIZED = _OK + b"Content-Length: 5\r\n\r\n"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
_CHUNKS = b"5\r\nhello\r\n0\r\n\r\n"
_BLOCK = b"x" * 65536

WHOLE = {
    "plain": _fine(_SIZED + b"hello"),
    "held-open": _fine(_SIZED + b"hello", ending="hold"),
    "reset-behind-the-body": _fine(_SIZED + b"hello", 0.05, ending="reset"),
    "no-length": _fine(_PLAIN + b"hello"),
    "empty-body": _fine(_OK + b"Content-Length: 0\r\n\r\n", ending="hold"),
    "http-1.0": _fine(b"HTTP/1.0 200 OK\r\n\r\nhello"),
    "no-reason": _fine(b"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello"),
    "chunked": _fine(_CHUNKED + _CHUNKS, ending="hold"),
    "chunked-upper-case": _fine(_OK + b"TRANSFER-ENCODING: Chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n"),
    "chunk-extension": _fine(_CHUNKED + b'5;a="b";c\r\nhello\r\n0;end\r\n\r\n'),
    "chunk-leading-zeros": _fine(_CHUNKED + b"0000005\r\nhello\r\n00\r\n\r\n"),
    "one-byte-chunks": _fine(_CHUNKED + b"1\r\nx\r\n" * 20000 + b"0\r\n\r\n"),
    "split-everywhere": _fine(*(part for byte in _CHUNKED + _CHUNKS for part in (bytes((byte,)), 0.002))),
    "trailers": _fine(_CHUNKED + b"5\r\nhello\r\n0\r\nExpires: never\r\nX: y\r\n\r\n", ending="hold"),
    "length-and-chunks": _fine(_OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + _CHUNKS),
    "length-twice-alike": _fine(_headed(b"Content-Length: 5")),
    "surplus": _fine(_SIZED + b"hello" + b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother"),
    "surplus-behind-chunks": _fine(_CHUNKED + _CHUNKS + b"surplus"),
    "no-content-with-body": _fine(b"HTTP/1.1 204 No Content\r\n\r\nsurplus", status=204),
    "not-modified-with-length": _fine(
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", status=304, ending="hold"
    ),
    "early-hints": _fine(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3, 0.05, _SIZED + b"hello"),
    "continue": _fine(b"HTTP/1.1 100 Continue\r\n\r\n" + _SIZED + b"hello"),
    "bare-line-feeds": _fine(b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello"),
    "mixed-line-ends": _fine(b"HTTP/1.1 200 OK\r\nContent-Length: 5\n\r\nhello"),
    "folded-header": _fine(_headed(b"X-A: one\r\n two\r\n\tthree")),
    "fold-before-headers": _fine(_OK + b" folded\r\nContent-Length: 5\r\n\r\nhello"),
    "no-colon": _fine(_headed(b"this is no header")),
    "space-before-colon": _fine(_headed(b"X-A : b")),
    "empty-name": _fine(_headed(b": value")),
    "carriage-return-in-header": _fine(_headed(b"X-A: b\rX-B: c")),
    "nul-in-header": _fine(_headed(b"Content-Type: text/\0html")),
    "escape-in-header": _fine(_headed(b"X-A: \x1b[2J\x1b]0;owned\x07")),
    "latin-1-header": _fine(_headed("X-A: café".encode("latin-1"))),
    "utf-8-header": _fine(_headed("X-A: 漢字".encode())),
    "escape-in-reason": _fine(_headed(status=b"200 \x1b[31mOK")),
    "2000-headers": _fine(_headed(*(b"X-%d: %d" % (i, i) for i in range(2000)))),
    "long-header": _fine(_headed(b"X-A: " + b"a" * 90000)),
    "spaces-in-header": _fine(_headed(b"X-A:" + b" " * 90000 + b"b")),
    "cookies": _fine(_headed(b"Set-Cookie: a=b; Domain=.com", b"Set-Cookie: c=" + b"d" * 9000)),
    "gzip-bomb": _fine(_headed(b"Content-Encoding: gzip", body=b"\x1f\x8b" + b"\0" * 200000)),
    "lies-about-coding": _fine(_headed(b"Content-Encoding: br, zstd, gzip")),
    "redirect-to-file": _fine(_headed(b"Location: file:///etc/passwd", status=b"302 Found"), status=302),
    "redirect-to-script": _fine(_headed(b"Location: javascript:alert(1)", status=b"301 Moved"), status=301),
    "redirect-to-nonsense": _fine(_headed(b"Location: http://[::1", status=b"302 Found"), status=302),
    "redirect-to-metadata": _fine(_headed(b"Location: http://169.254.169.254/", status=b"307 -"), status=307),
    "redirect-split": _fine(_headed(b"Location: /a%0d%0aSet-Cookie:x\r\nX: \xff", status=b"302 -"), status=302),
    "redirect-twice": _fine(_headed(b"Location: /a", b"Location: /b", status=b"302 -"), status=302),
    "status-999": _fine(_headed(status=b"999 Request denied"), status=999),
    "warc-within": _fine(_headed(body=b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\nhello\r\n\r\n")),
    "slow-but-whole": _fine(_OK, 0.1, b"Content-Length: 5\r\n\r\n", 0.1, b"hel", 0.1, b"lo"),
}
CUT_OFF = {
    "no-answer": _says(outcome="truncated", status=None),
    "reset-at-once": _says(outcome="truncated", status=None, ending="reset"),
    "cut-in-status": _cut_off(b"HTTP/1.1 2", status=None),
    "cut-in-head": _cut_off(_OK + b"Content-Le", status=None),
    "reset-in-head": _cut_off(_OK + b"Content-Le", 0.05, status=None, ending="reset"),
    "cut-behind-interim": _cut_off(b"HTTP/1.1 100 Continue\r\n\r\n", status=None),
    "cut-in-body": _cut_off(_SIZED + b"hel"),
    "no-body-at-all": _cut_off(_SIZED),
    "reset-in-body": _cut_off(_SIZED + b"hel", 0.05, ending="reset"),
    "reset-without-length": _cut_off(_PLAIN + b"hel", 0.05, ending="reset"),
    "giant-length": _cut_off(_OK + b"Content-Length: 999999999999999999\r\n\r\nhello"),
    "cut-in-chunk": _cut_off(_CHUNKED + b"5\r\nhel"),
    "cut-in-chunk-size": _cut_off(_CHUNKED + b"5\r\nhello\r\n1"),
    "cut-before-last-chunk": _cut_off(_CHUNKED + b"5\r\nhello\r\n"),
    "cut-in-last-chunk": _cut_off(_CHUNKED + b"5\r\nhello\r\n0\r\n"),
    "cut-in-trailers": _cut_off(_CHUNKED + b"5\r\nhello\r\n0\r\nX: y\r\n"),
    "giant-chunk": _cut_off(_CHUNKED + b"fffffffffffffff\r\nhello"),
}
GARBLED = {
    "ssh": _garbled(b"SSH-2.0-OpenSSH_9.7\r\n", status=None),
    "smtp": _garbled(b"220 mail.example ESMTP\r\n", status=None),
    "icy": _garbled(b"ICY 200 OK\r\nicy-name: x\r\n\r\n" + b"\xff\xfb" * 100, status=None),
    "http-0.9": _garbled(b"<html>hello</html>", status=None),
    "http-9.9": _garbled(b"HTTP/9.9 200 OK\r\nContent-Length: 5\r\n\r\nhello", status=None),
    "http-2-preface": _garbled(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\4\x40\0\0\0\0\2\0\0\0\0", status=None),
    "http-2-status-line": _garbled(b"HTTP/2 200 OK\r\n\r\nhello", status=None),
    "lower-case-http": _garbled(b"http/1.1 200 OK\r\n\r\nhello", status=None),
    "blank-lines-first": _garbled(b"\r\n\r\n" + _SIZED + b"hello", status=None),
    "status-of-two-digits": _garbled(b"HTTP/1.1 20 OK\r\n\r\nhello", status=None),
    "status-of-four-digits": _garbled(b"HTTP/1.1 2000 OK\r\n\r\nhello", status=None),
    "status-0": _garbled(b"HTTP/1.1 000 OK\r\n\r\nhello", status=None),
    "status-of-words": _garbled(b"HTTP/1.1 two OK\r\n\r\nhello", status=None),
    "nul": _garbled(b"\0" * 5000, status=None),
    "tls-alert": _garbled(b"\x15\x03\x01\x00\x02\x02\x28", status=None),
    "garbage-in-parts": _garbled(b"garb", 0.05, b"age", 0.05, b" to the end", status=None),
    "negative-length": _garbled(_OK + b"Content-Length: -1\r\n\r\nhello"),
    "length-of-words": _garbled(_OK + b"Content-Length: five\r\n\r\nhello"),
    "length-with-sign": _garbled(_OK + b"Content-Length: +5\r\n\r\nhello"),
    "length-with-point": _garbled(_OK + b"Content-Length: 5.0\r\n\r\nhello"),
    "length-in-hex": _garbled(_OK + b"Content-Length: 0x5\r\n\r\nhello"),
    "length-empty": _garbled(_OK + b"Content-Length:\r\n\r\nhello"),
    "length-of-40-digits": _garbled(_OK + b"Content-Length: " + b"9" * 40 + b"\r\n\r\nhello"),
    "two-lengths": _garbled(_OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
    "unknown-coding": _garbled(_OK + b"Transfer-Encoding: rot13\r\n\r\nhello"),
    "chunked-not-last": _garbled(_OK + b"Transfer-Encoding: chunked, gzip\r\n\r\n" + _CHUNKS),
    "chunked-twice": _garbled(_OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + _CHUNKS),
    "chunks-not-announced-well": _garbled(_OK + b"Transfer-Encoding: \x0bchunked\r\n\r\n" + _CHUNKS),
    "chunk-size-of-words": _garbled(_CHUNKED + b"five\r\nhello\r\n0\r\n\r\n"),
    "chunk-size-negative": _garbled(_CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n"),
    "chunk-size-in-0x": _garbled(_CHUNKED + b"0x5\r\nhello\r\n0\r\n\r\n"),
    "chunk-size-empty": _garbled(_CHUNKED + b"\r\nhello\r\n0\r\n\r\n"),
    "chunk-size-of-20-digits": _garbled(_CHUNKED + b"f" * 20 + b"\r\nhello"),
    "chunk-too-long": _garbled(_CHUNKED + b"5\r\nhello, world\r\n0\r\n\r\n"),
    "chunk-too-short": _garbled(_CHUNKED + b"5\r\nhe\r\n0\r\n\r\n..."),
    "chunk-bare-line-feed": _garbled(_CHUNKED + b"5\nhello\n0\n\n"),
    "no-chunks": _garbled(_CHUNKED + b"<html>hello</html>\n"),
    "switching-protocols": _garbled(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nhello", status=101),
    "garbage-then-reset": _says(b"garbage", 0.05, outcome="protocol", cut="disconnect", status=None, ending="reset"),
}
SLOW = {
    "silent": _says(outcome="timeout", status=None, ending="hold"),
    "slow-status": _slow(_OK[:5], status=None),
    "slow-head": _slow(_OK, status=None, ending="drip", again=b"X: y\r\n"),
    "slow-head-bytes": _slow(_OK + b"X: ", status=None, ending="drip", again=b"x"),
    "slow-interim": _slow(status=None, ending="drip", again=b"HTTP/1.1 100 Continue\r\n\r\n"),
    "slow-body": _slow(_OK + b"Content-Length: 100000\r\n\r\n", ending="drip", again=b"x"),
    "slow-without-length": _slow(_PLAIN, ending="drip", again=b"x"),
    "slow-chunks": _slow(_CHUNKED, ending="drip", again=b"1\r\nx\r\n"),
    "slow-chunk-size": _slow(_CHUNKED, ending="drip", again=b"0"),
    "slow-trailers": _slow(_CHUNKED + b"0\r\n", ending="drip", again=b"X: y\r\n"),
    "silent-body": _slow(_SIZED + b"hel"),
    "silent-behind-last-chunk": _slow(_CHUNKED + b"5\r\nhello\r\n0\r\n"),
    "silent-behind-interim": _slow(b"HTTP/1.1 100 Continue\r\n\r\n", status=None),
    "event-stream": _slow(_OK + b"Content-Type: text/event-stream\r\n\r\n", ending="drip", again=b"data: x\n\n"),
    "held-garbage": _says(b"garbage", outcome="protocol", cut="time", status=None, ending="hold"),
    "slow-garbage": _says(b"garbage", outcome="protocol", cut="time", status=None, ending="drip", again=b"!"),
}
ENDLESS = {
    "endless-body": _endless(_PLAIN, again=_BLOCK),
    "endless-sized-body": _endless(_OK + b"Content-Length: 99999999999\r\n\r\n", again=_BLOCK),
    "endless-chunks": _endless(_CHUNKED, again=b"10000\r\n" + _BLOCK + b"\r\n"),
    "endless-small-chunks": _endless(_CHUNKED, again=b"1\r\nx\r\n" * 5000),
    "endless-chunk": _endless(_CHUNKED + b"fffffffffff\r\n", again=_BLOCK),
    "endless-gzip": _endless(_OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08", again=b"\0" * 65536),
}
RUNAWAY = {
    "endless-head": (_OK, b"X-Header: value\r\n" * 1000),
    "endless-header-line": (_OK + b"X: ", _BLOCK),
    "endless-status-line": (b"HTTP/1.1 200 ", _BLOCK),
    "endless-interim": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "endless-interim-head": (b"HTTP/1.1 103 Early Hints\r\n", b"Link: </a>\r\n" * 1000),
    "endless-garbage": (b"", _BLOCK),
    "endless-nul": (b"", b"\0" * 65536),
}
RUNAWAY_FRAMING = {
    "endless-chunk-size": (_CHUNKED, b"0" * 65536),
    "endless-chunk-extension": (_CHUNKED + b"5;", _BLOCK),
    "endless-trailers": (_CHUNKED + b"0\r\n", b"X-Trailer: value\r\n" * 1000),
    "endless-trailer-line": (_CHUNKED + b"0\r\nX: ", _BLOCK),
    "endless-bad-chunks": (_CHUNKED + b"x\r\n", _BLOCK),
    "endless-bad-length": (_OK + b"Content-Length: x\r\n\r\n", _BLOCK),
}


def _runs_away(start: bytes, again: bytes, status: int | None) -> Behaviour:
    return _says(start, outcome="protocol", cut="length", status=status, ending="repeat", again=again)


BEHAVIOURS: dict[str, Behaviour] = {
    **WHOLE,
    **CUT_OFF,
    **GARBLED,
    **SLOW,
    **ENDLESS,
    **{name: _runs_away(*said, None) for name, said in RUNAWAY.items()},
    **{name: _runs_away(*said, 200) for name, said in RUNAWAY_FRAMING.items()},
}
