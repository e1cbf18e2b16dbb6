"""`amberpost export -o x.wacz`: the format's rules, the same bytes each time, and what others' tools make of it."""

from __future__ import annotations

import base64
import errno
import fcntl
import gzip
import hashlib
import json
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import amberpost
from amberpost import ArchiveBusy, ArchiveDamaged, ArchiveError, WriteError
from amberpost.archive.publishing.waczsign import KEY
from amberpost.cli import app
from archiving import answer, new_link
from citedposts import ASKED, PAGE, WORDS, build_judged
from smallarchive import Builder
from waczfiles import check_rules, digest, pack, parse_lines, read_index, read_json, read_pages, read_rows

BIN = Path(sys.executable).parent
BODY = b"<html><title>  The &lt;mole&gt;\n at night </title><body>" + b"fog " * 300


def run(*arguments: str | Path) -> Result:
    return CliRunner(env={"AMBERPOST_CONTACT": ""}).invoke(app, [*map(str, arguments)])


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_judged(tmp_path_factory.mktemp("wacz") / "kept")


@pytest.fixture
def own(kept: Path, tmp_path: Path) -> Path:
    """The archive, to be changed."""
    return Path(shutil.copytree(kept, tmp_path / "own"))


# The format ---------------------------------------------------------------------------------------------------------


def test_every_rule_of_the_format_is_kept(kept: Path, tmp_path: Path) -> None:
    check_rules(pack(kept, tmp_path / "x.wacz"), kept)


