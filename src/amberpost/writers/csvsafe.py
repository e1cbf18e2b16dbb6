"""Cells that a spreadsheet shows and does not run: a mark before those it would, and the way back."""

from __future__ import annotations

_MARK = "'"
_RUN = "=+-@＝＋－＠"
_ODD = "\t\r\n"


def protect_cell(cell: str) -> str:
    """Put `'` before a cell that a spreadsheet would take for a formula; `restore_cell` takes it off again.

    Signs are looked for behind blanks and invisible characters too, which programs pass over. A cell that begins with
    `'` gets another one, so that every marked cell has exactly one to lose.

    >>> [protect_cell(cell) for cell in ("=1+1", " @adawren", "'quoted'", "It rains.", "")]
    ["'=1+1", "' @adawren", "''quoted'", 'It rains.', '']
    """
    return _MARK + cell if _is_run(cell) else cell


def restore_cell(cell: str) -> str:
    """Give back the cell that `protect_cell` was given.

    >>> restore_cell("'=1+1"), restore_cell("It rains.")
    ('=1+1', 'It rains.')
    """
    return cell.removeprefix(_MARK)


def _is_run(cell: str) -> bool:
    if cell.startswith((_MARK, *_ODD)):
        return True
    first = next((sign for sign in cell if sign.isprintable() and not sign.isspace()), "")
    return first != "" and first in _RUN
