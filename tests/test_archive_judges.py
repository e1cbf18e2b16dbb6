"""What the archive writes, judged by others' tools: warcio, FastWARC, gzip, and pywb, which replays every answer."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_socket
from typer.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from amberpost import Article, find
from amberpost.archive.care.check import check
from amberpost.archive.disk.reading import Reader
from amberpost.archive.exchange.answers import parse_answer
from amberpost.archive.records import Capture
from amberpost.cli import app
from judged import AGAIN, CATALOGUED, HOSTILE, PLAIN, SEED, make_archive, make_revisits

pytestmark = pytest.mark.loopback

BIN = Path(sys.executable).parent
DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "archive.md"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that the small internet and the hostile servers say."""
    pytest_socket.enable_socket()  # a fixture of a module is made before the marker of its first test counts
    folder = tmp_path_factory.mktemp("judged") / "kept"
    make_archive(folder)
    return folder


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One page at several addresses, so that there are revisits."""
    pytest_socket.enable_socket()
    folder = tmp_path_factory.mktemp("judged") / "again"
    make_revisits(folder)
    return folder


def segments(archive: Path) -> list[Path]:
    return sorted((archive / "warc").iterdir())


def run_judge(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=120, check=False)


class Record(NamedTuple):
    """A record as warcio reads it."""

    type: str
    uri: str
    block: bytes
    id: str


def read_records(archive: Path) -> Iterator[Record]:
    for segment in segments(archive):
        with segment.open("rb") as file:
            for item in ArchiveIterator(file, no_record_parse=True):
                fields = item.rec_headers
                block = item.raw_stream.read()
                yield Record(item.rec_type, fields["WARC-Target-URI"], block, fields["WARC-Record-ID"])


# Judges of the files ------------------------------------------------------------------------------------------------


def test_the_archives_hold_all_that_is_to_be_judged(kept: Path, again: Path) -> None:
    with Reader.read(kept) as archive:
        asked = {capture.url for capture in archive.captures()}
        cited = [url for citation in find(Article(text=SEED.read_text("utf-8"))) for url in citation.links]
        found = [archive.resolve(url) for url in cited]
        silent = {url for url, behaviour in HOSTILE.items() if not behaviour.said and not behaviour.again}
    assert {*CATALOGUED, *PLAIN, *HOSTILE} - silent <= asked
    assert len(cited) >= 5
    for resolution in found:
        assert resolution
        assert all(hop.capture for hop in resolution.hops)
        assert resolution.final_url.startswith("https://x.com/")
    kinds = [record.type for record in read_records(again)]
    assert (kinds.count("response"), kinds.count("revisit")) == (1, len(AGAIN) - 1)


@pytest.mark.parametrize("command", ["warcio check -v", "fastwarc check -p -q", "gzip -t", "amberpost check"])
def test_judges_find_nothing_wrong(kept: Path, command: str) -> None:
    name, *options = command.split()
    assert name == "gzip" or (BIN / name).exists()
    what = [kept] if name == "amberpost" else segments(kept)
    for path in what:
        done = run_judge(BIN / name if name != "gzip" else name, *options, path)
        assert (done.returncode, re.findall("(?i).*fail.*", done.stdout)) == (0, []), done.stderr


def test_judges_of_revisits_differ_only_where_the_payload_lies_elsewhere(again: Path, tmp_path: Path) -> None:
    (segment,) = segments(again)
    assert run_judge(BIN / "warcio", "check", "-v", segment).returncode == 0
    assert run_judge("gzip", "-t", segment).returncode == 0
    assert list(check(again)) == []
    run_judge(BIN / "fastwarc", "check", "-p", "-q", "-o", tmp_path / "said", segment)
    said = dict(line.rsplit(": ", 1) for line in (tmp_path / "said").read_text("utf-8").splitlines())
    wrong = {record: status for record, status in said.items() if "FAIL" in status}
    revisits = {record.id for record in read_records(again) if record.type == "revisit"}
    assert wrong == dict.fromkeys(revisits, "OK, PAYLOAD_FAIL")  # FastWARC takes the payload to be in the record


def rewrite_payload(data: bytes, words: bytes, others: bytes) -> bytes:
    """Swap words in the first response in whose block they stand, the member whole and of the same length unpacked."""
    for match in re.finditer(re.escape(b"\x1f\x8b\x08"), data):
        end = data.find(b"\x1f\x8b\x08", match.start() + 3)
        try:
            block = gzip.decompress(data[match.start() : end])
        except (EOFError, gzip.BadGzipFile, zlib.error):
            continue
        if words in block and b"WARC-Type: response" in block:
            return data[: match.start()] + gzip.compress(block.replace(words, others), mtime=0) + data[end:]
    raise AssertionError("the words stand nowhere")


@pytest.mark.parametrize("way", ["a flipped bit", "other words in a whole record"])
def test_tampering_is_seen_by_all_judges(again: Path, tmp_path: Path, way: str) -> None:
    archive = Path(shutil.copytree(again, tmp_path / "tampered"))
    (segment,) = segments(archive)
    data = bytearray(segment.read_bytes())
    if way == "a flipped bit":
        with Reader.read(archive) as reader:
            first = next(reader.captures())
        data[first.offset + first.length // 2] ^= 1
        segment.write_bytes(data)
    else:
        segment.write_bytes(rewrite_payload(bytes(data), b"Line 7 of a page", b"Line 8 of a page"))
    codes = {
        "warcio": run_judge(BIN / "warcio", "check", "-v", segment).returncode,
        "fastwarc": run_judge(BIN / "fastwarc", "check", "-q", segment).returncode,
        "gzip": run_judge("gzip", "-t", segment).returncode,
        "amberpost": CliRunner().invoke(app, ["check", str(archive)]).exit_code,
    }
    assert codes.pop("amberpost") == 1
    assert (codes.pop("gzip") != 0) == (way == "a flipped bit")  # it knows nothing of digests
    assert 0 not in codes.values(), codes


# The bytes ----------------------------------------------------------------------------------------------------------


def test_each_answer_of_the_catalogue_is_in_a_record_byte_for_byte_plain_and_over_tls(kept: Path) -> None:
    blocks = defaultdict(list)
    for record in read_records(kept):
        if record.type == "response":
            blocks[record.uri].append(record.block)
    served = CATALOGUED | {url: [answer] for url, answer in PLAIN.items()}
    for url, files in served.items():
        assert blocks[url], url
        assert blocks[url] == [files[min(turn, len(files) - 1)] for turn in range(len(blocks[url]))], url
        assert len(blocks[url]) >= len(files), url
    assert sum(url.startswith("https:") for url in served) > 100
    assert sum(url.startswith("http:") for url in served) > 100


def test_each_hostile_answer_is_kept_byte_for_byte_with_what_came_beside_it(kept: Path) -> None:
    parts: dict[str, list[bytes]] = defaultdict(list)
    for record in read_records(kept):
        if record.type == "request":
            parts[record.uri].clear()  # of several attempts the last
        elif record.type in ("response", "metadata"):
            parts[record.uri.removeprefix("urn:wire:")].append(record.block)
    finite = {url: each for url, each in HOSTILE.items() if each.ending in ("close", "hold") and each.said}
    assert len(finite) > 90
    for url, behaviour in finite.items():
        answer, *beside = parts[url]
        before, found, behind = behaviour.said.partition(answer)
        assert found, url
        assert before + behind == b"".join(beside), url


# Replay -------------------------------------------------------------------------------------------------------------


class Replayed(NamedTuple):
    """A capture, the status and the payload's digest that it has, and those that pywb replays."""

    capture: Capture
    had: tuple[int, str | None]
    got: tuple[int, str]


