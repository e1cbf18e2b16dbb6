"""Records as small tables of HTML, for notebooks: every cell escaped, hidden characters shown as their codes."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from .visible import show_lines

_LONGEST = 1000  # characters of a cell: an article, or an embed's markup, may have millions
_MATH = str.maketrans({"$": "<span>$</span>", "\\": "<span>\\</span>"})
_LEFT = 'style="text-align: left"'  # notebooks set tables to the right


def format_record(name: str, fields: Iterable[tuple[str, object]]) -> str:
    """A table of a record's fields, without those that are unknown or empty.

    Nothing in it is a link or comes from elsewhere: what stands in a record was written by anybody. `dir="auto"` keeps
    the direction of one cell's writing out of the next. Notebooks set what stands between `$` as mathematics, which
    can hold links that run scripts: each such sign has an element of its own, across which MathJax does not look.

    >>> format_record("Problem", [("source", "<a>"), ("place", None)]).count("&lt;a&gt;")
    1
    """
    rows = "".join(map(_row, ((field, value) for field, value in fields if value not in (None, "", ()))))
    caption = f"<caption>{_cell(name)}</caption>"
    return f'<table class="tex2jax_ignore mathjax_ignore">{caption}<tbody>{rows}</tbody></table>'


def _row(field: tuple[str, object]) -> str:
    name, value = field
    return f'<tr><th scope="row" {_LEFT}>{_cell(name)}</th><td dir="auto" {_LEFT}>{_cell(value)}</td></tr>'


def _cell(value: object) -> str:
    items = value if isinstance(value, tuple) else (value,)
    text = "\n".join(map(str, items))
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"
    return escape(show_lines(shown)).translate(_MATH).replace("\n", "<br>")
