"""What `import amberpost` and `find` must not load, open or touch: told by fresh interpreters about themselves."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

SEED = Path(__file__).resolve().parents[1] / "fixtures" / "articles" / "2024-11-29-aleppo.txt"


def run(code: str, *arguments: str) -> str:
    """What a fresh interpreter prints that runs `code`; warnings are errors there too."""
    command = [sys.executable, "-W", "error", "-c", code, *arguments]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"}, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


HEAVY = "httpx httpcore tenacity bs4 lxml pyarrow pyspark rich typer pydantic playwright charset_normalizer babel"
SHOW_LOADED = f"import sys; print(*sorted(set({HEAVY!r}.split()) & set(sys.modules)))"


def test_import_loads_nothing_heavy() -> None:
    assert run(f"import amberpost; {SHOW_LOADED}") == ""
    assert run(f"import amberpost.models; {SHOW_LOADED}") == "pydantic"  # the look at what is loaded sees it


@pytest.mark.parametrize("package", ["amberpost", "amberpost.spark"])
def test_completion_and_help_show_the_public_names_and_no_others(package: str) -> None:
    shown = f"import {package} as package; print(sorted({{*dir(package)}} - {{*package.__all__}}), *package.__all__)"
    others, *names = run(shown).split(" ")
    assert others == ("['__version__']" if package == "amberpost" else "[]")
    inner = "import rlcompleter; complete = rlcompleter.Completer({'package': package}).complete"
    texts = "iter(lambda at=iter(range(99)): complete('package.', next(at)), None)"
    completed = run(f"import {package} as package; {inner}; print(*{texts})").replace("(", "").replace(")", "").split()
    assert completed == [f"package.{name}" for name in names]
    told = run(f"import pydoc; print(pydoc.render_doc({package!r}, renderer=pydoc.plaintext))")
    assert [name for name in names if f"class {name}(" not in told and f"    {name}(" not in told] == []


TIMED = "import time; begin = time.process_time(); import {}; print(time.process_time() - begin)"
ONE_MODEL = "import pydantic\n\n\nclass One(pydantic.BaseModel):\n    name: str\n    size: int = 0\n"


def test_import_costs_no_more_than_one_model(tmp_path: Path) -> None:
    (tmp_path / "one_model.py").write_text(ONE_MODEL, "utf-8")
    beside = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {TIMED}"
    rounds = [(float(run(TIMED.format("amberpost"))), float(run(beside.format("one_model")))) for _ in range(5)]
    ours, theirs = (statistics.median(column) for column in zip(*rounds, strict=True))
    assert ours <= 1.5 * theirs, f"{ours:.3f} s against {theirs:.3f} s"


# Counts what the interpreter itself reports, so that no library can go round it.
WATCH = """
import sys
EVENTS = []
TOUCHES = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "subprocess.", "os.system", "os.exec", "os.fork",
           "os.posix_spawn", "os.spawn", "webbrowser.")
FILES = ("open", "os.listdir", "os.scandir", "os.rename", "os.remove", "os.mkdir", "sqlite3.")
def watch(event, arguments):
    if event.startswith(WATCHED):
        EVENTS.append(event)
sys.addaudithook(watch)
WATCHED = TOUCHES
"""
FIND = """
import amberpost
with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
text = "See https://x.com/some_one/status/20, it said.\\n\\n" + text
text += "\\n\\nPluie. \\u2014 A (@a) 3 d\\u00e9cembre 2020\\n"
found = amberpost.find(text)
assert {citation.kind for citation in found} == {"embed", "link", "credit"}, found
"""
NETWORK = "ssl http.client urllib.request asyncio httpx httpcore requests ftplib smtplib"


def test_find_touches_no_network() -> None:
    assert run(f"{WATCH}{FIND}print(*EVENTS)", str(SEED)) == ""


def test_find_loads_no_network_code() -> None:
    assert run(f"import sys{FIND}print(*(set({NETWORK!r}.split()) & set(sys.modules)))", str(SEED)) == ""


def test_find_opens_no_file_once_it_is_loaded() -> None:
    assert run(f"{WATCH}{FIND}WATCHED = TOUCHES + FILES\namberpost.find(text + ' ')\nprint(*EVENTS)", str(SEED)) == ""


@pytest.mark.parametrize(
    ("code", "event"),
    [
        ("import socket; socket.socket().connect_ex(('127.0.0.1', 9))", "socket.connect"),
        ("import socket; socket.getaddrinfo('localhost', 9)", "socket.getaddrinfo"),
        ("import subprocess; subprocess.run([sys.executable, '-c', ''])", "subprocess.Popen"),
        ("WATCHED = FILES; open(sys.executable, 'rb').close()", "open"),
    ],
)
def test_the_watch_sees(code: str, event: str) -> None:
    assert event in run(f"{WATCH}{code}\nprint(*EVENTS)").split()
