"""What users give to an archive: citations, or rows of anyone's; one that cannot be kept is named, and left out."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Iterator, Mapping

from ..models import Citation, Problem, Record
from .complaints import Complaints
from .disk.cited import FindRefusal, UnkeepableRow, make_link, read_cited
from .records import CitedLinks, NewLink

Given = Citation | Mapping[str, object]
ONE_ROW = (str, bytes, Mapping, Record)


def find_cited(given: Iterable[Given], complaints: Complaints, *, find_refusal: FindRefusal) -> Iterator[CitedLinks]:
    """The links of each citation; `complaints` get one for each row that is left out, by its place.

    Raises TypeError for what is neither a citation nor a row: that is no matter of one row.
    """
    for number, row in enumerate(given, 1):
        try:
            yield read_cited(_read_fields(row), find_refusal=find_refusal)
        except UnkeepableRow as error:
            place = f"row {number} ({error.name})"
            advice = "mend it; it was left out"
            complaints.add(Problem(source="citations", place=place, reason=error.reason, advice=advice))


def find_links(urls: Iterable[str], *, find_refusal: FindRefusal) -> Iterator[NewLink]:
    """The link of each URL; lines of a file may be empty. Raises TypeError for what is no text."""
    for url in urls:
        check_url(url)
        if url.strip():
            yield make_link(url, find_refusal=find_refusal)


def check_list(name: str, given: object, advice: str, *, one: tuple[type, ...] = (str, bytes)) -> None:
    """Raise TypeError, with advice, for nothing, or for one thing, which has a type of `one`, in place of several."""
    if isinstance(given, one) or not isinstance(given, Iterable):
        raise TypeError(f"{name} is {describe(given)}: {advice}")


def check_url(url: object) -> None:
    """Raise TypeError, with advice, for what is no text."""
    if not isinstance(url, str):
        raise TypeError(f"url is {describe(url)}: give one URL, as text")


def _read_fields(row: Given) -> Mapping[str, object]:
    fields = row.model_dump(mode="json") if isinstance(row, Citation) else row
    if not isinstance(fields, Mapping):
        raise TypeError(
            f"one of the citations is {describe(row)}: give what amberpost.find yields, or rows with links,"
            " permalink or url; add_urls takes URLs"
        )
    return fields


def describe(value: object) -> str:
    """A value as an error names it: its type, and what it begins with.

    >>> describe(7)
    'int (7)'
    """
    return f"{type(value).__name__} ({reprlib.repr(value)})"
