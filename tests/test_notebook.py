"""The notebook in docs/ runs from a folder of articles to its three plots, and is kept without what it printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).resolve().parents[1] / "docs"
NOTEBOOK = DOCS / "notebook.ipynb"
# In a process of its own: what Jupyter warns of is not ours to mend.
RUN = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
resources = {"metadata": {"path": sys.argv[2]}}
NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
nbformat.write(notebook, sys.argv[3])
"""


def read_cells(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cells"]
    return cells


@pytest.mark.loopback
def test_it_runs_and_draws_three_plots(tmp_path: Path) -> None:
    desk = tmp_path / "docs"
    desk.mkdir()
    (tmp_path / "fixtures").symlink_to(DOCS.parent / "fixtures")
    done = tmp_path / "done.ipynb"
    command = [sys.executable, "-c", RUN, str(NOTEBOOK), str(desk), str(done)]
    environment = os.environ | {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    outputs = [output for cell in read_cells(done) for output in cell.get("outputs", [])]
    kinds = [kind for output in outputs for kind in output.get("data", {})]
    assert kinds.count("image/png") == 3
    assert {output["output_type"] for output in outputs} <= {"stream", "display_data", "execute_result"}
    assert not [output for output in outputs if output.get("name") == "stderr"]
    shown = "".join("".join(output.get("text", "")) for output in outputs)
    assert shown.startswith("28 articles, ")
    assert shown.endswith(" 0 problems\n")
    tables = ["".join(output["data"]["text/html"]) for output in outputs if "text/html" in output.get("data", {})]
    assert "<caption>Citation</caption>" in tables[0]


def test_it_has_ten_cells_and_no_outputs() -> None:
    cells = read_cells(NOTEBOOK)
    assert len(cells) == 10
    assert [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []
    assert {key for cell in cells for key in cell["metadata"]} == set()
