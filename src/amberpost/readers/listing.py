"""From the paths that the user names to files, in an order that is always the same, each folder once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import translate
from typing import NamedTuple

from ..models import Problem, WriteError

_SUFFIXES = {
    "txt": "text",
    "md": "markdown",
    "html": "html",
    "htm": "html",
    "jsonl": "jsonl",
    "csv": "csv",
    "parquet": "parquet",
    "warc": "warc",
    "wet": "wet",
    "wacz": "wacz",
}
_PACKED = {".jsonl.gz": "jsonl.gz", ".warc.gz": "warc", ".wet.gz": "wet"}
SUFFIXES = (*(f".{suffix}" for suffix in _SUFFIXES), *_PACKED)
FORMS = ("text", "markdown", "html", "jsonl", "csv", "parquet", "warc", "wet", "wacz")
STDIN = "-"
BATCH = 256  # files; what a process gets at a time


class Batch(NamedTuple):
    """Files of one folder: each path is `folder` + name, each id `prefix` + name.

    `form` is how to read them where their names do not tell. Names only, so that a batch is cheap to send to a process.
    """

    folder: str
    prefix: str
    names: list[str]
    form: str | None = None


_ONCE = "read once, not again"
SUFFIX_ADVICE = f"Amberpost reads {' '.join(SUFFIXES)}; for another name say --format {'|'.join(FORMS)}"


def form_of(name: str) -> str | None:
    """Tell by its name how a file is read, None when Amberpost does not read it.

    >>> form_of("a.txt"), form_of("A.JSONL.GZ"), form_of("photo.jpg")
    ('text', 'jsonl.gz', None)
    """
    suffix = name[name.rfind(".") + 1 :]
    return _SUFFIXES.get(suffix) or _rarer_form(name.lower(), suffix.lower())


def normalize_name(name: str) -> str:
    """A file's name as ids have it: bytes of it that are no UTF-8, which no record can hold, as `\\udcXX`.

    As U+FFFD two names that differ in nothing else would be one id.

    >>> normalize_name("news/caf\\udce9.txt")
    'news/caf\\\\udce9.txt'
    """
    return name if name.isascii() else name.encode(errors="backslashreplace").decode()


def _rarer_form(name: str, suffix: str) -> str | None:
    packed = (form for ending, form in _PACKED.items() if name.endswith(ending))
    return next(packed, None) or _SUFFIXES.get(suffix)


class Lister:
    """Lists what is to be read under some paths; counts in `skipped` the files whose suffix is none of ours.

    `outputs` are files that this run writes: they are never its input. Folders are known by device and inode, so
    that a link back into the tree is never followed a second time. The names of one folder are held at a time.
    """

    def __init__(
        self,
        *,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        form: str | None = None,
        outputs: Iterable[str] = (),
    ) -> None:
        self._included = _matcher(include) if include else None
        self._excluded = _matcher(exclude) if exclude else None
        self.form = form
        folders_and_names = [os.path.split(way) for path in outputs for way in _find_ways(path)]
        self._output_folders = {_folder_key(folder) for folder, _ in folders_and_names}
        self._output_names = {name for _, name in folders_and_names}
        self._seen: set[tuple[int, int]] = set()
        self.skipped = 0
        self._left_out = 0

    def list_path(self, path: str, *, alone: bool = True) -> Iterator[Batch | Problem]:
        """List the files of one path; `alone` says that it is the only one, so that ids need not begin with it."""
        if path == STDIN or not os.path.isdir(path):  # noqa: PTH112  a path stays a string: ids begin with it
            yield self._file(path, alone=alone)
            return
        base = path.rstrip("/") + "/"
        skipped, left_out, empty = self.skipped, self._left_out, True
        for item in self._walk(base, "" if alone else base):
            empty = False
            yield item
        if empty:
            yield _describe_empty(path, others=self.skipped - skipped, left_out=self._left_out - left_out)

    def _file(self, path: str, *, alone: bool) -> Batch | Problem:
        cut = path.rfind("/") + 1
        if path[cut:] in self._output_names and self._is_output(path):
            raise WriteError(f"{path}: is read, and the output would replace it: name another file for that")
        form = self.form_of_path(path)
        if form is None:
            return Problem(source=path, reason="has a suffix that Amberpost does not read", advice=SUFFIX_ADVICE)
        return Batch(path[:cut], "" if alone else path[:cut], [path[cut:]], form)

    def _is_output(self, path: str) -> bool:
        """Whether a file that is named lies where an output of its name does."""
        folder = os.path.dirname(path)  # noqa: PTH120
        return os.path.isfile(path) and _folder_key(folder) in self._output_folders  # noqa: PTH113

    def form_of_path(self, path: str) -> str | None:
        """Tell how a path that the user named is read; "" for standard input that is to be looked at."""
        return form_of(path) or self.form or ("" if path == STDIN else None)

    def finds(self, folder: str, file: str) -> bool:
        """Whether reading a folder means reading a file, by its place and its name."""
        ways = (os.path.relpath(way, os.path.realpath(folder)) for way in _find_ways(file))
        return os.path.isdir(folder) and any(map(self._is_listed, ways))  # noqa: PTH112

    def _is_listed(self, inner: str) -> bool:
        """Whether a path below a folder that is read is read, when it is there."""
        if inner.startswith("../") or form_of(inner) is None:
            return False
        cuts = [place for place, sign in enumerate(inner + "/") if sign == "/"]
        excluded = self._excluded is not None and any(self._excluded(inner[:cut]) for cut in cuts)
        return not excluded and (self._included is None or self._included(inner))

    def _walk(self, root: str, prefix: str) -> Iterator[Batch | Problem]:
        waiting = [""]
        while waiting:
            inner = waiting.pop()
            try:
                key = _folder_key(root + inner)
                if key in self._seen:
                    yield _problem(prefix + inner or root, "is a folder already reached by another path or link", _ONCE)
                    continue
                self._seen.add(key)
                names, folders, odd = self._scan(root + inner, inner, is_output=key in self._output_folders)
            except OSError as error:
                yield _problem(prefix + inner or root, f"cannot be listed: {error.strerror}", "see its rights")
                continue
            for name in odd:
                reason = "is neither a file nor a folder, or a link that leads nowhere"
                yield _problem(prefix + inner + name, reason, "not opened; remove it or --exclude it")
            for at in range(0, len(names), BATCH):
                yield Batch(root + inner, prefix + inner, names[at : at + BATCH])
            waiting.extend(f"{inner}{name}/" for name in reversed(folders))

    def _scan(self, folder: str, inner: str, *, is_output: bool) -> tuple[list[str], list[str], list[str]]:
        """The sorted names in a folder: files to read, folders, and what is neither."""
        names: list[str] = []
        folders: list[str] = []
        odd: list[str] = []
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if self._excluded and self._excluded(inner + name):
                    self._left_out += 1
                    continue
                if entry.is_file(follow_symlinks=False) or _leads_to(entry.is_file):
                    if self._is_wanted(name, inner, is_output=is_output):
                        names.append(name)
                elif _leads_to(entry.is_dir):
                    folders.append(name)
                else:
                    odd.append(name)
        return sorted(names), sorted(folders), sorted(odd)

    def _is_wanted(self, name: str, inner: str, *, is_output: bool) -> bool:
        if is_output and name in self._output_names:
            return False
        if form_of(name) is None:
            self.skipped += 1
            return False
        if self._included is None or self._included(inner + name):
            return True
        self._left_out += 1
        return False


def _find_ways(path: str) -> set[str]:
    """A file by its true name and, where it is a link, by the link's."""
    folder, name = os.path.split(path)
    return {os.path.realpath(path), os.path.join(os.path.realpath(folder), name)}  # noqa: PTH118


