"""The command line: what a person and a pipe see, exit codes, and that nothing from an article is obeyed."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from amberpost import Article, find
from amberpost.cli import app
from amberpost.commands.find import Forms, count_cores, parse_forms
from amberpost.commands.terminal import SafeStream, format_line, printable
from amberpost.models import ReadError, WriteError

COMMAND = [sys.executable, "-m", "amberpost"]
FOOTER = "Rain in the street. — Ada Wren (@adawren) November 29, 2024"


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, ["find", *map(str, arguments)], input=stdin)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        (folder / name).write_text(f"{name}\n\n{FOOTER}\n\nThe end.\n")
    return folder


def test_ctrl_c_while_the_program_is_loaded_ends_it_quietly(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt")
    done = subprocess.run(COMMAND, cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_in_a_pipe_records_are_jsonl_and_nothing_else_is_said(news: Path) -> None:
    done = run(news)
    assert (done.exit_code, done.stderr) == (0, "")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["article"], row["handle"], row["schema"]) for row in rows] == [
        (f"{n}.txt", "adawren", 1) for n in "abc"
    ]


def test_format_names_the_form_of_the_pipe(news: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run(news, "--format", "csv").stdout)))
    assert [row["handle"] for row in rows] == ["adawren"] * 3


def test_standard_input_and_output_have_each_their_form() -> None:
    stdin = f'text,id\n"{FOOTER}",n-1\n'
    assert json.loads(run("-", "--format", "csv", stdin=stdin).stdout)["article"] == "n-1"
    assert run("-", "--format", "csv,csv", stdin=stdin).stdout.startswith("id,article,")
    assert json.loads(run("-", stdin=FOOTER).stdout)["article"] == "-"
    assert json.loads(run("-", stdin=json.dumps({"text": FOOTER})).stdout)["article"] == "-#1"


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.csv", "x.db"])
def test_output_goes_to_the_file_and_standard_output_stays_empty(news: Path, tmp_path: Path, name: str) -> None:
    done = run(news, "-o", tmp_path / name)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / name).stat().st_size > 100


def test_an_output_among_the_input_is_not_read_back(news: Path) -> None:
    for _ in range(2):
        assert run(news, "-o", news / "out.jsonl").exit_code == 0
        assert (news / "out.jsonl").read_text().count("\n") == 3


def test_what_cannot_be_read_is_named_with_exit_code_1_and_the_rest_is_done(news: Path, tmp_path: Path) -> None:
    (news / "b.txt").write_bytes(b"")
    done = run(news, "-o", tmp_path / "x.jsonl")
    assert done.exit_code == 1
    assert done.stderr == "problem: b.txt: is empty (nothing to search; remove it or fetch it again)\n"
    assert (tmp_path / "x.jsonl").read_text().count("\n") == 2
    assert json.loads((tmp_path / "x.problems.jsonl").read_text())["source"] == "b.txt"
    assert run(news, "-q").stderr == ""


def test_a_folder_without_articles_gives_an_empty_output_and_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run(tmp_path / "empty", "-o", tmp_path / "x.jsonl")
    assert (done.exit_code, (tmp_path / "x.jsonl").read_bytes()) == (1, b"")
    assert "holds no file to read" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["gone"],
        ["."] * 2 + ["gone.txt"],
        [".", "-o", "x.xlsx"],
        [".", "-o", "gone/x.jsonl"],
        [".", "--encoding", "utf-9"],
        [".", "--format", "xml"],
        [".", "--kind", "tweet"],
        [".", "--jobs", "0"],
        [".", "--no-such-flag"],
        ["--files-from", "gone"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_in_a_line_with_exit_code_2(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["https://news.example/a.html"], "is an address, and find asks no network: save the page as .html"),
        ([""], "the name of what is to be read is empty: is a variable of the shell not set?"),
        ([".", "-o", "."], ".: is a folder: name a file in it"),
        ([".", "-o", "sub"], "sub: is a folder: name a file in it"),
        ([".", "-o", "x.xlsx"], "amberpost: x.xlsx: Amberpost writes .jsonl"),
        ([".", "-o", "-"], "-: names no file: without -o records go to standard output"),
        ([".", "-o", ""], "the name of the output is empty: is a variable of the shell not set?"),
        ([".", "--to", ""], "the name of the output is empty: is a variable of the shell not set?"),
        (["--files-from", ""], "the name of what is to be read is empty: is a variable of the shell not set?"),
        (["~/news"], "~/news: nobody read ~ as your home: write $HOME"),
        ([".", "--to=~/found"], "~/found: nobody read ~ as your home: write $HOME"),
        ([".", "--output=~/x.csv"], "~/x.csv: nobody read ~ as your home: write $HOME"),
    ],
)
def test_what_is_no_file_to_read_or_write_is_told_with_what_to_do(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sub").mkdir()
    done = run(*arguments)
    assert (done.exit_code, words in done.stderr) == (2, True), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["sub"]


def test_options_reach_the_readers_and_the_finder(news: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text(f'key,body,day,head,link\nn-1,"{FOOTER}",2024-11-30,Rain,https://news.example/1\n')
    columns = ["--text-column", "body", "--id-column", "key", "--date-column", "day", "--title-column", "head"]
    row = json.loads(run(rows, *columns, "--url-column", "link").stdout)
    assert [row[f"article{part}"] for part in ("", "_date", "_title", "_url")] == [
        "n-1",
        "2024-11-30",
        "Rain",
        "https://news.example/1",
    ]
    assert run(news, "--platform", "instagram").stdout == ""
    assert run(news, "--kind", "credit").stdout == ""
    assert run(news, "--include", "b*").stdout.count("\n") == 1
    assert run(news, "--exclude", "b*", "--exclude", "c*").stdout.count("\n") == 1
    (tmp_path / "list").write_text(f"{news}/c.txt\n")
    assert json.loads(run("--files-from", tmp_path / "list").stdout)["article"] == f"{news}/c.txt"
    assert run(news, "-v").stderr.splitlines()[-1].startswith("3 articles, 3 citations, 0 problems")


def test_help_shows_every_flag_and_examples_that_run(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = run("--help").stdout
    for flag in ("--output", "--kind", "--mentions", "--files-from", "--jobs", "--url-column", "--quiet"):
        assert flag in text
    monkeypatch.chdir(tmp_path)
    news.rename("articles")
    Path("news.csv").write_text(f'body\n"{FOOTER}"\n')
    examples = re.findall(r"amberpost (find \S.*?)(?:   .*| [|>] .*)?$", text, re.MULTILINE)
    assert len(examples) >= 5
    for example in examples:
        done = CliRunner().invoke(app, shlex.split(example), input=json.dumps({"text": FOOTER}))
        assert (example, done.exit_code, done.stderr) == (example, 0, "")


@pytest.mark.parametrize(
    "command",
    ["find", "archive", "status", "report", "export", "replay", "check", "forget", "merge", "demo"],
)
def test_exit_codes_are_told_within_the_width_of_a_terminal(command: str) -> None:
    text = CliRunner(env={"COLUMNS": "80"}).invoke(app, [command, "--help"]).stdout
    (told,) = (part for part in text.split("\n\n") if part.lstrip().startswith("Exit codes:"))
    assert max(map(len, told.splitlines())) <= 80


def test_the_version_is_shown_quickly_without_the_finder() -> None:
    code = "import sys; from amberpost import cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"pydantic", "amberpost.flow"} & set(done.stdout.split()) == set()
    assert CliRunner().invoke(app, ["--version"]).stdout.startswith("amberpost 0.")


@pytest.mark.parametrize(
    ("value", "paths", "forms"),
    [
        (None, ["-"], Forms(None, None)),
        ("jsonl", ["-"], Forms("jsonl", None)),
        ("jsonl", ["a.txt"], Forms(None, "jsonl")),
        ("text", ["a.log"], Forms("text", None)),
        ("text,csv", ["-"], Forms("text", "csv")),
    ],
)
def test_one_format_is_that_of_the_input_when_its_name_does_not_tell(
    value: str | None, paths: list[str], forms: Forms
) -> None:
    assert parse_forms(value, paths=paths, output=None) == forms


def test_a_format_that_cannot_be_or_that_contradicts_is_refused() -> None:
    with pytest.raises(ReadError):
        parse_forms("xml", paths=["-"], output=None)
    with pytest.raises(WriteError, match="is read as its suffix says"):
        parse_forms("text", paths=["a.txt"], output=None)
    with pytest.raises(WriteError):
        parse_forms("csv", paths=["a.txt"], output="x.jsonl")


def test_the_cores_that_may_be_used_are_at_least_one() -> None:
    assert 1 <= count_cores() <= (os.cpu_count() or 1)


PAYLOADS = {
    "\x1b[31mred": "\\x1b[31mred",
    "\x1b]0;title\x07": "\\x1b]0;title\\x07",
    "a\x9b31m": "a\\x9b31m",
    "\u202egnp.exe": "\\u202egnp.exe",
    "\u2066a\u2069": "\\u2066a\\u2069",
    "zero\u200bwidth\ufeff": "zero\\u200bwidth\\ufeff",
    "back\x08space\x7f": "back\\x08space\\x7f",
    "tag\U000e0041": "tag\\U000e0041",
    "half\udc80": "half\\udc80",
    "a\r\n\tb\u2028c\xa0d": "a b c d",
    "\x00\x1c\x85": "\\x00 \\x1c\\x85 ",
    "Örebro — “東京” 🏆": "Örebro — “東京” 🏆",
}


@pytest.mark.parametrize("text", PAYLOADS, ids=map(repr, PAYLOADS.values()))
def test_nothing_that_a_terminal_would_obey_is_printed(text: str) -> None:
    assert printable(text) == PAYLOADS[text]
    assert printable(printable(text)) == printable(text)


def test_a_line_shows_who_when_what_and_where_within_the_width() -> None:
    (citation,) = find(Article(id="news/a.txt", text=FOOTER))
    assert format_line(citation, width=200) == (
        "2024-11-29  embed    twitter    @adawren          Rain in the street.  news/a.txt"
    )
    (citation,) = find(Article(id="a", text="Rain " * 100 + "— Ada Wren (@adawren) November 29, 2024"))
    assert len(format_line(citation, width=100)) == 100


def test_json_for_a_terminal_stays_json_without_control_characters() -> None:
    data = json.dumps({"a": "ö\x9b\u202e\x7f"}, ensure_ascii=False).encode() + b"\n"
    stream = SafeStream(file := io.StringIO())
    for at in range(len(data)):
        stream.write(data[at : at + 1])
    assert json.loads(file.getvalue()) == json.loads(data)
    assert file.getvalue().rstrip("\n").isprintable()


def run_on_terminal(*arguments: str, stdout_too: bool) -> tuple[int, str, str]:
    """Run the command with standard error, and perhaps standard output, on a pseudo-terminal."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120", "NO_COLOR": "1"}
    stdout = theirs if stdout_too else subprocess.PIPE
    with subprocess.Popen([*COMMAND, "find", *arguments], stdout=stdout, stderr=theirs, env=environment) as process:
        os.close(theirs)
        shown = b""
        while block := _read(ours):
            shown += block
        piped = process.stdout.read() if process.stdout else b""
        process.wait()
    os.close(ours)
    return process.returncode, shown.decode(), piped.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other end is closed
        return b""


