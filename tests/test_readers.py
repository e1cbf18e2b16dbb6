"""Every form of input is read as the design says, and whatever is odd in it is named, with the rest still read."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import quopri
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from amberpost.models import Article, Problem, ReadError
from amberpost.readers import plain, read
from amberpost.readers.csvfile import read_csv
from amberpost.readers.decode import decode
from amberpost.readers.jsonl import read_jsonl, read_jsonl_gz
from amberpost.readers.lines import read_lines
from amberpost.readers.options import Options
from amberpost.readers.plain import read_plain

RAIN = "It rained in Örebro’s “old” town — again.\r\n\r\nAnd again.\n"


def articles(items: Iterable[Article | Problem]) -> list[Article]:
    return [item for item in items if isinstance(item, Article)]


def problems(items: Iterable[Article | Problem]) -> list[str]:
    return [str(item) for item in items if isinstance(item, Problem)]


def put(folder: Path, **files: bytes) -> Path:
    for name, data in files.items():
        (folder / name.replace("__", ".")).write_bytes(data)
    return folder


@pytest.mark.parametrize(
    "data",
    [
        RAIN.encode(),
        b"\xef\xbb\xbf" + RAIN.encode(),
        RAIN.encode("utf-16"),
        b"\xfe\xff" + RAIN.encode("utf-16-be"),
        RAIN.encode("utf-32"),
        RAIN.encode("cp1252"),
    ],
    ids=["utf-8", "utf-8-mark", "utf-16-le", "utf-16-be", "utf-32", "cp1252"],
)
def test_text_is_decoded_exactly_without_mark_and_without_translating_line_ends(tmp_path: Path, data: bytes) -> None:
    found = list(read(put(tmp_path, a__txt=data)))
    assert [article.text for article in articles(found)] == [RAIN]
    assert problems(found) == []


@pytest.mark.parametrize("encoding", ["cp1251", "gb18030", "cp1253"])
def test_old_encodings_are_recognised_in_text_of_some_length(encoding: str) -> None:
    text = {
        "cp1251": "Вчера вечером в городе прошёл сильный дождь, улицы были пусты. ",
        "gb18030": "昨天晚上城里下了一场大雨，街道上没有一个人。天气预报说明天会放晴。",
        "cp1253": "Χθες το βράδυ έβρεξε πολύ στην πόλη και οι δρόμοι ήταν άδειοι. ",
    }[encoding] * 5
    assert decode(text.encode(encoding)).text == text


def test_bytes_that_do_not_fit_become_replacement_characters_and_the_article_is_named(tmp_path: Path) -> None:
    found = list(read(put(tmp_path, a__txt="Örebro, Malmö, \udcff, Växjö".encode("utf-8", "surrogateescape"))))
    assert articles(found)[0].text == "Örebro, Malmö, \ufffd, Växjö"
    assert problems(found)[0].startswith("a.txt, offset 15: 1 byte or sequence is not utf-8")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_page_in_utf_16_needs_no_mark(tmp_path: Path, encoding: str) -> None:
    page = "<p>Växjö – „regn“</p>"
    found = list(read(put(tmp_path, a__html=page.encode(encoding))))
    assert ([article.html for article in articles(found)], problems(found)) == ([page], [])


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1"])
def test_a_page_that_is_still_quoted_printable_is_read_as_the_page_that_it_was(tmp_path: Path, declared: str) -> None:
    head = f'<meta http-equiv="a" content="text/html; charset={declared}">'
    page = f'{head}<p class="b" title="på" lang="sv">Växjö {"regn " * 30}</p><p id=a>'
    data = quopri.encodestring(page.encode(declared))
    assert b"=\n" in data
    assert [article.html for article in articles(read(put(tmp_path, a__html=data)))] == [page]


@pytest.mark.parametrize(
    "opening",
    ['<p class="a">', '<HTML><BODY BGCOLOR="#fff"><P>x=41 ', "<html lang=en><p>", "<p>x=41 ", "<a href=/b><p>", "x<3 "],
)
def test_a_page_that_shows_how_mail_is_written_is_left_as_it_is(tmp_path: Path, opening: str) -> None:
    page = f'{opening}In mail: id=3D"b" class=3D"c" title=3D"d", and=20so =\n at the end.</p>'
    assert [article.html for article in articles(read(put(tmp_path, a__html=page.encode())))] == [page]


def test_replacement_characters_that_were_already_there_are_no_problem(tmp_path: Path) -> None:
    assert problems(read(put(tmp_path, a__txt="a \ufffd b".encode()))) == []


def test_the_encoding_that_the_user_names_is_used_but_a_mark_is_believed_first(tmp_path: Path) -> None:
    put(tmp_path, a__txt="ночь".encode("koi8-r"), b__txt="ночь".encode("utf-16"))
    assert [a.text for a in articles(read(tmp_path, encoding="koi8-r"))] == ["ночь", "ночь"]
    with pytest.raises(ReadError, match="unknown encoding 'koi9'"):
        read(tmp_path, encoding="koi9")


def test_nul_bytes_are_named_and_the_article_is_still_read(tmp_path: Path) -> None:
    found = list(read(put(tmp_path, a__txt=b"It\0 rains")))
    assert articles(found)[0].text == "It\0 rains"
    assert problems(found)[0].startswith("a.txt, offset 2: holds 1 NUL character")


def test_an_empty_file_is_a_problem_and_no_article(tmp_path: Path) -> None:
    found = list(read(put(tmp_path, a__txt=b"", b__md=b"\xef\xbb\xbf", c__jsonl=b"", d__csv=b"")))
    assert [text.split(": is empty")[0] for text in problems(found)] == ["a.txt", "b.md", "c.jsonl", "d.csv"]
    assert articles(found) == []


@pytest.mark.parametrize("mark", ["", " "])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_first_line_of_a_text_gives_date_and_title_and_stays_in_the_text(mark: str, end: str) -> None:
    text = f"{mark}date 2024-11-29 Rain over Örebro{end}{end}It rains."
    (article,) = articles(read_plain(io.BytesIO(text.encode()), "a.txt"))
    assert (article.date, article.title, article.text) == (dt.date(2024, 11, 29), "Rain over Örebro", text)


@pytest.mark.parametrize("text", ["date 2024-13-29 Rain", "update 2024-11-29 Rain", "It rains.\ndate 2024-11-29 Rain"])
def test_other_first_lines_give_no_date(text: str) -> None:
    (article,) = articles(read_plain(io.BytesIO(text.encode()), "a.txt"))
    assert (article.date, article.title) == (None, None)


def test_front_matter_of_markdown_gives_date_title_and_url(tmp_path: Path) -> None:
    page = '---\r\nTitle: "Rain: again"\r\ntags: [a, b]\r\ndate: 2024-11-29T23:30:00-08:00\r\nurl: https://news.example/1\r\n---\r\nHi'
    (article,) = articles(read(put(tmp_path, a__md=page.encode())))
    assert (article.title, article.date, article.url) == (
        "Rain: again",
        dt.date(2024, 11, 29),
        "https://news.example/1",
    )
    assert (article.markdown, article.text) == (True, page)


@pytest.mark.parametrize("page", ["---\ntitle: Rain\nno fence closes", "# Rain\n---\ntitle: no\n---\n"])
def test_what_only_looks_like_front_matter_is_left_alone(tmp_path: Path, page: str) -> None:
    (article,) = articles(read(put(tmp_path, a__md=page.encode())))
    assert article.title is None


def test_front_matter_with_another_date_is_named_and_the_article_read(tmp_path: Path) -> None:
    found = list(read(put(tmp_path, a__md=b"---\ndate: 29 Nov\n---\nHi")))
    assert articles(found)[0].date is None
    assert "the date '29 Nov' of its front matter is not an ISO date" in problems(found)[0]


def test_only_the_beginning_of_a_giant_text_is_searched_and_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "ARTICLE_LIMIT", 10)
    found = list(read_plain(io.BytesIO("123456789é and more".encode()), "a.txt"))
    assert articles(found)[0].text == "123456789"
    assert "a.txt, byte 10: is longer than" in problems(found)[0]


def test_rows_of_jsonl_become_articles_with_their_own_or_a_made_id() -> None:
    rows = [
        {
            "id": "n-1",
            "text": "It rains.",
            "date": "2024-11-29",
            "title": "Rain",
            "url": "https://news.example/1",
            "more": [],
        },
        {"id": 7, "text": "Sun."},
        {"text": "Wind.", "date": None, "title": ""},
        {"html": "<p>Snow.</p>", "text": ""},
    ]
    data = "\n\n".join(map(json.dumps, rows)).encode()
    found = list(read_jsonl(io.BytesIO(data), "a.jsonl"))
    assert problems(found) == []
    first, second, third, fourth = articles(found)
    assert (first.id, first.date, first.title, first.url) == (
        "n-1",
        dt.date(2024, 11, 29),
        "Rain",
        "https://news.example/1",
    )
    assert (second.id, third.id, third.title) == ("7", "a.jsonl#5", None)
    assert (fourth.html, fourth.text) == ("<p>Snow.</p>", None)


BROKEN_ROWS = {
    '{"text": "cut': "is not JSON",
    "[" * 100_000: "is not JSON",
    '{"text": ' + "9" * 5000 + "}": "is not JSON",
    '["a list"]': "is a list, not an object",
    "null": "is null, not an object",
    '{"body": "x"}': "has no column 'text'",
    '{"text": null}': "its 'text' is empty",
    '{"text": ""}': "its 'text' is empty",
    '{"text": 5}': "its 'text' is a number, not a string",
    '{"text": ["x"]}': "its 'text' is a list, not a string",
}


@pytest.mark.parametrize("row", BROKEN_ROWS, ids=lambda row: row[:20])
def test_a_row_that_is_no_article_is_named_by_line_and_the_others_are_read(row: str) -> None:
    data = f'{{"text": "before"}}\n{row}\n{{"text": "after"}}\n'.encode()
    found = list(read_jsonl(io.BytesIO(data), "a.jsonl"))
    assert [article.text for article in articles(found)] == ["before", "after"]
    (problem,) = problems(found)
    assert problem.startswith(f"a.jsonl, line 2: {BROKEN_ROWS[row]}")


ODD_CELLS = {
    '"date": "29/11/24"': "its 'date' '29/11/24' is not an ISO date",
    '"date": 20241129': "its 'date' is a number, not a string",
    '"title": {"en": "Rain"}': "its 'title' is an object, not a string",
    '"id": 1.5': "its 'id' is a number",
    '"id": true': "its 'id' is true or false",
    '"title": "\\ud800"': "",
}


@pytest.mark.parametrize("cell", ODD_CELLS)
def test_a_row_with_an_odd_cell_is_still_an_article(cell: str) -> None:
    found = list(read_jsonl(io.BytesIO(f'{{"text": "It rains.", {cell}}}'.encode()), "a.jsonl"))
    (article,) = articles(found)
    assert (article.id, article.date) == ("a.jsonl#1", None)
    assert [problem.split(": ")[1].split(" (")[0] for problem in problems(found)] == [ODD_CELLS[cell]] * bool(
        ODD_CELLS[cell]
    )


@pytest.mark.parametrize(
    "date",
    [
        "2024-11-29",
        "2024-11-29T00:10:00+03:00",
        "2024-11-29 23:59:59Z",
        "2024-11-29 08:00:00 UTC",
        " 20241129 ",
        "2024-11-29 2:58:09 -0400",
    ],
)
def test_a_date_column_gives_the_calendar_day_as_written(date: str) -> None:
    found = list(read_jsonl(io.BytesIO(json.dumps({"text": "x", "date": date}).encode()), "a.jsonl"))
    assert (articles(found)[0].date, problems(found)) == (dt.date(2024, 11, 29), [])


def test_half_a_surrogate_pair_is_replaced_one_for_one_and_named() -> None:
    found = list(read_jsonl(io.BytesIO(b'{"text": "a\\ud83db \\ud83d\\ude00"}'), "a.jsonl"))
    assert articles(found)[0].text == "a\ufffdb \U0001f600"
    assert "line 1: its text holds half a surrogate pair" in problems(found)[0]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_jsonl_is_read_in_the_encodings_it_comes_in(encoding: str) -> None:
    data = '{"text": "Örebro – “old”"}\r\n{"text": "två"}'.encode(encoding)
    found = list(read_jsonl(io.BytesIO(data), "a.jsonl"))
    assert ([article.text for article in articles(found)], problems(found)) == (["Örebro – “old”", "två"], [])


@pytest.mark.parametrize("encoding", [None, "cp1252"])
def test_bytes_of_a_row_that_do_not_fit_are_named(encoding: str | None) -> None:
    data = b'{"text": "ok"}\n{"text": "\xc3\xb6\xc3\xa5 \x81"}\n'
    found = list(read_jsonl(io.BytesIO(data), "a.jsonl", options=Options(encoding=encoding)))
    assert len(articles(found)) == 2
    assert "line 2: 1 byte or sequence could not be decoded" in problems(found)[0]


def test_a_giant_line_is_named_and_read_past() -> None:
    data = b'{"text": "before"}\n{"text": "' + b"x" * 5000 + b'"}\n{"text": "after"}\n'
    found = list(read_jsonl(io.BytesIO(data), "a.jsonl", limit=1000))
    assert [article.text for article in articles(found)] == ["before", "after"]
    assert "a.jsonl, line 2: is longer than" in problems(found)[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_no_more_of_a_giant_line_is_held_than_its_beginning(encoding: str) -> None:
    data = ("short\n" + "x" * 300_000 + "\nend").encode(encoding)
    lines = list(read_lines(io.BytesIO(data), encoding=encoding, limit=1000))
    assert [(len(line.text), line.cut) for line in lines] == [(6, False), (1001, True), (3, False)]


def test_gzipped_jsonl_is_read_up_to_where_its_stream_is_cut() -> None:
    rows = b"".join(json.dumps({"text": f"{n} {n * 7919 % 1000}"}).encode() + b"\n" for n in range(20_000))
    whole = gzip.compress(rows)
    assert len(articles(read_jsonl_gz(io.BytesIO(whole), "a.jsonl.gz"))) == 20_000
    found = list(read_jsonl_gz(io.BytesIO(whole[: len(whole) // 2]), "a.jsonl.gz"))
    assert 1000 < len(articles(found)) < 20_000
    assert "its gzip stream is cut or damaged" in problems(found)[-1]
    assert problems(read_jsonl_gz(io.BytesIO(b"not gzip at all"), "a.jsonl.gz"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_is_read_whatever_separates_its_columns(delimiter: str) -> None:
    head = delimiter.join(["id", "text", "date"])
    row = delimiter.join(["n-1", f'"It rains{delimiter} it ""pours"".\r\n\r\nStill."', "2024-11-29"])
    (article,) = articles(read_csv(io.BytesIO(f"{head}\r\n{row}\r\n".encode()), "a.csv"))
    assert (article.id, article.date) == ("n-1", dt.date(2024, 11, 29))
    assert article.text == f'It rains{delimiter} it "pours".\r\n\r\nStill.'


def test_csv_fields_may_be_huge() -> None:
    text = "rain " * 100_000
    (article,) = articles(read_csv(io.BytesIO(f'text\n"{text}"\n'.encode()), "a.csv"))
    assert article.text == text


def test_a_ragged_csv_row_is_named_and_the_others_are_read() -> None:
    found = list(read_csv(io.BytesIO(b"id,text\n1,one\n2,two, and more\n3\n\n4,four\n"), "a.csv"))
    assert [article.id for article in articles(found)] == ["1", "4"]
    assert [problem.split(" (not")[0] for problem in problems(found)] == [
        "a.csv, row 2 (line 3): has 3 cells where the header has 2",
        "a.csv, row 3 (line 4): has 1 cells where the header has 2",
    ]


def test_a_quote_that_never_closes_costs_one_row_and_not_the_rest_of_the_file() -> None:
    found = list(read_csv(io.BytesIO(b'id,text\n1,one\n2,"two\n3,three\n4,"four\nlines"\n5,"open\n6,six'), "a.csv"))
    assert [(article.id, article.text) for article in articles(found)] == [
        ("1", "one"),
        ("3", "three"),
        ("4", "four\nlines"),
        ("6", "six"),
    ]
    first, second = problems(found)
    assert first.startswith("a.csv, row 2 (line 3): is not CSV: ',' expected after '\"'")
    assert second.startswith("a.csv, row 5 (line 7): has a quote that is never closed")


def test_a_quote_that_never_closes_does_not_fill_the_memory() -> None:
    data = b'id,text\n1,"one\n' + b"2,two\n" * 1000
    found = list(read_csv(io.BytesIO(data), "a.csv", limit=500))
    assert len(articles(found)) == 1000
    assert "perhaps by a quote that is never closed" in problems(found)[0]


def test_a_csv_of_nothing_but_open_quotes_is_given_up_soon() -> None:
    data = b"id,text\n" + (b'1,"one\n' + b"2,two\n" * 20) * 1000
    found = list(read_csv(io.BytesIO(data), "a.csv", limit=100))
    assert len(found) < 500
    assert problems(found)[-1].split(" (not")[0].endswith("too many such rows: the rest of the file is not read")


def test_quotes_inside_a_cell_are_taken_as_they_are() -> None:
    (article,) = articles(read_csv(io.BytesIO(b'id,text\n1,"5" disk; a "new" one\n'), "a.csv"))
    assert article.text == '5 disk; a "new" one'


def test_a_csv_without_a_text_column_is_named_with_its_columns() -> None:
    found = list(read_csv(io.BytesIO(b"id,body\n1,one\n"), "a.csv"))
    assert problems(found) == ["a.csv, line 1: has no column 'text' among 'id', 'body' (name it with --text-column)"]
    assert (
        articles(read_csv(io.BytesIO(b"id,body\n1,one\n"), "a.csv", options=Options(text_column="body")))[0].text
        == "one"
    )


def test_blanks_round_the_name_of_a_column_are_nothing_in_the_header_nor_in_the_flag() -> None:
    file = io.BytesIO(b"id,Article body \n1,one\n")
    assert [a.text for a in articles(read_csv(file, "a.csv", options=Options(text_column="Article body ")))] == ["one"]


def test_csv_rows_keep_to_the_encoding_that_the_first_odd_one_has() -> None:
    rows = "id,text\n" + "".join(f"{n},Тихая ночь над городом и снова дождь\n" for n in range(20))
    found = list(read_csv(io.BytesIO(rows.encode("cp1251")), "a.csv"))
    assert {article.text for article in articles(found)} == {"Тихая ночь над городом и снова дождь"}
    assert problems(found) == []


def test_a_file_that_vanishes_or_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, a__txt=b"one", b__txt=b"two", c__jsonl=b'{"text": "three"}')
    stream = read(tmp_path)
    first = next(stream)
    assert isinstance(first, Article)
    (tmp_path / "b.txt").unlink()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("amberpost.readers.open_window", refuse)
    assert problems(stream) == [
        "b.txt: cannot be read: No such file or directory (not searched; see that it is there and may be read)",
        "c.jsonl: cannot be read: Permission denied (not searched; see that it is there and may be read)",
    ]


def test_standard_input_is_text_unless_it_begins_like_jsonl_or_a_format_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read_stdin(data: str, **options: str) -> list[tuple[str, str | None]]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
        return [(article.id, article.text) for article in articles(read("-", **options))]

    assert read_stdin("It rains.") == [("-", "It rains.")]
    assert read_stdin('\ufeff {"text": "It rains."}') == [("-#1", "It rains.")]
    assert read_stdin("text\nIt rains.\n", format="csv") == [("-#1", "It rains.")]
    assert read_stdin('{"text": 1}', format="text") == [("-", '{"text": 1}')]


def test_a_repeated_id_is_named_and_both_articles_are_read(tmp_path: Path) -> None:
    put(
        tmp_path,
        a__jsonl=b'{"id": "x", "text": "1"}\n{"id": "y", "text": "2"}\n',
        b__jsonl=b'{"id": "x", "text": "3"}\n',
    )
    found = list(read(tmp_path))
    assert len(articles(found)) == 3
    assert [problem.split(" (")[0] for problem in problems(found)] == ["b.jsonl, row 1: has the id of a.jsonl, row 1"]


@pytest.mark.parametrize("name", ["", "idna", "undefined", "hex", "rot13", "\udcff", "a\0b", "koi9"])
def test_an_encoding_that_no_file_can_be_read_in_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"caf\xe9")
    with pytest.raises(ReadError, match="name one such as utf-8, cp1252"):
        read(tmp_path, encoding=name)


@pytest.mark.parametrize("name", ["UTF-8", "latin-1", "utf-16", "utf-7", "shift_jis", "gb18030", "utf-8-sig", "hz"])
def test_an_encoding_of_text_is_not(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Rain.".encode(name) + b"\xff")
    (tmp_path / "b.jsonl").write_bytes('{"text": "Rain."}\n'.encode(name))
    assert len(articles(read(tmp_path, encoding=name))) == 2


@pytest.mark.parametrize("paths", [(["a", "b"],), (b"a.txt",), (None,), ("a.txt", 7)], ids=repr)
def test_what_is_no_path_raises_with_advice(paths: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("Rain.")
    with pytest.raises(ReadError, match="a path is a string"):
        read(*paths)
    with pytest.raises(ReadError, match="a path is a string"):
        read(tmp_path, files_from=[paths])  # type: ignore[arg-type]


def test_a_column_of_csv_that_stands_there_twice_is_named_and_left_out() -> None:
    data = b"id,text,date,date,,,more,more\n7,Rain.,2024-11-29,2024-11-30,a,b,c,d\n"
    problem, article = read_csv(io.BytesIO(data), "a.csv")
    assert isinstance(article, Article)
    assert (article.id, article.text, article.date) == ("7", "Rain.", None)
    assert str(problem).startswith("a.csv, line 1: its column 'date' stands there 2 times (read without it")
    (problem,) = read_csv(io.BytesIO(b"text,text\nRain.,Snow.\n"), "a.csv")
    assert "its column 'text' stands there 2 times" in str(problem)
    problem, article = read_csv(io.BytesIO(b"text,text,html\nRain.,Snow.,<p>Hail.\n"), "a.csv")
    assert isinstance(article, Article)
    assert (article.text, article.html) == (None, "<p>Hail.")


def test_csv_whose_lines_end_in_cr_alone_is_told_so() -> None:
    (problem,) = read_csv(io.BytesIO(b"id,text\r7,Rain.\r"), "a.csv")
    assert "no header that can be read (not read; end its lines with LF or CRLF" in str(problem)


NAMED = Options(id_column="key", date_column="day")


def test_a_column_that_the_user_named_and_that_is_not_there_is_told_once() -> None:
    found = list(read_csv(io.BytesIO(b"text,day\nRain.,2024-11-29\nSnow.,\n"), "a.csv", options=NAMED))
    assert problems(found) == ["a.csv, line 1: has no column 'key' (read without it; see how the column is spelled)"]
    assert len(articles(found)) == 2
    rows = b'{"text": "Rain."}\n{"text": "Snow.", "day": null}\n'
    found = list(read_jsonl(io.BytesIO(rows), "a.jsonl", options=NAMED))
    assert [problem[:51] for problem in problems(found)] == ["a.jsonl: no row has a column 'key', as far as line "]
    assert len(articles(found)) == 2
    assert problems(read_jsonl(io.BytesIO(rows), "a.jsonl")) == []
    assert problems(read_jsonl(io.BytesIO(rows), "a.jsonl", options=NAMED, first=3)) == []  # of a later stretch
    assert problems(read_csv(io.BytesIO(b"body\nRain.\n"), "a.csv", options=Options(text_column="body"))) == []


def test_a_column_is_looked_for_in_the_first_stretch_of_a_large_file_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amberpost.readers.jsonl._LOOKED_THROUGH", 60)
    row, last = b'{"text": "It rains."}\n', b'{"text": "It rains.", "key": "7", "day": ""}\n'
    early, late = (list(read_jsonl(io.BytesIO(row * n + last), "a.jsonl", options=NAMED)) for n in (2, 30))
    assert problems(early) == []
    assert [problem.partition(",")[2][:19] for problem in problems(late)] == [" as far as line 3 ("] * 2
    assert len(articles(late)) == 31


def test_where_no_column_fits_those_are_told_that_the_file_has() -> None:
    found = list(read_csv(io.BytesIO("\ufeffid; body\n7;It rains.\n".encode()), "a.csv"))
    assert problems(found) == ["a.csv, line 1: has no column 'text' among 'id', 'body' (name it with --text-column)"]


@pytest.mark.parametrize("line", ['{"text": "cut', '{"text": "a\tb"}', "{"])
def test_what_is_wrong_with_a_line_is_said_in_whole_words(line: str) -> None:
    (found,) = problems(read_jsonl(io.BytesIO(line.encode()), "a.jsonl"))
    assert "at at" not in found
    assert " at column " in found


@pytest.mark.parametrize("hint", ["sep=;\r\n", '"sep=,"\n', "\ufeffsep=;\n", "\r\n", "\nsep=;\n"])
def test_an_empty_line_and_the_one_that_tells_excel_the_separator_are_no_header(hint: str) -> None:
    found = list(read_csv(io.BytesIO(f"{hint}id;text\n7;It rains.\n8;a;b\n".encode()), "a.csv"))
    assert [(article.id, article.text) for article in articles(found)] == [("7", "It rains.")]
    line = hint.count("\n") + 3
    assert problems(found)[0].startswith(f"a.csv, row 2 (line {line}): has 3 cells")
    assert "is empty" in problems(read_csv(io.BytesIO(hint.encode()), "a.csv"))[0]