def _describe_empty(path: str, *, others: int, left_out: int) -> Problem:
    reason = "holds no file to read" + (f", only {others} of other kinds" if others else "")
    if not left_out:
        return _problem(path, reason, f"Amberpost reads {' '.join(SUFFIXES)}")
    reason += f": --include and --exclude leave out {'1 name' if left_out == 1 else f'{left_out} names'}"
    return _problem(
        path, reason, "see the patterns: one with a slash is for the path below the folder, else for a name"
    )


def _leads_to(test: Callable[[], bool]) -> bool:
    """Ask an entry what it is; a link to itself is nothing."""
    try:
        return test()
    except OSError:
        return False


def _folder_key(folder: str) -> tuple[int, int]:
    found = os.stat(folder or ".")  # noqa: PTH116  in a loop over folders
    return found.st_dev, found.st_ino


def _problem(source: str, reason: str, advice: str) -> Problem:
    return Problem(source=normalize_name(source), reason=reason, advice=advice)


def _matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Match a path below the folder: a pattern with a slash against all of it, one without against its last part.

    >>> matches = _matcher(["*.txt", "drafts/*"])
    >>> matches("a/b.txt"), matches("drafts/c.md"), matches("a/drafts/c.md")
    (True, True, False)
    """
    whole = [translate(pattern.strip("/")) for pattern in patterns if "/" in pattern.strip("/")]
    last = [translate(pattern.strip("/")) for pattern in patterns if "/" not in pattern.strip("/")]
    match_whole = re.compile("|".join(whole)).match if whole else None
    match_last = re.compile("|".join(last)).match if last else None

    def matches(path: str) -> bool:
        if match_last and match_last(path[path.rfind("/") + 1 :]):
            return True
        return bool(match_whole and match_whole(path))

    return matches
