"""The tour shows all of it without a network, and what it leaves behind is an archive that others can read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from amberpost import Archive
from amberpost.archive.care.check import check
from amberpost.commands.demo import SAMPLES, run_demo

SEED = Path(__file__).resolve().parents[1] / "fixtures" / "articles" / "2024-11-29-aleppo.txt"

pytestmark = pytest.mark.loopback


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """A folder with the article that the project started from, which is not among the demo's own."""
    folder = tmp_path / "seed"
    folder.mkdir()
    (folder / SEED.name).write_bytes(SEED.read_bytes())
    return folder


def take_tour(*arguments: Path | str, articles: Path = SAMPLES) -> tuple[int, list[str]]:
    said: list[str] = []
    return run_demo(*arguments, articles=articles, say=said.append), said


def find_answers(archive: Path) -> Iterator[tuple[str, int]]:
    """What FastWARC finds in the segments: each response's URL and status."""
    for segment in sorted((archive / "warc").iterdir()):
        with segment.open("rb") as file:
            for record in ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=False):
                assert record.verify_block_digest(consume=False)
                record.parse_http()
                assert record.http_headers is not None
                yield record.headers["WARC-Target-URI"], record.http_headers.status_code or 0


def test_it_names_its_commands_in_order_and_finds_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = take_tour()
    assert code == 0
    assert [line.split()[2] for line in said if line.startswith("   $ amberpost")] == [
        *("find", "archive", "archive", "export", "status", "check")
    ]
    assert "   10 citations in 4 articles." in said
    assert "   38 exchanges, 14.4 kB, every one of them stored; 1 link still waits." in said
    assert "   7 exchanges, 2.1 kB, every one of them stored; 1 link still waits." in said
    assert "   @signeakerlind     same           gone         told by memento" in said
    assert "   @samer_halbouni    probably-same  gone         told by nobody" in said
    assert "   All is as it was stored." in said
    assert capsys.readouterr().err == ""


def test_every_kind_of_redirect_leads_to_its_end() -> None:
    _, said = take_tour()
    ways = {words[0]: words[1:] for line in said if len(words := line.split()) > 3 and words[1] in ("200", "301")}
    marathon = "301 > 200 > 200 > 200 https://lindmarpost.example/2024/06/heat"  # t.co, meta refresh, Refresh, page
    assert " ".join(ways["https://t.co/yYtdxWWxp0"]) == marathon
    assert " ".join(ways["https://t.co/AtTSjecx8G"]).startswith("301 > 503 https://busy.example/reading-list (pending:")
    assert len(ways) == 10


def test_the_seed_s_links_are_captured_hop_by_hop(tmp_path: Path, seed: Path) -> None:
    code, _ = take_tour(tmp_path / "kept", articles=seed)
    assert code == 0
    posts = {"02OQCDI90m": "Faytuks", "mdGMmhq0KF": "KyivPost", "eCYD2wUJp8": "Charles_Lister"}
    posts["G9HWDH8UOK"] = "clashreport"
    with Archive(tmp_path / "kept" / "archive") as archive:
        for short, handle in posts.items():
            resolution = archive.resolve(f"https://pic.twitter.com/{short}")
            assert resolution is not None
            assert resolution.state == "captured"
            assert resolution.final_url.startswith(f"https://x.com/{handle}/status/")
            assert all(hop.capture for hop in resolution.hops)
    answers = dict(find_answers(tmp_path / "kept" / "archive"))
    assert answers["https://t.co/02OQCDI90m"] == 301
    assert len(answers) >= 5 + 1  # each short link, and one page: the others are revisits of it
    assert list(check(tmp_path / "kept" / "archive")) == []


def test_a_second_tour_fetches_nothing_twice(tmp_path: Path) -> None:
    take_tour(tmp_path / "kept")
    before = list(find_answers(tmp_path / "kept" / "archive"))
    code, said = take_tour(tmp_path / "kept")
    assert code == 0
    assert "   0 exchanges, 0 bytes, every one of them stored; 1 link still waits." in said
    assert list(find_answers(tmp_path / "kept" / "archive")) == before


def test_it_keeps_out_of_folders_with_other_things(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    assert take_tour(tmp_path) == (2, [])
    assert take_tour(tmp_path / "thesis.txt") == (2, [])
    assert {path.name for path in tmp_path.iterdir()} == {"thesis.txt"}
    assert capsys.readouterr().err.count("name one for the demo to make") == 2


def test_it_keeps_out_of_a_folder_that_has_the_names_of_its_own_things(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "citations.jsonl").write_text("mine")
    (tmp_path / "archive").mkdir()
    assert take_tour(tmp_path) == (2, [])
    assert (tmp_path / "citations.jsonl").read_text() == "mine"
    assert take_tour("") == (2, [])
    assert capsys.readouterr().err.count("name one for the demo to make") == 2


def test_it_runs_from_anywhere_as_a_command(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from amberpost.cli import main; main()", "demo", "tour"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "tour" / "archive" / "archive.db").is_file()