def find_complete(archive: Path) -> Iterator[tuple[Capture, tuple[int, str | None]]]:
    """The captures that are whole and valid HTTP, and what replay must show of them."""
    with Reader.read(archive) as reader:
        for capture in reader.captures():
            if capture.outcome != "ok" or capture.record_type == "metadata":
                continue
            with reader.open_answer(capture) as file:
                size = file.seek(0, 2)
                answer = parse_answer(file, size, closed=True)
            assert answer
            assert answer.complete
            yield capture, (answer.status, answer.payload_digest)


def index_by_pywb(archive: Path, path: Path) -> None:
    done = run_judge(sys.executable, "-m", "pywb.indexer.cdxindexer", "-j", "-s", "-o", path, *segments(archive))
    assert (done.returncode, path.exists()) == (0, True), done.stderr


@pytest.fixture(scope="module")
def indexes(kept: Path, again: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Collections for pywb: each archive by our index, and by its own."""
    root = tmp_path_factory.mktemp("collections")
    made = {}
    for archive in (kept, again):
        for index in ("ours", "theirs"):
            path = made[f"{archive.name}-{index}"] = root / f"{archive.name}-{index}" / "indexes" / "index.cdxj"
            path.parent.mkdir(parents=True)
            (path.parents[1] / "archive").symlink_to(archive / "warc")
        shutil.copy(archive / "index.cdxj", made[f"{archive.name}-ours"])
        index_by_pywb(archive, made[f"{archive.name}-theirs"])
    return made


@pytest.fixture(scope="module")
def replayed(kept: Path, again: Path, indexes: dict[str, Path]) -> dict[str, list[Replayed]]:
    """What pywb replays of all complete answers, by the index that it went by."""
    wanted = {name: list(find_complete(again if "again" in name else kept)) for name in indexes}
    asked = [
        json.dumps([name, re.sub(r"\D", "", capture.date)[:14], capture.url])
        for name in wanted
        for capture, _ in wanted[name]
    ]
    root = indexes["kept-ours"].parents[2]
    command = [sys.executable, str(Path(__file__).with_name("replay.py")), str(root)]
    done = subprocess.run(command, input="\n".join(asked), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    said = iter([json.loads(line) for line in done.stdout.splitlines()])
    return {name: [Replayed(*each, tuple(next(said))) for each in wanted[name]] for name in wanted}


def find_exceptions() -> set[str]:
    """The addresses in the documentation's table of what pywb does not replay as it was."""
    section = DOCUMENT.read_text("utf-8").partition("## What pywb replays differently")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `(\S+)`", section, re.MULTILINE))


@pytest.mark.parametrize("index", ["ours", "theirs"])
def test_pywb_replays_each_complete_answer_with_its_status_and_body(
    replayed: dict[str, list[Replayed]], index: str
) -> None:
    everything = [*replayed[f"kept-{index}"], *replayed[f"again-{index}"]]
    assert len(everything) > 350
    different = {each.capture.url for each in everything if each.had != each.got}
    assert different == find_exceptions()
    assert {each.capture.record_type for each in everything if each.had == each.got} == {"response", "revisit"}
    statuses = {each.got[0] for each in everything}
    assert {200, 204, 301, 304, 404, 429, 451, 503, 999} <= statuses


@pytest.mark.parametrize("name", ["kept", "again"])
def test_our_index_says_what_pywb_s_own_does(indexes: dict[str, Path], name: str) -> None:
    def read(path: Path) -> set[tuple[str, ...]]:
        lines = (line.split(" ", 2) for line in path.read_text("utf-8").splitlines())
        found = [(key, time, json.loads(fields)) for key, time, fields in lines]
        same = ("offset", "length", "filename", "url")
        return {
            (key, time, *(fields[field] for field in same), fields["mime"] == "warc/revisit")
            for key, time, fields in found
            if not fields["url"].startswith("urn:")
        }

    ours, theirs = read(indexes[f"{name}-ours"]), read(indexes[f"{name}-theirs"])
    assert ours
    assert ours == theirs
