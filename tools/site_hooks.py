"""Hooks of the site: the page of commands is what `--help` prints, and links out of docs/ become plain words.

mkdocs calls `on_page_markdown` for each page; see mkdocs.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from typer.testing import CliRunner

from amberpost.cli import app

_MARK = "<!-- commands -->"
# Pages at the top of docs/ link to files of the repository, which the site does not have.
_OUTWARD = re.compile(r"\[([^\]\n]+)\]\(\.\./[^)\n]*\)")


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """What mkdocs makes a page of."""
    if _MARK in markdown:
        return markdown.replace(_MARK, "\n".join(find_sections()))
    return markdown if "/" in page.file.src_uri else cut_outward(markdown)


def cut_outward(markdown: str) -> str:
    """Leave of a link out of docs/ only its words.

    >>> cut_outward("See [twitter/html](../fixtures/twitter/html) and [law](law.md).")
    'See twitter/html and [law](law.md).'
    """
    return _OUTWARD.sub(r"\1", markdown)


def find_sections() -> Iterator[str]:
    """A section for each command, in the order of `amberpost --help`."""
    for command in app.registered_commands:
        name = str(command.name or getattr(command.callback, "__name__", ""))
        shown = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "80"}).stdout
        yield f"## amberpost {name}\n\n```text\n{shown.replace('Usage: root', 'Usage: amberpost').strip()}\n```\n"