def test_on_a_terminal_each_citation_is_a_safe_line_and_a_table_closes(news: Path) -> None:
    (news / "b.txt").write_text("Rain \x1b[31mand\u202e so on. — Ada Wren (@adawren) November 29, 2024\n")
    (news / "\x1b[2Jodd.txt").write_text("")
    code, shown, _ = run_on_terminal(str(news), stdout_too=True)
    assert code == 1
    assert "2024-11-29  embed    twitter    @adawren          Rain \\x1b[31mand\\u202e so on.  b.txt" in shown
    assert "problem: \\x1b[2Jodd.txt: is empty" in shown
    assert "\x1b[31m" not in shown
    assert "\x1b[2J" not in shown
    assert "3 articles, 3 citations, 1 problem" in shown


def test_with_an_output_file_a_terminal_shows_progress_and_the_table(news: Path, tmp_path: Path) -> None:
    code, shown, _ = run_on_terminal(str(news), "-o", str(tmp_path / "x.jsonl"), stdout_too=False)
    assert code == 0
    assert "time left" in shown
    assert "twitter" in shown
    assert "3 articles, 3 citations, 0 problems" in shown
    assert run_on_terminal(str(news), "-q", "-o", str(tmp_path / "x.jsonl"), stdout_too=False)[1] == ""


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text((json.dumps({"text": FOOTER}) + "\n") * 3000)
    with subprocess.Popen(
        [*COMMAND, "find", str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith("{")
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(20) == 0


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks at processes by /proc")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ctrl_c_ends_all_processes_and_leaves_the_old_output(tmp_path: Path, number: signal.Signals, code: int) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    text = f"{FOOTER}\n\n" * 200
    for name in range(4000):
        (folder / f"{name}.txt").write_text(text if name % 10 == 0 else "It rains.")
    (tmp_path / "x.jsonl").write_text("old")
    with subprocess.Popen(
        [*COMMAND, "find", str(folder), "-o", str(tmp_path / "x.jsonl"), "--jobs", "2"],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        children = _wait_for_children(process.pid, count=2)
        os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
        assert process.stderr
        assert process.stderr.read() == ""
        assert process.wait(20) == code
    assert (tmp_path / "x.jsonl").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["news", "x.jsonl"]
    until = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < until:
        time.sleep(0.01)
    assert not [child for child in children if Path(f"/proc/{child}").exists()]


def _wait_for_children(pid: int, *, count: int) -> list[int]:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        if len(children) >= count:
            time.sleep(0.3)
            return children
        time.sleep(0.01)
    pytest.fail("no worker was started")


def rows_of(folder: Path, name: str = "rows.jsonl") -> Path:
    path = folder / name
    path.write_text((json.dumps({"text": FOOTER}) + "\n") * 3)
    return path


@pytest.mark.parametrize("output", ["rows.jsonl", "link.jsonl", "folder/../rows.jsonl"])
def test_an_output_that_is_what_is_read_is_refused_and_nothing_lost(
    output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = rows_of(tmp_path).read_bytes()
    Path("link.jsonl").symlink_to("rows.jsonl")
    Path("folder").mkdir()
    Path("list").write_text("rows.jsonl\n")
    for arguments in (["rows.jsonl"], ["link.jsonl"], ["--files-from", "list"]):
        done = run(*arguments, "-o", output)
        assert (done.exit_code, "name another file" in done.stderr) == (2, True)
    with Path("rows.jsonl").open() as stdin:
        line = [*COMMAND, "find", "-", "-o", output]
        assert subprocess.run(line, stdin=stdin, capture_output=True, check=False).returncode == 2
    assert Path("rows.jsonl").read_bytes() == before


def test_an_article_in_a_folder_is_no_output_but_one_of_ours_is_replaced(news: Path) -> None:
    before = rows_of(news).read_bytes()
    done = run(news, "-o", news / "rows.jsonl")
    assert (done.exit_code, "is among the articles" in done.stderr) == (2, True)
    assert (news / "rows.jsonl").read_bytes() == before
    assert run(news, "--exclude", "rows*", "-o", news / "rows.jsonl").exit_code == 0  # nobody reads it then
    for name in ("x.csv", "x.jsonl.gz", "x.parquet"):
        for _ in range(2):
            assert run(news, "--include", "*.txt", "--include", "x.*", "-o", news / name).exit_code == 0
        (news / name).unlink()


def test_where_nothing_could_be_read_the_earlier_output_stays(news: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    for name in ("x.jsonl", "x.csv", "x.db"):
        assert run(news, "-o", tmp_path / name).exit_code == 0
        before = (tmp_path / name).read_bytes()
        done = run(tmp_path / "empty.txt", "-o", tmp_path / name)
        assert (done.exit_code, "left as it was" in done.stderr) == (1, True)
        assert (tmp_path / name).read_bytes() == before
    assert not list(tmp_path.glob(".amberpost*"))
    (tmp_path / "none.txt").write_text("Nobody is cited.")
    assert run(tmp_path / "none.txt", "-o", tmp_path / "x.jsonl").exit_code == 0
    assert (tmp_path / "x.jsonl").read_bytes() == b""


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["--platform", "nope"], "it is one of bilibili, bluesky"),
        (["--platform", "x"], "say 'twitter'"),
        (["--platform", "Twitter"], "say 'twitter'"),
        (["--platform", "IG", "--show"], "say 'instagram'"),
        (["--platform", "YT", "--to", "found"], "say 'youtube'"),
    ],
    ids=str,
)
def test_a_platform_that_nobody_knows_is_told_with_those_that_are(
    arguments: list[str], advice: str, news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(news, *arguments)
    assert (done.exit_code, done.stdout, advice in done.stderr) == (2, "", True)
    assert not Path("found").exists()


def test_a_list_of_paths_may_come_out_of_a_pipe(news: Path, tmp_path: Path) -> None:
    for name in ("/dev/stdin", "-"):
        line = [*COMMAND, "find", "--files-from", name]
        done = subprocess.run(line, input=f"{news}/a.txt\n".encode(), capture_output=True, check=False)
        assert (done.returncode, done.stdout.count(b"\n"), done.stderr) == (0, 1, b"")
        done = subprocess.run([*line, "--to", tmp_path / "to"], input=b"", capture_output=True, check=False)
        assert (done.returncode, b"cannot be read again" in done.stderr) == (2, True)


@pytest.mark.parametrize("more", [[], ["--show"], ["--to", "found"]], ids=str)
def test_what_is_wrong_with_the_only_file_is_said_of_its_path(
    more: list[str], news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(news.parent)
    Path("news/e.csv").write_text('text\n""\n')
    Path("news/b.txt").write_bytes(b"")
    assert run("news/e.csv", *more).stderr.startswith("problem: news/e.csv, row 1 (line 2): ")
    if not more:
        assert run("news/b.txt", "-o", "x.jsonl").stderr.startswith("problem: news/b.txt: is empty")
        assert json.loads(Path("x.problems.jsonl").read_text())["source"] == "b.txt"
        assert run("news").stderr.startswith("problem: b.txt: is empty")


def test_one_file_of_another_kind_is_one_file(news: Path) -> None:
    (news / "photo.jpg").write_bytes(b"")
    assert "1 file of other kinds" in run(news, "-v").stderr


@pytest.mark.parametrize("more", [["-"], ["--files-from", "-"], ["--files-from", "-", "--show"]], ids=str)
def test_standard_input_that_is_named_twice_is_refused(more: list[str]) -> None:
    done = run("-", *more, stdin=FOOTER)
    assert (done.exit_code, "read only once" in done.stderr) == (2, True)


def test_standard_input_that_is_closed_is_empty() -> None:
    done = subprocess.run(["sh", "-c", f"{shlex.join([*COMMAND, 'find', '-'])} <&-"], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"problem: -: is empty")


def test_a_list_of_paths_that_names_standard_input_does_not_read_itself(news: Path) -> None:
    line = [*COMMAND, "find", "--files-from", "-"]
    done = subprocess.run(line, input=f"-\n{news}/a.txt\n".encode(), capture_output=True, check=False)
    assert (done.returncode, done.stdout.count(b"\n")) == (1, 1)
    assert done.stderr.decode() == "problem: -: is the list that it stands in (not read; leave it out)\n"
    (news / "list").write_text(f"-\n-\n{news}/a.txt\n")
    line = [*COMMAND, "find", "--files-from", str(news / "list")]
    done = subprocess.run(line, input=FOOTER.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stdout.count(b"\n"), done.stderr.count(b"was read before")) == (1, 2, 1)


@pytest.mark.parametrize("more", [[], ["--show"], ["--to", "found"]], ids=str)
def test_quiet_is_quiet_whatever_else_is_asked(more: list[str], news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(news.parent)
    assert run("news", "-v", *more).stderr != ""
    assert run("news", "-v", "-q", *more).stderr == ""
