"""The small internet serves its files byte for byte, knows every link of the fixtures, and says what it made up."""

from __future__ import annotations

import asyncio
import datetime as dt
import http.client
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import h11
import pytest
import pytest_socket

from amberpost import Article, Citation, find, read
from amberpost.demo.catalogue import ANSWERS, Answer, read_catalogue
from amberpost.demo.internet import SmallInternet, run_internet
from amberpost.demo.load import Load
from amberpost.demo.tls import AUTHORITY
from amberpost.ids import parse_snowflake

ROOT = Path(__file__).resolve().parents[1]
ARTICLES = ROOT / "fixtures" / "articles"
SEED = ARTICLES / "2024-11-29-aleppo.txt"
CATALOGUE = read_catalogue()
WAITING = 60.0  # an answer that takes longer is there to never come
SERVED = [(url, answer) for answer in CATALOGUE.answers for url in answer.urls if answer.delay < WAITING]

pytestmark = pytest.mark.loopback


@pytest.fixture(scope="module")
def internet() -> Iterator[SmallInternet]:
    pytest_socket.enable_socket()  # a fixture of a module is made before the marker of its first test counts
    with run_internet() as running:
        yield running


def ask(internet: SmallInternet, url: str, *, trusting: ssl.SSLContext | None = None) -> bytes:
    """All bytes that come back for a GET, over a connection that leads where the resolver says."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    (endpoint,) = asyncio.run(internet.resolver(host, 443 if parts.scheme == "https" else 80))
    target = url.split("/", 3)[3]
    with socket.create_connection((endpoint.address, endpoint.port), timeout=5) as plain:
        secure = trusting or internet.ssl_context
        stream = secure.wrap_socket(plain, server_hostname=host) if parts.scheme == "https" else plain
        with stream:
            stream.sendall(f"GET /{target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            return b"".join(iter(lambda: stream.recv(65536), b""))


def parse_answer(raw: bytes) -> tuple[h11.Response, bytes, bool]:
    """What h11 makes of an answer: its head, its payload, and whether it ended where it said."""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "a.example")]))
    connection.receive_data(raw)
    connection.receive_data(b"")
    head, body = connection.next_event(), b""
    assert isinstance(head, h11.Response)
    while isinstance(event := connection.next_event(), h11.Data):
        body += event.data
    return head, body, isinstance(event, h11.EndOfMessage) and connection.trailing_data == (b"", True)


def find_target(raw: bytes) -> str:
    """Where an answer leads: its Location, or what t.co's page says three times over."""
    head, body, _ = parse_answer(raw)
    location = dict(head.headers).get(b"location")
    if location:
        return location.decode()
    page = body.decode()
    meta, title, script = (
        re.findall(pattern, page) for pattern in ('URL=([^"]+)', "<title>([^<]+)", r'replace\("([^"]+)')
    )
    assert meta == title == [script[0].replace("\\/", "/")]
    return str(title[0])


def find_posts(path: Path) -> Iterator[Citation]:
    for article in read(path):
        assert isinstance(article, Article)
        yield from (post for post in find(article, platform=["twitter"]) if post.links)


@pytest.mark.parametrize(("url", "answer"), SERVED, ids=[url for url, _ in SERVED])
def test_each_file_goes_over_the_wire_byte_for_byte(internet: SmallInternet, url: str, answer: Answer) -> None:
    if not answer.certified:
        with pytest.raises(ssl.SSLCertVerificationError, match="certificate is not valid for"):
            ask(internet, url)
        return
    asked = url.replace("*", "some/thing")
    for file in answer.files:
        assert ask(internet, asked) == (ANSWERS / file).read_bytes()
    assert ask(internet, asked) == (ANSWERS / answer.files[-1]).read_bytes()


def test_index_and_files_are_the_same_set() -> None:
    listed = {file for answer in CATALOGUE.answers for file in answer.files}
    there = {str(path.relative_to(ANSWERS)) for path in ANSWERS.rglob("*.http")}
    assert listed == there
    assert len({name.lower() for name in there}) == len(there), "two files are one where case does not count"


def test_each_url_has_one_entry_and_each_form_is_used() -> None:
    urls = [url for answer in CATALOGUE.answers for url in answer.urls]
    assert len(set(urls)) == len(urls)
    assert {answer.form for answer in CATALOGUE.answers} == set(CATALOGUE.forms)


@pytest.mark.parametrize("path", sorted(ANSWERS.rglob("*.http")), ids=lambda path: path.name)
def test_each_file_is_one_whole_answer(path: Path) -> None:
    head, body, is_whole = parse_answer(path.read_bytes())
    assert is_whole
    assert body or head.status_code in (301, 302, 303, 307, 308, 404)


@pytest.mark.parametrize("post", list(find_posts(SEED)), ids=lambda post: post.handle)
def test_each_link_of_the_seed_leads_to_a_post_of_that_handle_and_day(internet: SmallInternet, post: Citation) -> None:
    for link in post.links:
        code = link.rpartition("/")[2]
        target = find_target(ask(internet, f"https://t.co/{code}"))
        status = re.fullmatch(rf"https://x\.com/{post.handle}/status/(\d+)(/photo/1)?", target)
        assert status is not None
        instant = parse_snowflake(status[1])
        assert instant is not None
        assert instant.date() == post.date == dt.date(2024, 11, 29)
        assert parse_answer(ask(internet, target))[0].status_code == 200


