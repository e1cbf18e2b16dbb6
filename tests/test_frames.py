"""What Amberpost wrote as data frames: the same columns, types and values whatever the file, in pandas and polars."""

from __future__ import annotations

import datetime as dt
import gzip
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import polars as pl
import pytest
from pandas.testing import assert_frame_equal as assert_pandas_equal
from polars.testing import assert_frame_equal as assert_polars_equal

import amberpost
from amberpost import Citation, CitedPost, MissingExtra, Problem, ReadError
from amberpost.archive.publishing.pseudonyms import PseudonymousPost
from amberpost.frames import Engine, choose_engine
from amberpost.models import Record
from amberpost.visible import show_line
from amberpost.writers import write
from test_writers import PROBLEM, citation

SUFFIXES = (".jsonl", ".jsonl.gz", ".csv", ".parquet", ".db")
ENGINES: tuple[Engine, ...] = ("pandas", "polars")
ODD = "Örebro 🏆,\"\r\n\r\n\n'=1+1\t\x1b[31m \u202e\x00"
INSTANT = dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC)

CITATIONS = [
    citation(1, text=ODD, lang="sv", post_id="12345678901234567890"),
    citation(2, date=None, posted_at=None, links=(), flags=(), handle=None, article="", text="[1] null true 7"),
    citation(3, date=dt.date(1, 1, 1), posted_at=INSTANT, article_date=dt.date(9999, 12, 31), links=(ODD, "NaN")),
]
CITED = [
    CitedPost(id="7a", known_likes=2**53 + 1, known_truncated=True, known_sensitive=False, known_counted_at=INSTANT),
    CitedPost(id="7b", article_date=dt.date(2024, 11, 29), hops=("https://t.co/a 301 - a:0",), verdict="same"),
    CitedPost(id="7c"),
]


def pseudonymous(**fields: object) -> PseudonymousPost:
    known = dict.fromkeys(PseudonymousPost.model_fields) | {"flags": (), "reasons": ()}
    return PseudonymousPost.model_validate(known | fields)


HIDDEN = [pseudonymous(id="a", known_likes=100, known_truncated=False, posted_on=dt.date(2024, 11, 29))]
RECORDS: dict[str, list[Any]] = {"citations": CITATIONS, "cited posts": CITED, "pseudonyms": HIDDEN}


def written(folder: Path, suffix: str, records: list[Any]) -> Path:
    path = folder / f"x{suffix}"
    write(records, path, record=type(records[0]))
    return path


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("records", RECORDS.values(), ids=RECORDS)
def test_every_form_of_file_gives_the_same_frame(engine: Engine, records: list[Any], tmp_path: Path) -> None:
    frames = [amberpost.read_frame(written(tmp_path, suffix, records), engine=engine) for suffix in SUFFIXES]
    assert list(frames[0].columns) == list(type(records[0]).model_fields)
    for suffix, frame in zip(SUFFIXES, frames, strict=True):
        if engine == "polars":
            assert isinstance(frame, pl.DataFrame), suffix
            assert_polars_equal(frame, frames[0])
        else:
            assert isinstance(frame, pd.DataFrame), suffix
            assert_pandas_equal(frame, frames[0])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_polars_frame_has_the_very_values(suffix: str, tmp_path: Path) -> None:
    for records in RECORDS.values():
        rows = amberpost.read_frame(written(tmp_path, suffix, records), engine="polars").to_dicts()
        (tmp_path / f"x{suffix}").unlink()
        listed = [{**row, **{k: tuple(v) for k, v in row.items() if isinstance(v, list)}} for row in rows]
        assert listed == [record.model_dump() for record in records]


