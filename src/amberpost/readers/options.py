"""What the user may say about the input: the encoding, and the names of the columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

COLUMN_ADVICE = "read without it; see how the column is spelled"


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

    def find_named(self) -> Iterator[str]:
        """The columns beside those of the source that the user named himself: what he misspelled should not be silent.

        >>> list(Options(text_column="body", date_column="day").find_named())
        ['day']
        """
        pairs = (
            (self.id_column, DEFAULTS.id_column),
            (self.date_column, DEFAULTS.date_column),
            (self.title_column, DEFAULTS.title_column),
            (self.url_column, DEFAULTS.url_column),
        )
        return (column for column, usual in pairs if column != usual)

    def strip_columns(self) -> Options:
        """The same without blanks round the names of columns, for readers that take them off a header's, too.

        >>> Options(text_column="Article body ").strip_columns().text_column
        'Article body'
        """
        return replace(
            self,
            text_column=self.text_column.strip(),
            html_column=self.html_column.strip(),
            id_column=self.id_column.strip(),
            date_column=self.date_column.strip(),
            title_column=self.title_column.strip(),
            url_column=self.url_column.strip(),
        )


DEFAULTS = Options()
