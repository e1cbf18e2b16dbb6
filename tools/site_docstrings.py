"""An extension of griffe for the site: examples and drawings in docstrings are shown as they stand there."""

from __future__ import annotations

from typing import Any

import griffe


class Fences(griffe.Extension):
    """Puts fences round the paragraphs that Markdown would take apart."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Called by griffe for each object that it has read."""
        if obj.docstring is not None:
            obj.docstring.value = fence(obj.docstring.value)


def fence(docstring: str) -> str:
    r"""Fence doctests, and trees of box-drawing characters.

    >>> fence("Two and two.\n\n>>> 2 + 2\n4")
    'Two and two.\n\n```pycon\n>>> 2 + 2\n4\n```'
    """
    return "\n\n".join(map(_fence_paragraph, docstring.split("\n\n")))


def _fence_paragraph(paragraph: str) -> str:
    if paragraph.lstrip().startswith(">>>"):
        return f"```pycon\n{paragraph}\n```"
    return f"```text\n{paragraph}\n```" if "├──" in paragraph else paragraph
