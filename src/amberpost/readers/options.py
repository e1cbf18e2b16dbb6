"""What the user may say about the input: the encoding, and the names of the columns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to read, as far as the files do not tell themselves; the names are those of the flags.

    >>> Options(text_column="body").id_column
    'id'
    """

    encoding: str | None = None
    text_column: str = "text"
    html_column: str = "html"
    id_column: str = "id"
    date_column: str = "date"
    title_column: str = "title"
    url_column: str = "url"


DEFAULTS = Options()
