"""The answers of the small internet: files with the bytes of whole HTTP answers, and the index that maps URLs to them.

To add an answer, put its bytes into a file below `answers/HOST/` and an entry into `answers/index.toml`; a host that is
new there also needs a name in the certificate (`python tools/make_demo_tls.py`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ANSWERS = Path(__file__).parent / "answers"


@dataclass(slots=True, frozen=True, kw_only=True)
class Form:
    """The shape that some answers share: where it comes from, of what day that is, and whether it was seen live."""

    name: str
    what: str
    source: str
    date: str
    seen_live: bool


@dataclass(slots=True, frozen=True, kw_only=True)
class Answer:
    """What some URLs are answered: one file after the other, the last one for ever, `delay` seconds after the request.

    A URL that ends in `*` stands for all that begin like it and have no entry of their own. `certified` is false for a
    host that the certificate does not name, so that nobody can fetch it over TLS.
    """

    urls: tuple[str, ...]
    files: tuple[str, ...]
    form: str
    delay: float = 0.0
    certified: bool = True

    def find_hosts(self) -> Iterator[str]:
        """Find the hosts of its URLs."""
        return (urlsplit(url).hostname or "" for url in self.urls)


@dataclass(slots=True, frozen=True)
class Catalogue:
    """All forms and answers of a folder, in the order of its index."""

    folder: Path
    forms: dict[str, Form]
    answers: tuple[Answer, ...]

    def find_hosts(self, *, certified: bool | None = None) -> set[str]:
        """Find all hosts, or only those that the certificate names, or does not.

        >>> "t.co" in read_catalogue().find_hosts(certified=True)
        True
        """
        chosen = (answer for answer in self.answers if certified in (None, answer.certified))
        return {host for answer in chosen for host in answer.find_hosts()}

    def read_file(self, name: str) -> bytes:
        """The bytes of one answer, as they go over the wire."""
        return (self.folder / name).read_bytes()


def read_catalogue(folder: Path = ANSWERS) -> Catalogue:
    """Read the index of a folder of answers; the files themselves are read when they are asked for.

    >>> catalogue = read_catalogue()
    >>> {answer.form for answer in catalogue.answers} <= set(catalogue.forms)
    True
    """
    with (folder / "index.toml").open("rb") as file:
        index = tomllib.load(file)
    forms = {name: Form(name=name, **entry) for name, entry in index["form"].items()}
    answers = (
        Answer(**entry | {"urls": tuple(entry["urls"]), "files": tuple(entry["files"])}) for entry in index["answer"]
    )
    return Catalogue(folder, forms, tuple(answers))


class Finder:
    """Finds the answer to a URL, and which file's turn it is; one for each run of the small internet."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._exact = {url: answer for answer in catalogue.answers for url in answer.urls if url[-1] != "*"}
        self._prefixes = {url[:-1]: answer for answer in catalogue.answers for url in answer.urls if url[-1] == "*"}
        self._times: dict[str, int] = {}

    def find_answer(self, url: str) -> Answer | None:
        """The entry for a URL: its own, else that of the longest beginning.

        >>> answer = Finder(read_catalogue()).find_answer("https://t.co/ThisIsNone")
        >>> answer and answer.files
        ('t.co/unknown.http',)
        """
        if url in self._exact:
            return self._exact[url]
        fitting = [prefix for prefix in self._prefixes if url.startswith(prefix)]
        return self._prefixes[max(fitting, key=len)] if fitting else None

    def read_next(self, url: str, answer: Answer) -> bytes:
        """The bytes whose turn it is for this URL; the last file of an answer stays."""
        turn = self._times.get(url, 0)
        self._times[url] = turn + 1
        return self._catalogue.read_file(answer.files[min(turn, len(answer.files) - 1)])
