"""The report: what stands in its pages, and that nothing out of an archive or an article gets to be more than text."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import html5lib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from amberpost import Article, ReadError, WriteError, find, write
from amberpost.archive.disk.reading import Reader
from amberpost.cli import app
from amberpost.models import MissingExtra
from amberpost.report import ArchiveSource, CitationSource, check_extra, write_report
from amberpost.report.media import find_type
from amberpost.report.output import check_folder
from amberpost.report.shown import show, show_url
from amberpost.report.table import dump_safely
from amberpost.report.texts import Place, cut_text, find_lost
from archiving import answer, new_link
from citedposts import AUTHOR_ID, ID, LOST_ID, URL, WORDS, build_judged
from reports import Invented, fill, fill_article, make_rows, read_payloads
from smallarchive import Builder

PAYLOADS = read_payloads()
PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 20
PICTURE = "https://pictures.example/mole-fog.jpg"
CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
MADE = (".html", ".svg", ".json")
LEADING_ON = {"a": "href", "link": "href", "script": "src", "img": "src", "source": "srcset"}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with four citations and the picture of the first one's post."""
    folder = build_judged(tmp_path_factory.mktemp("judged") / "archive")
    with Builder(folder) as archive:
        archive.store.add_urls([new_link(PICTURE)])
        archive.answer(PICTURE, answer(PNG, headers=b"Content-Type: text/html\r\n"))
    return folder