def test_a_pandas_frame_has_types_that_know_what_is_missing(tmp_path: Path) -> None:
    frame = amberpost.read_frame(written(tmp_path, ".jsonl", CITED), engine="pandas")
    kinds = {name: str(frame[name].dtype) for name in frame.columns}
    assert {kinds[name] for name in ("id", "text", "verdict")} == {"string"}
    assert (kinds["start"], kinds["known_truncated"], kinds["links"]) == ("Int64", "boolean", "object")
    assert (kinds["date"], kinds["posted_at"]) == ("datetime64[us]", "datetime64[us, UTC]")
    assert frame["known_likes"].tolist() == [2**53 + 1, pd.NA, pd.NA]
    assert frame["hops"].tolist() == [[], ["https://t.co/a 301 - a:0"], []]
    assert frame["known_counted_at"][0] == pd.Timestamp(INSTANT)
    assert frame["article_date"].dt.year.dropna().tolist() == [2024]


@pytest.mark.parametrize("engine", ENGINES)
def test_files_without_rows_have_the_columns_and_types_of_citations(engine: Engine, tmp_path: Path) -> None:
    kinds = []
    for suffix in SUFFIXES:
        write([], tmp_path / f"x{suffix}")
        frame = amberpost.read_frame(tmp_path / f"x{suffix}", engine=engine)
        assert len(frame) == 0
        kinds.append([(name, str(frame[name].dtype)) for name in frame.columns])
    assert [name for name, _ in kinds[0]] == list(Citation.model_fields)
    assert all(kind == kinds[0] for kind in kinds)


def test_problems_can_be_looked_at_too(tmp_path: Path) -> None:
    write([citation(), PROBLEM], tmp_path / "x.csv")
    frame = amberpost.read_frame(tmp_path / "x.problems.csv")
    assert frame["reason"].tolist() == ["is empty"]
    write([citation(), PROBLEM], tmp_path / "x.db")
    assert amberpost.read_frame(tmp_path / "x.db")["handle"].tolist() == ["adawren"]


def test_of_a_database_with_both_the_cited_posts_are_read(tmp_path: Path) -> None:
    write(CITATIONS, tmp_path / "x.db")
    write(CITED, tmp_path / "x.db", record=CitedPost)
    assert amberpost.read_frame(tmp_path / "x.db")["id"].tolist() == ["7a", "7b", "7c"]


def test_columns_of_others_beside_ours_are_text(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("id,links,coder,note\n7a,[],ada,\n")
    frame = amberpost.read_frame(tmp_path / "x.csv")
    assert frame.loc[0].to_dict() | {"note": None} == {"id": "7a", "links": [], "coder": "ada", "note": None}
    (tmp_path / "x.jsonl").write_text('{"id": "7a", "mine": [1]}\n{"id": "7b"}\n')
    assert amberpost.read_frame(tmp_path / "x.jsonl", engine="polars")["mine"].to_list() == ["[1]", None]


BAD: dict[str, bytes] = {
    "text.jsonl": b"It rains.\n",
    "list.jsonl": b"[1]\n",
    "other.jsonl": b'{"a": 1}\n',
    "deep.jsonl": b'{"id": ' + b"[" * 100_000,
    "date.jsonl": b'{"id": "7a", "date": "29 November"}\n',
    "links.jsonl": b'{"id": "7a", "links": {}}\n',
    "number.jsonl": b'{"id": "7a", "start": []}\n',
    "bytes.jsonl": b'{"id": "\xff"}\n',
    "empty.csv": b"",
    "other.csv": b"a,b\n1,2\n",
    "cells.csv": b"id,links\n7a\n",
    "truth.csv": b"id,known_id,known_truncated\n7a,1,perhaps\n",
    "plain.jsonl.gz": b"{}",
    "cut.jsonl.gz": gzip.compress(b'{"id": "7a"}\n' * 99)[:-9],
    "text.parquet": b"It rains.",
    "empty.parquet": b"",
    "text.db": b"It rains." * 200,
    "x.xlsx": b"PK",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", BAD)
def test_what_is_no_file_of_ours_is_named_with_advice(name: str, engine: Engine, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(BAD[name])
    with pytest.raises(ReadError) as raised:
        amberpost.read_frame(tmp_path / name, engine=engine)
    assert str(raised.value).startswith(str(tmp_path / name))
    assert str(raised.value).count(": ") >= 2


def test_folders_missing_files_and_databases_of_others_are_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="amberpost export"):
        amberpost.read_frame(tmp_path)
    with pytest.raises(ReadError, match="no such file"):
        amberpost.read_frame(tmp_path / "gone.csv")
    with pytest.raises(ReadError, match="the name of the file is empty"):
        amberpost.read_frame("")
    (tmp_path / "manifest.jsonl").touch()
    with pytest.raises(ReadError, match="is a folder of parts: read each"):
        amberpost.read_frame(tmp_path)
    with closing(sqlite3.connect(tmp_path / "x.db")) as db:
        db.execute("CREATE TABLE mine (id)")
    with pytest.raises(ReadError, match="no table of citations"):
        amberpost.read_frame(tmp_path / "x.db")


def test_the_engine_is_chosen_by_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"polars"}
    monkeypatch.setattr("amberpost.frames.find_spec", lambda name: name if name in there else None)
    assert choose_engine() == "polars"
    with pytest.raises(MissingExtra, match=r"'amberpost\[pandas\]'"):
        choose_engine("pandas")
    there.clear()
    with pytest.raises(MissingExtra, match="pandas or polars"):
        choose_engine()
    with pytest.raises(ReadError, match="one of pandas, polars"):
        choose_engine("arrow")  # type: ignore[arg-type]
    with pytest.raises(ReadError, match="a path is a string"):
        amberpost.read_frame(None)  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ["pandas", "polars"])
