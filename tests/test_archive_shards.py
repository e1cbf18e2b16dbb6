"""A job on several machines: each link is one shard's, the budget is everybody's, and merged they are one run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from amberpost import Archive, ArchiveError, Article, Citation, find, merge
from amberpost.archive import Network
from amberpost.archive.care.check import check
from amberpost.archive.disk.reading import Reader
from amberpost.archive.politeness.manners import SERVICES, Manners
from amberpost.archive.politeness.shards import LEFT, WHOLE, Shard, find_owner, parse_shard
from amberpost.demo.internet import SmallInternet, run_internet
from exchanges import ToldClock

SEED = Path(__file__).resolve().parents[1] / "fixtures" / "articles" / "2024-11-29-aleppo.txt"
URLS = [
    *(f"https://t.co/{number:010}" for number in range(2000)),
    *(f"https://h{number % 300}.example/{number}" for number in range(2000)),
    *(f"https://cdn.syndication.twimg.com/tweet-result?id={number}" for number in range(2000)),
]
OF = 3


@pytest.mark.parametrize("of", [1, 2, 3, 8])
def test_each_link_is_one_shards(of: int) -> None:
    shards = [Shard(number, of) for number in range(1, of + 1)]
    assert all(sum(shard.owns(url) for shard in shards) == 1 for url in URLS)
    assert all((shard.find_refusal(url) is None) == shard.owns(url) for shard in shards for url in URLS)


def test_a_host_is_one_shards_and_a_service_is_shared_evenly() -> None:
    hosts = {(url.split("/")[2], find_owner(url, 4)) for url in URLS if ".example" in url}
    assert len(hosts) == 300
    for host in ("t.co", "cdn.syndication.twimg.com"):
        parts = Counter(find_owner(url, 4) for url in URLS if f"/{host}/" in url)
        assert all(400 < parts[number] < 600 for number in range(1, 5)), parts


@pytest.mark.parametrize("of", [2, 5])
@pytest.mark.parametrize("contact", [None, "desk@desk.example"])
@pytest.mark.parametrize("rate", [None, 0.3])
def test_the_rates_of_all_shards_add_up_to_one_runs(of: int, contact: str | None, rate: float | None) -> None:
    alone, shared = Manners(contact=contact, rate=rate), Manners(contact=contact, rate=rate, shards=of)
    for service in SERVICES:
        assert of / shared.find_seconds(service.name) == pytest.approx(1 / alone.find_seconds(service.name))
        assert shared.find_connections(service.name) <= alone.find_connections(service.name)
    assert shared.find_seconds("h1.example") == alone.find_seconds("h1.example")


@pytest.mark.parametrize("text", ["0/3", "4/3", "1/0", "1/5000", "1", "a/b", "1/3/5", "-1/3", "१/३"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(ArchiveError, match="shard"):
        parse_shard(text)


@contextmanager
def opened(folder: Path, internet: SmallInternet, **options: Any) -> Iterator[Archive]:
    network = Network(resolver=internet.resolver, ssl_context=internet.ssl_context, clock=ToldClock(1_790_000_000.0))
    common: dict[str, Any] = {"contact": "desk@example.org", "allow_private": True, "robots": False}
    with Archive(folder, network=network, **common, **options) as archive:
        yield archive


@pytest.fixture(scope="module")
def seed() -> list[Citation]:
    return list(find(Article(id="aleppo", text=SEED.read_text("utf-8"))))


def run(folder: Path, internet: SmallInternet, seed: list[Citation], **options: Any) -> list[str]:
    """Add all citations, run, and give what was asked of whom."""
    before = len(internet.requests)
    with opened(folder, internet, **options) as archive:
        archive.add(seed)
        assert archive.run().stopped == "done"
    return [request.url for request in internet.requests[before:]]


CONTENT = {
    "link": "SELECT l.url, l.role, l.depth, l.lane, l.rank, l.state, l.reason, l.attempts, l.outcome, l.status, t.url"
    " FROM link l LEFT JOIN link t ON t.id = l.target",
    "capture": "SELECT url, settled, capture.outcome, capture.status, mime, truncated, payload_digest FROM capture"
    " JOIN link ON link.id = link",
    "citation": "SELECT id, record FROM citation",
    "citation_link": "SELECT citation, position, citation_link.url, link.url FROM citation_link"
    " JOIN link ON link.id = link",
    "post": "SELECT platform, post_id, permalink, handle, outcome, reason, record FROM post",
    "question": "SELECT platform, post_id, url, source, settled, question.outcome, question.reason, question.record"
    " FROM question JOIN post ON post.id = post JOIN link ON link.id = link",
    "verdict": "SELECT citation, platform, post_id, verdict, reasons, text FROM verdict"
    " LEFT JOIN post ON post.id = post",
}


def read_content(folder: Path) -> dict[str, list[Any]]:
    """What an archive says, but for when and where in its files."""
    with Reader.read(folder) as reader:
        return {
            name: sorted((_timeless(row) for row in reader.connection.execute(query)), key=repr)
            for name, query in CONTENT.items()
        }


def _timeless(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        {name: each for name, each in json.loads(value).items() if name != "counted_at"}
        if isinstance(value, str) and value.startswith('{"')
        else value
        for value in row
    )


@pytest.mark.loopback
@pytest.mark.parametrize("options", [{}, {"media": "images"}, {"wayback": "always"}], ids=str)
def test_merged_shards_that_are_finished_are_one_undisturbed_run(
    seed: list[Citation], tmp_path: Path, options: dict[str, Any]
) -> None:
    shards = [Shard(number, OF) for number in range(1, OF + 1)]
    folders = [tmp_path / f"s{shard.number}" for shard in shards]
    with run_internet() as internet:
        alone = run(tmp_path / "alone", internet, seed, **options)
        asked = [
            run(folder, internet, seed, shard=shard, **options) for shard, folder in zip(shards, folders, strict=True)
        ]
        for shard, urls in zip(shards, asked, strict=True):
            assert urls
            assert all(shard.owns(url) for url in urls)
        everything = [url for urls in asked for url in urls]
        assert len(everything) == len(set(everything))
        merge(folders, to=tmp_path / "m")
        rest = run(tmp_path / "m", internet, seed, **options)
    assert not set(rest) & set(everything)
    assert Counter(everything + rest) == Counter(alone)
    assert read_content(tmp_path / "m") == read_content(tmp_path / "alone")
    assert list(check(tmp_path / "m")) == []


@pytest.mark.loopback
def test_shards_that_are_merged_and_shared_out_again_come_to_the_same(seed: list[Citation], tmp_path: Path) -> None:
    shards = [Shard(number, OF) for number in range(1, OF + 1)]
    everything: list[str] = []
    with run_internet() as internet:
        alone = run(tmp_path / "alone", internet, seed)
        whole: list[Path] = []
        for turn in range(8):
            folders = [tmp_path / f"{turn}-{shard.number}" for shard in shards]
            for shard, folder in zip(shards, folders, strict=True):
                merge(whole, to=folder)
                everything += run(folder, internet, seed, shard=shard)
            whole = [tmp_path / f"m{turn}"]
            merge(folders, to=whole[0])
            with Reader.read(whole[0]) as reader:
                waiting = reader.counts().pending
            if not waiting:
                break
    assert waiting == 0
    assert Counter(everything) == Counter(alone)
    assert read_content(whole[0]) == read_content(tmp_path / "alone")
    assert list(check(whole[0])) == []


@pytest.mark.loopback
def test_what_is_left_to_others_waits_again_for_who_shares_with_nobody(seed: list[Citation], tmp_path: Path) -> None:
    with run_internet() as internet:
        alone = run(tmp_path / "alone", internet, seed)
        first = run(tmp_path / "a", internet, seed, shard=Shard(1, OF))
        with Reader.read(tmp_path / "a") as reader:
            left = [tally for tally in reader.tallies() if tally.reason.startswith(LEFT)]
            assert {tally.state for tally in left} == {"refused"}
        with opened(tmp_path / "a", internet, shard=Shard(1, OF)) as archive:
            archive.run(only_failed=True)
        rest = run(tmp_path / "a", internet, [], shard=WHOLE)
    assert Counter(first + rest) == Counter(alone)
    assert read_content(tmp_path / "a") == read_content(tmp_path / "alone")
