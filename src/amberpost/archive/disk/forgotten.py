"""What was forgotten on purpose is known by keyed digests alone: enough not to ask for it again, not to name it."""

from __future__ import annotations

import hashlib
import hmac
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import replace

from ..records import CitedLinks
from .fixity import digest_row
from .marks import find_citation_marks, find_url_marks, without_urls

LEADS_THERE = "leads to what was forgotten"
"""The reason of a link that was refused because of its answer: it is not asked for again, whoever wants it."""

OTHER_KEYS = "key:"
"""How the names of facts begin that are keys of archives which were merged into this one, with what they forgot."""

_KEY = re.compile("[0-9a-f]{64}")


class Forgotten:
    """The digests of one archive, and of those that were merged into it; no key leaves its database."""

    def __init__(self, connection: sqlite3.Connection, key: bytes) -> None:
        self._connection, self._key = connection, key
        self._others: list[bytes] = []
        self.read_keys()

    def read_keys(self) -> None:
        """Read the keys under which archives that were merged into this one had forgotten things."""
        query = "SELECT value FROM meta WHERE key LIKE ? ORDER BY key"
        values = self._connection.execute(query, (f"{OTHER_KEYS}%",)).fetchall()
        self._others = [bytes.fromhex(value) for (value,) in values if _KEY.fullmatch(str(value))]

    def digest(self, mark: str) -> str:
        """The keyed digest of a mark, as the table holds it."""
        return _digest(self._key, mark)

    def is_empty(self) -> bool:
        """Tell whether nothing was ever forgotten, which spares all reckoning."""
        return self._connection.execute("SELECT 1 FROM forgotten LIMIT 1").fetchone() is None

    def has(self, mark: str) -> bool:
        """Tell whether what has that mark was forgotten."""
        digests = (_digest(key, mark) for key in (self._key, *self._others))
        query = "SELECT 1 FROM forgotten WHERE digest = ?"
        return any(self._connection.execute(query, (digest,)).fetchone() for digest in digests)

    def has_url(self, url: str) -> bool:
        """Tell whether a URL was forgotten, or a post or an account that it names in any spelling."""
        return not self.is_empty() and any(map(self.has, find_url_marks(url)))

    def has_citation(self, cited: CitedLinks) -> bool:
        """Tell whether a citation is of what was forgotten: then it is not added at all.

        One that only links to it, as a post that quotes it does, is somebody else's: `clean` leaves out that link.
        """
        return not self.is_empty() and any(map(self.has, find_citation_marks(cited)))

    def clean(self, cited: CitedLinks) -> CitedLinks:
        """A citation without those of its links that were forgotten, in its row too; most are given as they came."""
        if self.is_empty():
            return cited
        pairs = list(zip(cited.urls, cited.links, strict=True))
        kept = [(url, link) for url, link in pairs if not (self.has_url(url) or self.has_url(link.url))]
        return replace(
            cited,
            record=without_urls(cited.record, self.has_url),
            urls=tuple(url for url, _ in kept),
            links=tuple(link for _, link in kept),
        )

    def add(self, marks: Iterable[str]) -> None:
        """Forget what has one of these marks, from now on."""
        rows = ((digest, digest_row(digest)) for digest in map(self.digest, marks))
        self._connection.executemany("INSERT OR IGNORE INTO forgotten VALUES(?, ?)", rows)


def _digest(key: bytes, mark: str) -> str:
    return hmac.new(key, mark.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
