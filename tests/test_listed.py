"""What stands in one table is known in all others, so that who adds a form or a platform is told what is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from amberpost import Citation, Problem, find, read_frame, write
from amberpost.cli import app
from amberpost.commands.citationfile import read_citations
from amberpost.platforms import BARE, LITERALS, PHRASES, PLATFORMS, RESIDUAL
from amberpost.readers import _READERS
from amberpost.readers.listing import FORMS
from amberpost.readers.listing import SUFFIXES as READ
from amberpost.writers import SUFFIXES as WRITTEN

ROOT = Path(__file__).resolve().parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def find_suffixes(page: str) -> set[str]:
    """The suffixes that a page names: `.warc(.gz)` and "both also `.gz`" are two each."""
    named = set(re.findall(r"\.[a-z]\w+", page))
    return named | {f"{suffix}.gz" for suffix in named if f"{suffix}(.gz)" in page or f"{suffix}.gz" in page}


def test_the_forms_of_standard_input_are_those_of_files() -> None:
    assert set(FORMS) == {form.removesuffix(".gz") for form in _READERS}


def test_the_help_names_each_suffix_that_is_read_or_written() -> None:
    helped = get_command(app).commands["find"].help or ""  # type: ignore[attr-defined]
    assert set(READ) - find_suffixes(helped) == {".htm"}
    assert set(WRITTEN) - find_suffixes(helped) == set()


def test_the_readme_names_each_suffix_that_is_read_or_written() -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    packed = {".warc.gz", ".wet.gz"} if "`.warc`, `.wet` (both also `.gz`)" in page else set()
    assert set(READ) - find_suffixes(page) - packed == {".htm"}
    assert set(WRITTEN) - find_suffixes(page) == set()


@pytest.mark.parametrize("suffix", WRITTEN)
def test_what_is_written_can_be_written_over_framed_and_archived(suffix: str, tmp_path: Path) -> None:
    (citation,) = find("Rain. https://t.co/WrenRain01 — Ada Wren (@adawren) November 29, 2024")
    problem = Problem(source="a.txt", place="line 3", reason="is empty", advice="remove it")
    path = tmp_path / f"x{suffix}"
    assert [write([citation, problem], path) for _ in range(2)] == [1, 1]
    assert list(read_frame(path)["id"]) == [citation.id]
    (row,) = read_citations(str(path))
    assert isinstance(row, Citation | dict)
    assert dict(row)["id"] == citation.id


def test_each_platform_with_words_of_its_own_is_asked_for_them() -> None:
    for platform in PLATFORMS:
        own = getattr(platform, "PHRASES", ())
        assert set(own) <= set(PHRASES), platform.ID
        assert not own or platform.ID in RESIDUAL, platform.ID
        assert getattr(platform, "parse_bare", None) in (None, *BARE), platform.ID
        assert not hasattr(platform, "parse_bare") or platform.ID in RESIDUAL, platform.ID
        assert getattr(platform, "parse_literal", None) in (None, LITERALS.get(platform.ID)), platform.ID


def test_each_module_and_room_stands_in_the_table_of_contributing() -> None:
    found = {path.stem for path in (ROOT / "src" / "amberpost").glob("[!_]*") if path.suffix in ("", ".py")}
    table = CONTRIBUTING.partition("## The rooms")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([a-z]+)/?`", "".join(line.partition(" | ")[0] for line in table.splitlines())))
    assert found - named == set()


def test_each_part_of_the_run_of_an_archive_is_named() -> None:
    found = {path.stem for path in (ROOT / "src" / "amberpost" / "archive").glob("[!_]*.py")}
    text = CONTRIBUTING.partition("In `archive/`")[2].partition("\n## ")[0]
    assert found - set(re.findall(r"`(\w+)`", text)) == set()
