"""`find --show`: each citation marked where it stands, and nothing of an article is obeyed by the terminal."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner, Result

from amberpost import Article, find
from amberpost.cli import app
from amberpost.commands.show import describe_article, describe_citation, find_pieces, make_text
from amberpost.visible import show_line, show_lines

FOOTER = "Rain in the street. — Ada Wren (@adawren) November 29, 2024"
SGR = re.compile(r"\x1b\[[0-9;]*m")
COMMAND = [sys.executable, "-c", "from amberpost.cli import main; main()"]

PAYLOADS = {
    "colour": "\x1b[31mred",
    "clear the screen": "\x1b[2J\x1b[H",
    "title": "\x1b]0;title\x07",
    "link": "\x1b]8;;https://evil.example\x1b\\text\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;aGk=\x07",
    "device status": "\x1b[6n\x1b[c",
    "string of DCS": "\x1bP$q\x1b\\",
    "eight-bit CSI": "\x9b31m",
    "eight-bit OSC": "\x9d0;t\x9c",
    "character set": "\x0e\x1b(0",
    "overwriting": "paid\rfree",
    "backspaces": "not\b\b\bnow",
    "form feeds": "\x0b\x0c\x85",
    "null and delete": "\x00\x7f",
    "override": "\u202egnp.exe\u202c",
    "isolates": "\u2066a\u2069\u2067b\u2069",
    "marks": "\u200e\u200f\u061c",
    "invisible": "\u200b\ufeff\u2060\U000e0041\u2028\u2029",
    "rich markup": "[bold red]:warning:[/] [link=https://evil.example]x[/link]",
}


anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)


def run(*arguments: str | Path, stdin: str | None = None, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(app, ["find", *map(str, arguments), "--show"], input=stdin)


def is_safe(shown: str) -> bool:
    return all(line.isprintable() for line in SGR.sub("", shown).split("\n"))


def paint(source: str, article: Article) -> str:
    console = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", soft_wrap=True)
    console.print(make_text(source, find(article, mentions=True)))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
@pytest.mark.parametrize("colours", [{"FORCE_COLOR": "1"}, {}], ids=["terminal", "pipe"])
def test_nothing_of_an_article_is_obeyed(payload: str, colours: dict[str, str], tmp_path: Path) -> None:
    text = f"{payload}\n\nSaid {payload}. — {payload} (@adawren) November 29, 2024\n\n{payload}\nCredit: {payload}/X"
    row = {"id": f"n{payload}", "title": payload, "text": text}
    (tmp_path / "a.jsonl").write_text(json.dumps(row), "utf-8")
    done = run(tmp_path, **colours)
    assert is_safe(done.stdout)
    assert done.exit_code == (1 if "\x00" in payload else 0)  # bytes that are no text are a problem
    assert ("\x1b" in done.stdout) == bool(colours)
    assert show_lines(f"{payload}\n") in SGR.sub("", done.stdout)


@settings(derandomize=True, deadline=None, database=None, max_examples=400, suppress_health_check=list(HealthCheck))
@given(anything, st.sampled_from([*PAYLOADS.values(), ""]))
def test_whatever_the_text_only_what_is_seen_comes_out(text: str, payload: str) -> None:
    article = Article(id=text, title=payload, text=f"{text}{payload}\n\n{payload} — {text} (@a) May 1, 2020\n{text}")
    shown = paint(article.source, article)
    assert is_safe(shown)
    assert is_safe(describe_article(article))
    assert all(describe_citation(citation).isprintable() for citation in find(article))
    assert show_line(show_line(text)) == show_line(text)


def test_a_pipe_gets_marks_and_a_line_on_each_citation(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"Rain\n\n{FOOTER}\n\nCredit: Sentdefender/X\n")
    assert run(tmp_path / "a.txt").stdout == (
        "=== a.txt\n"
        "Rain\n\n"
        f"[1>{FOOTER}<1]\n\n"
        "[2>Credit: Sentdefender/X<2]\n\n"
        "[1] embed  twitter  @adawren  2024-11-29  -  6-65\n"
        "[2] credit  twitter  @Sentdefender  -  handle-unsure  67-89\n\n"
    )


def test_kind_and_platform_say_what_is_marked(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{FOOTER}\n\nSee https://www.instagram.com/p/CxYz12345Ab/ there.\n")
    assert set(re.findall(r"\[\d>", run(tmp_path).stdout)) == {"[1>", "[2>"}
    assert "[1] link  instagram" in run(tmp_path, "--platform", "instagram").stdout
    assert "[2>" not in run(tmp_path, "--kind", "embed").stdout


def test_several_articles_come_one_after_the_other_and_one_without_citations_is_only_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(FOOTER)
    (tmp_path / "b.txt").write_text("It rains.")
    (tmp_path / "c.txt").write_text("")
    done = run(tmp_path)
    assert re.findall("^=== (.*)$", done.stdout, re.MULTILINE) == ["a.txt", "b.txt"]
    assert "=== b.txt\nno citation found\n" in done.stdout
    assert "It rains." not in done.stdout
    assert (done.exit_code, done.stderr.count("problem:")) == (1, 1)


def test_standard_input_and_html_are_shown_as_they_stand() -> None:
    assert f"[1>{FOOTER}<1]" in run("-", stdin=FOOTER).stdout
    page = '<p>So.</p><blockquote class="twitter-tweet"><a href="https://x.com/a/status/20">1 May</a></blockquote>'
    shown = run("-", "--format", "html", stdin=page).stdout
    assert shown.startswith("=== -  (HTML)\n<p>So.</p>[1><blockquote")
    assert "</blockquote><1]" in shown


def test_spans_in_each_other_and_across_each_other_are_told_apart() -> None:
    pieces = list(find_pieces("abcdefgh", [(0, 8), (1, 3), (2, 5), (5, 6)]))
    assert "".join(piece.text for piece in pieces) == "[1>a[2>b[3>c<2]de<3][4>f<4]gh<1]"
    assert [(piece.text, piece.number) for piece in pieces if not piece.is_mark] == [
        *(("a", 1), ("b", 2), ("c", 3), ("de", 3), ("f", 4), ("gh", 1), ("", 0))
    ]


def test_an_article_cannot_write_marks_of_its_own() -> None:
    article = Article(text=f"[1>No.<1] [7> a<b [x]\n\n{FOOTER}")
    shown = make_text(article.source, find(article)).plain
    assert re.findall(r"\[\d+>|<\d+\]", shown) == ["[1>", "<1]"]
    assert "\\x5b1>No.\\x3c1] \\x5b7> a<b [x]" in shown


@pytest.mark.parametrize("arguments", [["-o", "x.jsonl"], ["--to", "x"], ["--format", "csv"]])
def test_a_form_of_output_contradicts_it(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(FOOTER)
    done = run("a.txt", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--show" in done.stderr


@pytest.mark.parametrize(("no_color", "has_colours"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_shows_colours_unless_they_are_not_wanted(
    tmp_path: Path, no_color: dict[str, str], has_colours: bool
) -> None:
    (tmp_path / "a.txt").write_text(f"\x1b]0;evil\x07{'long ' * 60}\n\n{FOOTER}\n")
    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    environment |= {"TERM": "xterm-256color", "COLUMNS": "80", "PYTHONUTF8": "1", **no_color}
    command = [*COMMAND, "find", str(tmp_path), "--show", "-q"]
    assert subprocess.run(command, stdout=theirs, env=environment, check=False).returncode == 0
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode().replace("\r\n", "\n")
    os.close(ours)
    assert is_safe(shown)
    assert "\x1b[1;4;32m" in shown if has_colours else not re.search(r"\x1b\[[0-9;]*3[0-9]", shown)
    assert "\\x1b]0;evil\\x07" + "long " * 60 in SGR.sub("", shown)


def test_what_the_encoding_of_the_output_lacks_is_shown_as_its_code(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"東京\n\n{FOOTER}", "utf-8")
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    command = [*COMMAND, "find", str(tmp_path), "--show"]
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert b"\\u6771\\u4eac" in done.stdout