@pytest.fixture(scope="module")
def report(judged: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report") / "out"
    with Reader.read(judged) as reader:
        assert write_report(ArchiveSource(reader), out) == 4
    return out


def read_pages(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*.html")):
        yield path, path.read_text("utf-8")


class Elements(HTMLParser):
    """All elements of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data


def check_page(path: Path, page: str, folder: Path) -> None:
    """A page is valid HTML, holds nothing that runs or is obeyed, and leads nowhere but into its folder."""
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(page)
    elements = Elements(page)
    assert {"content": CSP, "http-equiv": "Content-Security-Policy"} in [found for _, found in elements.found]
    for tag, attributes in elements.found:
        assert tag not in {"style", "iframe", "object", "embed", "svg", "base", "math", "form"} or (
            tag == "form" and attributes == {"id": "filters", "hidden": ""}
        )
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "srcdoc", "action")]
        if tag in LEADING_ON and LEADING_ON[tag] in attributes:
            check_address(tag, attributes, path, folder)
    shown = re.sub(r"\s", "", elements.text)
    hidden = [c for c in shown if not c.isprintable() and c not in "\u200c\u200d"]
    assert hidden == [], path.name


def check_address(tag: str, attributes: dict[str, str], path: Path, folder: Path) -> None:
    address = attributes[LEADING_ON[tag]]
    if tag == "a" and "external" in attributes.get("rel", ""):
        assert address.startswith("https://")
        assert "noreferrer" in attributes["rel"]
        return
    name, _, anchor = address.partition("#")
    target = (path.parent / name).resolve() if name else path
    assert target.is_relative_to(folder.resolve())
    assert target.is_file(), address
    if anchor and tag == "a":
        assert f'id="{anchor}"' in target.read_text("utf-8")


def test_a_report_has_its_pages_and_each_is_valid_and_leads_nowhere_else(report: Path) -> None:
    names = {str(path.relative_to(report)) for path, _ in read_pages(report)}
    assert names == {"index.html", "citations.html", "waiting.html", "posts/00001.html", "articles/00001.html"}
    for path, page in read_pages(report):
        check_page(path, page, report)


def test_a_card_shows_what_was_printed_beside_what_is_archived_and_why(report: Path) -> None:
    page = Elements((report / "posts/00001.html").read_text("utf-8")).text
    for shown in ("Harbour Desk Lindmar (@harbordesk)", "November 25, 2024", "2024-11-25 18:44:12 UTC", ID, AUTHOR_ID):
        assert shown in page
    for shown in ("18,246 likes", f"the words '{WORDS}' stand in both", "https://t.co/ownMedia01", "301", LOST_ID):
        assert shown in page
    assert re.search(r"payload SHA-256 ?\s*[0-9a-f]{64}", page)


def test_a_captured_picture_is_a_file_named_by_its_digest(report: Path) -> None:
    (copy,) = (report / "media").iterdir()
    assert copy.name == hashlib.sha256(PNG).hexdigest() + ".png"
    assert copy.read_bytes() == PNG
    assert f'<img src="../media/{copy.name}"' in (report / "posts/00001.html").read_text("utf-8")


@pytest.mark.parametrize(
    "data", [b"<svg onload=x>", b"<html>", b"", b"GIF88a", b"RIFF1234WAVE", b"%PDF-1.7", b"\x89PNG"]
)
def test_what_is_no_safe_picture_is_no_medium(data: bytes) -> None:
    assert find_type(data) is None


def test_what_waits_is_told_with_its_reason(report: Path) -> None:
    page = (report / "waiting.html").read_text("utf-8")
    assert "1 citation not judged yet" in Elements(page).text
    assert "https://t.co/notAsked01" in page


def test_each_chart_has_a_picture_for_light_and_dark_and_its_numbers_as_a_table(report: Path) -> None:
    page = (report / "index.html").read_text("utf-8")
    charts = [path.name.removesuffix("-dark.svg") for path in (report / "plots").glob("*-dark.svg")]
    assert sorted(charts) == ["authors", "links", "outcomes", "outlets", "time", "verdicts"]
    assert page.count("<table>") == len(charts)
    for chart in charts:
        assert f'src="plots/{chart}-light.svg"' in page
        assert b"<script" not in (report / "plots" / f"{chart}-light.svg").read_bytes()


def test_the_same_archive_gives_the_same_bytes(judged: Path, report: Path, tmp_path: Path) -> None:
    with Reader.read(judged) as reader:
        write_report(ArchiveSource(reader), tmp_path / "again")
    assert digest(tmp_path / "again") == digest(report)


def digest(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_report_without_names_has_none(judged: Path, tmp_path: Path) -> None:
    assert run(judged, "-o", tmp_path / "out", "--pseudonymize").exit_code == 0
    everything = b"".join(
        path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.suffix in MADE or path.parent.name == "data"
    ).lower()
    named = (ID, LOST_ID, AUTHOR_ID, "harbordesk", "quaywatch", "lindmar", "t.co", "fog", "x.com", "mole", "courier")
    for name in named:
        assert name.lower().encode() not in everything, name
    assert not (tmp_path / "out" / "media").exists()
    for path, page in read_pages(tmp_path / "out"):
        check_page(path, page, tmp_path / "out")


def test_every_payload_in_every_field_stays_text(tmp_path: Path) -> None:
    assert sum(one.target == "markup" for one in PAYLOADS) >= 16
    assert sum(one.target == "screen" for one in PAYLOADS) >= 18
    rows = [fill(payload.text, number) for number, payload in enumerate(PAYLOADS)]
    articles = [fill_article(payload.text) for payload in PAYLOADS]
    write_report(Invented(rows), tmp_path / "out", articles=articles)
    for path, page in read_pages(tmp_path / "out"):
        check_page(path, page, tmp_path / "out")
    cards = Elements((tmp_path / "out/posts/00001.html").read_text("utf-8")).text
    for payload in PAYLOADS:
        assert show(payload.text) in cards
    check_data(tmp_path / "out")


def check_data(folder: Path) -> None:
    """The data are calls with JSON, in ASCII without a sign that HTML knows."""
    for path in (folder / "data").glob("*.js"):
        text = path.read_bytes().decode("ascii")
        match = re.fullmatch(r"amberpost(?:Table|Rows)\((.*)\);\n", text)
        assert match, path.name
        json.loads(match[1])
        assert not set("<>&") & set(text)
        assert text.isprintable() or text[:-1].isprintable()


# Each report is a folder of files: what is random goes into many rows of one of them, a few times.
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=400, max_size=400))
def test_two_thousand_random_strings_through_every_field_stay_text(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out")
        rows = [fill(text, number) for number, text in enumerate(texts)]
        write_report(Invented(rows), out, articles=[fill_article(text) for text in texts[:5]])
        for path, page in read_pages(out):
            check_page(path, page, out)
        check_data(out)


@given(st.text())
def test_what_is_shown_obeys_nobody_and_says_the_same_when_it_is_shown_again(text: str) -> None:
    shown = show(text)
    assert all(c.isprintable() or c in "\n\t\u200c\u200d" for c in shown)
    assert show(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a\\u202eb"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200db", "a\\u200db"),
        ("one\r\ntwo\rthree", "one\ntwo\\x0dthree"),
        ("a\u3164b", "a\\u3164b"),
    ],
)
def test_marks_that_nobody_sees_stand_as_their_code(text: str, shown: str) -> None:
    assert show(text) == shown


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("https://аpple.example/a", "xn--pple-43d.example"),
        ("https://user@XN--bcher-kva.example:8080/", "bücher.example"),
        ("//bücher.example", "xn--bcher-kva.example"),
        ("https://☃️\u202e.example/", "xn--"),
    ],
)
def test_a_host_outside_ascii_has_its_other_spelling_beside_it(url: str, other: str) -> None:
    assert other in show_url(url).partition("[")[2]


def test_data_cannot_end_their_script() -> None:
    text = "</script><!--\u2028\u2029]]>&lt;"
    assert json.loads(dump_safely(text)) == text
    assert dump_safely(text).isascii()
    assert not set("<>&") & set(dump_safely(text))


TEXT = "Ferries wait. 🚢 Rain. — Ada Wren (@adawren) November 29, 2024 The end."


def test_each_citation_is_marked_where_it_stands_in_code_points(tmp_path: Path) -> None:
    article = Article(id="a.txt", text=TEXT)
    (citation,) = find(article)
    write([citation], tmp_path / "c.jsonl")
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    assert run(tmp_path / "c.jsonl", "--articles", tmp_path / "a.txt", "-o", tmp_path / "out").exit_code == 0
    page = (tmp_path / "out/texts/000001.html").read_text("utf-8")
    assert f"<mark>{citation.raw}</mark>" in page
    assert 'href="../posts/00001.html#c1"' in page
    assert 'href="../texts/000001.html"' in (tmp_path / "out/articles/00001.html").read_text("utf-8")


def test_what_does_not_stand_where_it_says_is_said_so(tmp_path: Path) -> None:
    row = {"id": "7a", "article": "a.txt", "start": 0, "end": 4, "raw": "Snow", "links": []}
    write_report(CitationSource([row]), tmp_path / "out", articles=[Article(id="a.txt", text=TEXT)])
    page = (tmp_path / "out/texts/000001.html").read_text("utf-8")
    assert "what it cites does not stand there" in page
    assert "<mark>" not in page


def test_without_its_text_an_article_lists_its_citations_and_says_so(report: Path, tmp_path: Path) -> None:
    assert "texts were not given" in (report / "articles/00001.html").read_text("utf-8")
    row = {"id": "7a", "article": "b.txt", "links": []}
    write_report(CitationSource([row]), tmp_path / "out", articles=[Article(id="a.txt", text=TEXT)])
    assert "The text of this article was not given" in (tmp_path / "out/articles/00001.html").read_text("utf-8")


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=8))
def test_pieces_make_the_text_again_however_spans_overlap(text: str, spans: list[tuple[int, int]]) -> None:
    places = [Place(number, start, end, text[start:end]) for number, (start, end) in enumerate(spans)]
    lost = {one.number for one in find_lost(text, places)}
    kept = [place for place in places if place.number not in lost]
    pieces = list(cut_text(text, kept))
    assert "".join(piece.text for piece in pieces) == text
    assert sorted(number for piece in pieces for number in piece.begins) == sorted(place.number for place in kept)


def test_citations_alone_give_a_report_without_posts(tmp_path: Path) -> None:
    assert write_report(CitationSource(make_rows(250)), tmp_path / "out") == 250
    names = {path.name for path in (tmp_path / "out/posts").iterdir()}
    assert names == {"00001.html", "00002.html", "00003.html"}
    page = (tmp_path / "out/posts/00003.html").read_text("utf-8")
    assert 'id="c250"' in page
    assert "As it is archived" not in page
    for path, page in read_pages(tmp_path / "out"):
        check_page(path, page, tmp_path / "out")


def test_no_citation_at_all_is_a_report_too(tmp_path: Path) -> None:
    assert write_report(CitationSource([]), tmp_path / "out") == 0
    for path, page in read_pages(tmp_path / "out"):
        check_page(path, page, tmp_path / "out")


def test_an_earlier_report_is_replaced_and_any_other_folder_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    write_report(CitationSource(make_rows(250)), out)
    write_report(CitationSource(make_rows(1)), out)
    assert [path.name for path in (out / "posts").iterdir()] == ["00001.html"]
    (out / "notes.txt").write_text("mine")
    with pytest.raises(WriteError, match=r"notes\.txt"):
        write_report(CitationSource([]), out)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "index.html").write_text("mine")
    with pytest.raises(WriteError, match="other things"):
        check_folder(tmp_path / "other")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "out"]


def test_a_report_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    write_report(CitationSource(make_rows(1)), tmp_path / "out")
    before = digest(tmp_path / "out")

    def break_off() -> Iterator[dict[str, object]]:
        yield from make_rows(150)
        raise ReadError("the disk went away")

    with pytest.raises(ReadError):
        write_report(CitationSource(break_off()), tmp_path / "out")
    assert digest(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_without_its_libraries_the_advice_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amberpost.report.find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=r"pip install 'amberpost\[report\]'"):
        check_extra()


def test_the_package_loads_no_library_of_pages_or_plots() -> None:
    code = "import sys, amberpost.report; print(*{'jinja2', 'matplotlib', 'numpy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True).stdout.strip() == b""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["c.jsonl", "--pseudonymize"], "an archive has the key"),
        (["archive", "--pseudonymize", "--articles", "a.txt"], "leave out --articles"),
        (["https://t.co/a"], "is a URL"),
        (["gone.jsonl"], "no such file"),
        (["c.jsonl", "--articles", "gone"], "no such file"),
        (["empty"], "there is no archive"),
        (["full"], "full: holds no archive: name the folder that `amberpost archive --to` made"),
        (["gone.wacz"], "gone.wacz: no such file or folder: check the path"),
        (["a.txt"], "a.txt: citations are read from .jsonl .jsonl.gz .csv .parquet .db: name such a file, or an arch"),
    ],
)
def test_what_is_asked_wrongly_says_what_to_do(
    arguments: list[str], words: str, judged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(judged, "archive")
    Path("empty").mkdir()
    Path("full").mkdir()
    Path("full/a.txt").write_text("Fog.")
    Path("c.jsonl").write_text('{"links": []}\n')
    Path("a.txt").write_text("Fog.")
    done = run(*arguments, "-o", "out")
    assert (done.exit_code, words in done.stderr) == (2, True), done.stderr
    assert not Path("out").exists()


def test_articles_of_which_none_is_cited_are_told(tmp_path: Path) -> None:
    news = tmp_path / "all" / "news"
    news.mkdir(parents=True)
    (news / "a.txt").write_text("Fog. https://x.com/ada/status/20")
    write(find(Article(text="Fog. https://x.com/ada/status/20", id="a.txt")), tmp_path / "c.jsonl")
    done = run(tmp_path / "c.jsonl", "--articles", news.parent, "-o", tmp_path / "out")
    assert done.exit_code == 0
    assert "none of the articles read is among those that are cited: give --articles as `find` was given" in done.stderr
    assert run(tmp_path / "c.jsonl", "--articles", news, "-o", tmp_path / "out").stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("output", "words"), [("", "the name of the output is empty"), ("~/out", "nobody read ~ as your home")]
)
def test_a_name_that_the_shell_left_wrong_is_no_folder_for_a_report(
    output: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    write([], "in/c.jsonl")
    monkeypatch.chdir("in")
    done = run("c.jsonl", "-o", output)
    assert (done.exit_code, words in done.stderr) == (2, True), done.stderr


def test_a_report_inside_what_it_is_made_of_is_refused(judged: Path, tmp_path: Path) -> None:
    archive = Path(shutil.copytree(judged, tmp_path / "archive"))
    done = run(archive, "-o", archive / "report")
    assert (done.exit_code, "is inside" in done.stderr) == (2, True)


def test_a_broken_row_is_named_and_the_rest_is_shown(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text('{"links": []}\nnothing\n')
    done = run(tmp_path / "c.jsonl", "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "line 2" in done.stderr
    assert "1 citation shown" in done.stderr


def test_the_day_of_a_row_is_the_posts_else_the_articles(tmp_path: Path) -> None:
    rows = [{"id": "a", "date": "2020-02-03", "article_date": "2021-01-01", "links": []}, {"id": "b", "links": []}]
    write_report(CitationSource(rows), tmp_path / "out")
    data = (tmp_path / "out/data/001.js").read_text()
    assert json.loads(data[len("amberpostRows(") : -3])["day"] == [int(f"{dt.date(2020, 2, 3):%Y%m%d}"), 0]
    assert URL not in data


def test_a_place_that_cannot_be_written_is_not_blamed_on_the_archive(
    judged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "somewhere")

    monkeypatch.setattr("amberpost.report.output.Path.mkdir", refuse)
    done = CliRunner().invoke(app, ["report", str(judged), "-o", str(tmp_path / "out")])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"amberpost: {tmp_path / 'out'}: Permission denied: see that there is room")


def test_a_folder_of_parts_is_reported_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "found").mkdir()
    (tmp_path / "found" / "manifest.jsonl").touch()
    (tmp_path / "found" / "part-000001.jsonl").write_text('{"id": "7a", "links": []}\n', "utf-8")
    done = CliRunner().invoke(app, ["report", str(tmp_path / "found"), "-o", str(tmp_path / "out")])
    assert (done.exit_code, done.stderr[:17]) == (0, "1 citation shown:")


def test_where_no_citation_could_be_read_the_earlier_report_stays(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text("nothing\n")
    write_report(CitationSource(make_rows(1)), tmp_path / "out")
    before = digest(tmp_path / "out")
    done = run(tmp_path / "c.jsonl", "-o", tmp_path / "out")
    assert (done.exit_code, "left as it was" in done.stderr) == (1, True)
    assert digest(tmp_path / "out") == before
    assert run(tmp_path / "c.jsonl", "-o", tmp_path / "new").exit_code == 1
    assert (tmp_path / "new" / "index.html").exists()