def test_every_link_of_the_fixtures_leads_to_an_answer(internet: SmallInternet) -> None:
    links = [link for post in find_posts(ARTICLES) for link in post.links]
    assert len(links) > 40
    for link in links:
        url = find_target(ask(internet, link))
        if url.startswith("https://twitter.com/"):
            url = find_target(ask(internet, url))
        assert parse_answer(ask(internet, url))[0].status_code in (200, 301, 302, 404, 410, 503), url


@pytest.mark.parametrize("script", ["make_demo_posts.py", "make_demo_page.py", "make_demo_tls.py"])
def test_what_is_generated_is_current(script: str) -> None:
    done = subprocess.run([sys.executable, ROOT / "tools" / script, "--check"], check=False, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_no_answer_lies_there_that_nobody_can_ask_for() -> None:
    told = {name for answer in read_catalogue().answers for name in answer.files}
    assert {path.relative_to(ANSWERS).as_posix() for path in ANSWERS.rglob("*.http")} <= told


def test_the_articles_of_the_demo_are_fixtures() -> None:
    shipped = sorted((ROOT / "src" / "amberpost" / "demo" / "articles").iterdir())
    assert len(shipped) >= 3
    for path in shipped:
        assert path.read_bytes() == (ARTICLES / path.name).read_bytes()
    assert SEED.name not in {path.name for path in shipped}, "it is its publisher's: see NOTICE"


def test_nobody_who_does_not_trust_the_authority_gets_in(internet: SmallInternet) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer certificate"):
        ask(internet, "https://t.co/02OQCDI90m", trusting=ssl.create_default_context())


def test_the_certificates_hold_by_strict_rules_for_a_century(internet: SmallInternet) -> None:
    strict = ssl.create_default_context(cafile=AUTHORITY)
    strict.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    assert ask(internet, "https://x.com/", trusting=strict).startswith(b"HTTP/1.1 200")
    (authority,) = strict.get_ca_certs()
    assert str(authority["notAfter"]).endswith("2125 GMT")


def test_the_authority_s_key_is_nowhere() -> None:
    certificates = AUTHORITY.parent.iterdir()
    keys = [path.name for path in certificates if b"PRIVATE KEY" in path.read_bytes()]
    assert keys == ["server.pem"]


def test_a_host_that_is_not_known_does_not_resolve(internet: SmallInternet) -> None:
    with pytest.raises(socket.gaierror) as caught:
        asyncio.run(internet.resolver("no-such-host.example", 443))
    assert caught.value.errno == socket.EAI_NONAME


def test_the_log_has_each_request_with_its_time(internet: SmallInternet) -> None:
    before = len(internet.find_times("lindmarpost.example"))
    begin = time.monotonic()
    for _ in range(3):
        ask(internet, "https://lindmarpost.example/permanent")
    times = internet.find_times("lindmarpost.example")[before:]
    assert len(times) == 3
    assert begin <= times[0] < times[1] < times[2] <= time.monotonic()
    assert internet.requests[-1].url == "https://lindmarpost.example/permanent"


def test_answers_of_a_test_s_own_come_first() -> None:
    with run_internet(extra={"http://own.example/a?b": b"anything\n", "https://t.co/02OQCDI90m": b"mine"}) as running:
        assert ask(running, "http://own.example/a?b") == b"anything\n"
        assert ask(running, "https://t.co/02OQCDI90m") == b"mine"


def test_it_ends_at_once_however_slow_its_hosts_are() -> None:
    with run_internet() as running:
        waiting = threading.Thread(target=ask, args=(running, "https://slow.example/never"), daemon=True)
        waiting.start()
        while not running.requests:
            time.sleep(0.001)
        begin = time.monotonic()
    assert time.monotonic() - begin < 1
    waiting.join(timeout=5)
    assert not waiting.is_alive()


@pytest.mark.parametrize("junk", [b"\r\n\r\n", b"HELO there\r\n\r\n", b"GET /\r\n\r\n", b"a" * 70_000, b"\x16\x03\x01"])
def test_junk_ends_its_connection_and_no_other(internet: SmallInternet, junk: bytes) -> None:
    with socket.create_connection(("127.0.0.1", internet.port), timeout=5) as client:
        client.sendall(junk)
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100) == b""
    assert ask(internet, "http://lindmarpost.example/farewell").startswith(b"HTTP/1.1 301")


def test_a_child_process_serves_load_until_it_is_let_go() -> None:
    load = Load(hosts=3, size=3000)
    command = [sys.executable, "-m", "amberpost.demo", "--serve", "--hosts", "3", "--size", "3000"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        port = int(child.stdout.readline().split()[0])
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        for number in range(5):  # on one connection
            client.request("GET", f"/page/{number}", headers={"Host": f"host{number % 3:03}.test"})
            assert client.getresponse().read() == load.make_answer(number).partition(b"\r\n\r\n")[2]
        client.close()
        child.stdin.close()
        assert child.wait(timeout=5) == 0


def test_load_waits_and_closes_when_it_is_asked_to() -> None:
    with run_internet(load=Load(hosts=2, size=1000, delay=0.2)) as running:
        begin = time.monotonic()
        with socket.create_connection(("127.0.0.1", running.port), timeout=5) as client:
            client.sendall(b"GET /page/1 HTTP/1.1\r\nhost: host001.test\r\nConnection: close\r\n\r\n")
            raw = b"".join(iter(lambda: client.recv(65536), b""))
        assert time.monotonic() - begin >= 0.2
        assert parse_answer(raw)[2]
        assert [request.host for request in running.requests] == ["host001.test"]