def test_an_archive_of_several_segments_is_packed_whole(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with Builder(folder, segment_bytes=2000) as archive:
        links = [f"https://news.example/{number}" for number in range(40)]
        archive.cite("c1", *links)
        for link in links:
            archive.answer(link, answer(hashlib.sha256(link.encode()).hexdigest().encode() * 20))
    assert len(list((folder / "warc").iterdir())) > 3
    path = pack(folder, tmp_path / "x.wacz")
    check_rules(path, folder)
    assert len(read_pages(path)) == 40


def test_an_index_of_many_lines_is_cut_into_blocks_that_the_listing_finds(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with Builder(folder) as archive:
        links = [f"https://news.example/{number}" for number in range(2100)]
        archive.cite("c1", *links)
        for link in links:
            archive.answer(link, answer(b"", status=404))
    path = pack(folder, tmp_path / "x.wacz")
    check_rules(path, folder)
    listing = zipfile.ZipFile(path).read("indexes/index.idx").splitlines()
    assert len(listing) == 1 + 3


def test_two_exports_of_one_archive_are_the_same_bytes(kept: Path, own: Path, tmp_path: Path) -> None:
    first, second = pack(kept, tmp_path / "x.wacz"), pack(own, tmp_path / "elsewhere.wacz")
    assert first.read_bytes() == second.read_bytes()
    signed = [pack(own, tmp_path / f"{name}.wacz", sign=True).read_bytes() for name in "ab"]
    assert signed[0] == signed[1] != first.read_bytes()


def test_when_it_was_created_is_told_by_the_newest_capture(kept: Path, tmp_path: Path) -> None:
    path = pack(kept, tmp_path / "x.wacz")
    newest = max(line.time for line in parse_lines(read_index(path)))
    assert re.sub(r"\D", "", read_json(path, "datapackage.json")["created"]) == newest


def test_the_rows_are_those_of_an_export_to_jsonl(kept: Path, tmp_path: Path) -> None:
    assert amberpost.export(kept, tmp_path / "x.wacz") == amberpost.export(kept, tmp_path / "x.jsonl") == 4
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text("utf-8").splitlines()]
    assert read_rows(tmp_path / "x.wacz", "citations/citations.jsonl") == rows


# Pages --------------------------------------------------------------------------------------------------------------


def test_posts_that_somebody_tells_of_and_cited_pages_are_listed(kept: Path, tmp_path: Path) -> None:
    post, page = read_pages(pack(kept, tmp_path / "x.wacz"))
    assert post["url"] == ASKED
    assert post["title"].startswith(f"Harbour Desk Lindmar (@HarborDesk), 2024-11-25: {WORDS}")
    assert WORDS in post["text"]
    assert (page["url"], page["title"]) == (PAGE, post["title"])  # its own page is called by what is known of it
    assert "text" not in page


def test_redirects_errors_and_what_is_no_page_are_not_listed(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with Builder(folder) as archive:
        archive.cite("c1", "https://a.example/moved", "https://a.example/gone", "https://a.example/picture")
        archive.redirect("https://a.example/moved", "https://a.example/page")
        archive.answer("https://a.example/page", answer(BODY))
        archive.answer("https://a.example/gone", answer(BODY, status=404))
        archive.answer("https://a.example/picture", answer(b"GIF89a", headers=b"Content-Type: image/gif\r\n"))
    path = pack(folder, tmp_path / "x.wacz")
    assert [(page["url"], page["title"]) for page in read_pages(path)] == [
        ("https://a.example/page", "The <mole> at night")
    ]
    assert read_rows(path, "pages/pages.jsonl")[0]["hasText"] is False


HOSTILE = [
    'a"b\\c',
    "</script><script>alert(1)</script>",
    "one\u2028two\u2029three\x85four",
    "\x1b]0;owned\x07\x1b[31mred",
    "\u202egnp.exe\u2066",
    "\0\x01\x7f",
    '{"url": "https://other.example/"}',
    "fog " * 200,
    "\ud83c\udf2b lone \ud800",
]


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_title_stays_one_line_of_plain_json(tmp_path: Path, title: str) -> None:
    folder = tmp_path / "kept"
    with Builder(folder) as archive:
        archive.cite("c1", "https://a.example/page", text=title)
        archive.answer("https://a.example/page", answer(b"<title>%s</title>" % title.encode("utf-8", "surrogatepass")))
    path = pack(folder, tmp_path / "x.wacz")
    check_rules(path, folder)
    raw = zipfile.ZipFile(path).read("pages/pages.jsonl")
    assert raw.isascii()
    assert raw.count(b"\n") == len(raw.decode().splitlines()) == 2
    (page,) = read_pages(path)
    assert len(page["title"]) <= 300
    assert not set(page["title"]) & set("\0\x01\x07\x1b\x7f\x85\u202e\u2066\u2028\u2029")


def test_a_hostile_url_is_written_as_it_was_asked_for_and_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    urls = [
        "https://a.example/<script>alert(1)</script>?q=\"'",
        'https://a.example/{"url":1}\\u202e',
        "https://xn--80ak6aa92e.example/раз",
        "http://127.0.0.1/../../etc/passwd%00",
        "https://a.example/a b#c",
    ]
    with Builder(folder) as archive:
        archive.store.add_urls(new_link(url) for url in urls)
        for url in urls:
            archive.answer(url, answer(BODY))
    path = pack(folder, tmp_path / "x.wacz")
    check_rules(path, folder)
    pages = [page["url"] for page in read_pages(path)]
    assert len(pages) == len(urls)
    assert all(re.fullmatch(r"https?://[!-~]+", url) for url in pages)


# Judges -------------------------------------------------------------------------------------------------------------


def validate(path: Path) -> tuple[int, str]:
    done = subprocess.run([str(BIN / "wacz"), "validate", "-f", str(path)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize("sign", [False, True])
def test_py_wacz_finds_it_valid(own: Path, tmp_path: Path, sign: bool) -> None:
    code, said = validate(pack(own, tmp_path / "x.wacz", sign=sign))
    assert (code, said.count("is valid")) == (0, 1), said


def test_py_wacz_finds_it_valid_where_urls_are_kept_that_no_citation_names(tmp_path: Path) -> None:
    with Builder(tmp_path / "archive") as archive:
        archive.store.add_urls([new_link(PAGE)])
        archive.answer(PAGE, answer(b"<p>a page"))
    code, said = validate(pack(tmp_path / "archive", tmp_path / "x.wacz"))
    assert (code, said.count("is valid")) == (0, 1), said


def test_py_wacz_sees_what_was_changed(kept: Path, tmp_path: Path) -> None:
    path = pack(kept, tmp_path / "x.wacz")
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(tmp_path / "y.wacz", "w") as other:
        for member in package.infolist():
            data = package.read(member)
            other.writestr(
                member, data.replace(b"breakwater", b"freakwater") if "citations" in member.filename else data
            )
    assert validate(tmp_path / "y.wacz")[1].count("is valid") == 0


def test_pywb_replays_a_page_by_what_is_in_the_file_alone(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with Builder(folder) as archive:
        archive.cite("c1", "https://a.example/page", "https://b.example/same")
        archive.answer("https://a.example/page", answer(BODY))
        archive.answer("https://b.example/same", answer(BODY))
    path = pack(folder, tmp_path / "x.wacz")
    assert {line.fields["mime"] for line in parse_lines(read_index(path))} == {"text/html", "warc/revisit"}
    collection = tmp_path / "root" / "pages"
    with zipfile.ZipFile(path) as package:
        package.extractall(collection)
    lines = gzip.decompress((collection / "indexes" / "index.cdx.gz").read_bytes())
    shutil.rmtree(collection / "indexes")
    (collection / "indexes").mkdir()
    (collection / "indexes" / "index.cdxj").write_bytes(lines)
    asked = "\n".join(json.dumps(["pages", re.sub(r"\D", "", page["ts"]), page["url"]]) for page in read_pages(path))
    command = [sys.executable, str(Path(__file__).with_name("replay.py")), str(tmp_path / "root")]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=120, check=False)
    assert [json.loads(line) for line in done.stdout.splitlines()] == [[200, hashlib.sha256(BODY).hexdigest()]] * 2, (
        done.stderr[-1000:]
    )


def test_amberpost_reads_its_own_file(kept: Path, tmp_path: Path) -> None:
    done = run("find", pack(kept, tmp_path / "x.wacz"), "-o", tmp_path / "found.jsonl", "--jobs", "1")
    assert done.exit_code == 0, done.stderr


# Signatures ---------------------------------------------------------------------------------------------------------


def verify(path: Path) -> None:
    """Verify as wacz-auth says, in the forms that ReplayWeb.page takes; raises when the signature is not the key's."""
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP384R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    seal, package = read_json(path, "datapackage-digest.json"), read_json(path, "datapackage.json")
    signed = seal["signedData"]
    assert set(signed) == {"hash", "created", "software", "version", "signature", "publicKey"}
    assert (signed["hash"], signed["created"], signed["version"]) == (seal["hash"], package["created"], "0.1.0")
    assert signed["software"] == package["software"]
    key = load_der_public_key(base64.b64decode(signed["publicKey"]))
    assert isinstance(key, EllipticCurvePublicKey)
    assert isinstance(key.curve, SECP384R1)
    numbers = base64.b64decode(signed["signature"])
    assert len(numbers) == 96
    pair = encode_dss_signature(int.from_bytes(numbers[:48], "big"), int.from_bytes(numbers[48:], "big"))
    key.verify(pair, signed["hash"].encode(), ECDSA(SHA256()))


def test_a_signature_verifies_and_is_none_for_another_package(own: Path, tmp_path: Path) -> None:
    from cryptography.exceptions import InvalidSignature

    path = pack(own, tmp_path / "x.wacz", sign=True)
    check_rules(path, own)
    verify(path)
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(tmp_path / "y.wacz", "w") as other:
        manifest = package.read("datapackage.json").replace(b"Cited posts", b"Other posts")
        seal = json.loads(package.read("datapackage-digest.json")) | {"hash": digest(manifest)}
        seal["signedData"]["hash"] = digest(manifest)
        other.writestr("datapackage.json", manifest)
        other.writestr("datapackage-digest.json", json.dumps(seal))
    with pytest.raises(InvalidSignature):
        verify(tmp_path / "y.wacz")


def test_the_key_is_made_once_for_its_owner_alone_and_is_in_no_export(own: Path, tmp_path: Path) -> None:
    said = [run("export", own, "-o", tmp_path / f"{name}.wacz", "--sign").stderr for name in "ab"]
    assert said[0] == said[1]
    assert re.search(r"\nsigned by the key with the SHA-256 fingerprint [0-9a-f]{64}\n", said[0])
    assert stat.S_IMODE((own / KEY).stat().st_mode) == 0o600
    public = read_json(tmp_path / "a.wacz", "datapackage-digest.json")["signedData"]["publicKey"]
    assert hashlib.sha256(base64.b64decode(public)).hexdigest() in said[0]
    assert b"PRIVATE" not in (tmp_path / "a.wacz").read_bytes()
    assert run("check", own).exit_code == 0


@pytest.mark.parametrize("key", ["no key", "another curve", "a link"])
def test_what_is_no_key_of_ours_is_named_and_left_alone(own: Path, tmp_path: Path, key: str) -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    other = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "other.pem").write_bytes(other if key == "another curve" else b"secret")
    if key == "a link":
        (own / KEY).symlink_to(tmp_path / "other.pem")
    else:
        shutil.copy(tmp_path / "other.pem", own / KEY)
    with pytest.raises(ArchiveError, match=KEY):
        pack(own, tmp_path / "x.wacz", sign=True)
    assert not (tmp_path / "x.wacz").exists()


# What is refused ----------------------------------------------------------------------------------------------------


def test_an_archive_at_work_is_not_packed(own: Path, tmp_path: Path) -> None:
    with (own / "lock").open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ArchiveBusy):
            pack(own, tmp_path / "x.wacz")
        assert run("export", own, "-o", tmp_path / "x.wacz").exit_code == 75
    assert run("export", own, "-o", tmp_path / "x.wacz").exit_code == 0


def test_an_archive_that_stored_nothing_is_told_to_archive_first(tmp_path: Path) -> None:
    with Builder(tmp_path / "kept") as archive:
        archive.cite("c1", "https://a.example/page")
    done = run("export", tmp_path / "kept", "-o", tmp_path / "x.wacz")
    assert (done.exit_code, "archive first" in done.stderr) == (1, True)
    assert not (tmp_path / "x.wacz").exists()


@pytest.mark.parametrize(("change", "error"), [(b"more", ArchiveError), (None, ArchiveDamaged)])
def test_segments_that_are_not_as_they_were_left_are_not_packed(
    own: Path, tmp_path: Path, change: bytes | None, error: type[ArchiveError]
) -> None:
    (tmp_path / "x.wacz").write_bytes(b"the old file")
    (segment,) = (own / "warc").iterdir()
    data = segment.read_bytes()
    segment.write_bytes(data + change if change else data[:-1])
    with pytest.raises(error, match=r"amberpost (archive|check)"):
        pack(own, tmp_path / "x.wacz")
    assert (tmp_path / "x.wacz").read_bytes() == b"the old file"


def test_pseudonyms_and_a_wacz_contradict_each_other(kept: Path, tmp_path: Path) -> None:
    done = run("export", kept, "-o", tmp_path / "x.wacz", "--pseudonymize")
    assert (done.exit_code, "name everybody" in done.stderr, list(tmp_path.iterdir())) == (2, True, [])
    with pytest.raises(WriteError, match=r"\.jsonl"):
        amberpost.export(kept, tmp_path / "x.wacz", pseudonymize=True)


@pytest.mark.parametrize("arguments", [("-o", "x.jsonl", "--sign"), ("--sign",), ("-o", "x.wacz", "--csv-safe")])
def test_flags_that_mean_nothing_here_are_refused(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("export", kept, *arguments).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_beside_when_the_disk_refuses(kept: Path, tmp_path: Path) -> None:
    done = run("export", kept, "-o", tmp_path / "no" / "such" / "x.wacz")
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])


@pytest.mark.parametrize("place", ["head", "group"])
def test_what_is_not_as_it_was_stored_is_not_packed(own: Path, tmp_path: Path, place: str) -> None:
    """A flipped byte that only the database can tell of: in a package nobody could any more."""
    (segment,) = (own / "warc").glob("*.gz")
    data = bytearray(segment.read_bytes())
    mtime = 4 if place == "head" else len(data) - len(data[data.rindex(b"\x1f\x8b\x08") :]) + 4
    data[mtime] ^= 1
    segment.write_bytes(data)
    with pytest.raises(ArchiveDamaged, match="is not what was stored"):
        amberpost.export(own, tmp_path / "x.wacz")
    assert not list(tmp_path.glob("*.wacz"))


def test_a_place_that_cannot_be_written_is_not_blamed_on_the_archive(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("amberpost.archive.publishing.wacz.write_index", refuse)
    done = run("export", kept, "-o", tmp_path / "x.wacz")
    assert done.exit_code == 1
    assert done.stderr.startswith(f"amberpost: {tmp_path / 'x.wacz'}: No space left on device: see that there is room")