def test_a_frame_of_citations_loads_neither_the_network_nor_the_other_library(
    engine: Literal["pandas", "polars"], tmp_path: Path
) -> None:
    write(CITATIONS, tmp_path / "x.csv")
    other = "polars" if engine == "pandas" else "pandas"
    code = (
        "import sys, amberpost; assert not {'pandas', 'polars'} & set(sys.modules);"
        f"amberpost.read_frame({str(tmp_path / 'x.csv')!r}, engine={engine!r});"
        f"print(*({{'httpx', {other!r}}} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True)
    assert done.stdout.strip() == ""


# --- what a notebook shows of one record ----------------------------------------------------------------------------

TAGS = {"table", "caption", "tbody", "tr", "th", "td", "br", "span"}

PAYLOADS = [
    "<script>alert(1)</script>",
    "</td></tr></table><img src=x onerror=alert(1)>",
    "\"' onmouseover=alert(1) x='",
    "&lt;script&gt;",
    r"$\href{javascript:alert(1)}{x}$ \(x\) \begin{align}",
    "\u202eback\u2066\u200b\x1b[31m\x00",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_record_is_a_table_in_which_nothing_runs(payload: str) -> None:
    from bs4 import BeautifulSoup

    records: list[Record] = [
        citation(text=payload, links=(payload, payload), author_name=payload),
        Problem(source=payload, reason=payload, advice=payload),
        CitedPost(id=payload, hops=(payload,)),
    ]
    for record in records:
        page = record._repr_html_()
        soup = BeautifulSoup(page, "html.parser")
        assert {tag.name for tag in soup.find_all(True)} <= TAGS
        assert {name for tag in soup.find_all(True) for name in tag.attrs} == {"class", "dir", "scope", "style"}
        assert page.isprintable()
        assert show_line(payload) in soup.get_text()
        assert not any(len(text) > 1 and {"$", "\\"} & set(text) for text in soup.find_all(string=True))


def test_a_record_shows_what_is_known_and_long_text_cut() -> None:
    page = citation(raw="a" * 5000)._repr_html_()
    assert "<caption>Citation</caption>" in page
    assert "post_id" not in page
    assert f"{'a' * 1000}… (5,000 characters)" in page
    assert "<br>" in citation()._repr_html_()
