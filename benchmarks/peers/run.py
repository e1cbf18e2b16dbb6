"""Run other tools on the fixtures that show the known forms of embeds, and keep what they gave.

    python -m benchmarks.peers.run                  all of them, each in an environment of its own
    python -m benchmarks.peers.run --only goose3    one of them; what is kept of the others stays

Needs a package index, and writes `benchmarks/peers/results.json`, out of which tools/make_coverage.py makes a table. A
tool that cannot be installed is named there with the reason.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .probes import TOOLS

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.json"
FIXTURES = HERE.parents[1] / "fixtures"
_SHOWN = 30
# What a tool imports and, with what is new on the index, no longer brings along.
_BESIDE = {"trafilatura": ("lxml_html_clean",)}


@dataclass(slots=True, frozen=True)
class Case:
    """A fixture: its name, its source and what a reader sees in it."""

    name: str
    source: str
    is_html: bool
    citations: list[dict[str, Any]]

    def as_line(self) -> str:
        """The case as a probe reads it."""
        return json.dumps({"name": self.name, "html" if self.is_html else "text": self.source}) + "\n"


def read_cases() -> Iterator[Case]:
    """Read every fixture that shows a row of the table."""
    for expected in sorted(FIXTURES.glob("*/*/expected.json")):
        known = json.loads(expected.read_text("utf-8"))
        if "row" in known:
            (article,) = expected.parent.glob("article.*")
            name = f"{expected.parent.parent.name}/{expected.parent.name}"
            source = article.read_bytes().decode("utf-8-sig")
            yield Case(name, source, article.suffix == ".html", known["citations"])


def judge(case: Case, found: list[str], *, is_text: bool) -> tuple[int, int]:
    """How many of the citations a tool found, and how many answers are none of them.

    An answer is one of them that holds the post's id; where none is known, its handle, else the first of its words. An
    extractor's answer is its text: a post is kept when its words are.

    >>> judge(Case("a", "", True, [{"post_id": "20", "text": "Rain."}]), ["id=20", "id=21"], is_text=False)
    (1, 1)
    """
    if is_text:
        return sum(_mark_in_text(one) in found[0] for one in case.citations), 0
    marks = [_mark(one) for one in case.citations]
    quoted = [str(one["quoted"]).rpartition("/")[2] for one in case.citations if one.get("quoted")]
    strange = [one for one in found if not any(mark in one for mark in (*marks, *quoted))]
    return sum(any(mark in one for one in found) for mark in marks), len(strange)


def _mark(citation: dict[str, Any]) -> str:
    known = citation.get("post_id") or citation.get("handle") or citation.get("text")
    return str(known).rpartition("/")[2][:_SHOWN]


def _mark_in_text(citation: dict[str, Any]) -> str:
    words = citation.get("text")
    return str(words).partition("\n")[0][:_SHOWN] if words else _mark(citation)


def ask(tool: str, cases: list[Case]) -> dict[str, Any]:
    """Install a tool by itself and put every case to it."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder, "bin", "python")
        pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", tool, *_BESIDE.get(tool, ()))
        installed = subprocess.run(pip, stderr=subprocess.PIPE, text=True)
        if installed.returncode:
            return {"missing": installed.stderr.strip().splitlines()[-1]}
        done = subprocess.run(
            (python, HERE / "probes.py", tool),
            input="".join(case.as_line() for case in cases),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    first, *answers = map(json.loads, done.stdout.splitlines())
    given = {answer["name"]: _outcome(tool, case, answer) for case, answer in zip(cases, answers, strict=True)}
    return {"version": first["version"], "cases": given}


def _outcome(tool: str, case: Case, answer: dict[str, Any]) -> Any:
    """`[found, of, strange]`, the name of what it raised, or null where it does not take such input."""
    if "raises" in answer:
        return answer["raises"]
    if answer["found"] is None or (tool == "trafilatura" and not case.citations):
        return None
    found, strange = judge(case, answer["found"], is_text=tool == "trafilatura")
    return [found, len(case.citations), strange]


def main() -> int:
    parser = argparse.ArgumentParser(description="Run other tools on the fixtures and keep what they gave.")
    parser.add_argument("--only", choices=sorted(TOOLS), help="run one tool alone")
    only = parser.parse_args().only
    cases = list(read_cases())
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    for tool in [only] if only else TOOLS:
        results[tool] = ask(tool, cases)
        print(f"{tool}: {results[tool].get('version') or results[tool]['missing']}")
    RESULTS.write_text(_format(results), "utf-8", newline="\n")
    return 0


def _format(results: dict[str, Any]) -> str:
    """JSON with a case a line, so that a difference can be read."""
    tools = (f"{json.dumps(tool)}: {_format_tool(results[tool])}" for tool in TOOLS if tool in results)
    return "{\n" + ",\n".join(tools) + "\n}\n"


def _format_tool(result: dict[str, Any]) -> str:
    if "missing" in result:
        return json.dumps(result)
    cases = ",\n".join(f"  {json.dumps(name)}: {json.dumps(given)}" for name, given in result["cases"].items())
    return f'{{"version": {json.dumps(result["version"])}, "cases": {{\n{cases}\n}}}}'


if __name__ == "__main__":
    sys.exit(main())
