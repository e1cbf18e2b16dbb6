"""`amberpost replay`: one WACZ and one player, to this machine alone, in parts, and nothing else whatever is asked."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_socket
from typer.testing import CliRunner

from amberpost import ReadError
from amberpost.cli import app
from amberpost.replayserver import ReplayServer
from smallarchive import build_two
from waczfiles import pack

pytestmark = pytest.mark.loopback


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a WACZ, a player, and what is neither."""
    root = tmp_path_factory.mktemp("replay")
    pack(build_two(root / "kept"), root / "täg 1%.wacz")
    player = root / "player"
    (player / "deep" / "er").mkdir(parents=True)
    for name in ("index.html", "ui.js", "sw.js", "deep/er/a.css", "with space.js"):
        (player / name).write_text(f"this is {name}")
    (root / "secret.txt").write_text("secret")
    (player / "link.txt").symlink_to(root / "secret.txt")
    (player / "out").symlink_to(root)
    os.mkfifo(player / "pipe")
    return root


@pytest.fixture(scope="module")
def server(root: Path) -> Iterator[ReplayServer]:
    pytest_socket.enable_socket()  # a fixture of a module is made before the marker of its first test counts
    with ReplayServer(root / "täg 1%.wacz", root / "player") as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def ask(
    server: ReplayServer, path: str, *, method: str = "GET", **headers: str
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


def source(server: ReplayServer) -> str:
    """The address of the WACZ, as a player reads it out of the URL."""
    return parse_qs(urlsplit(server.url).query)["source"][0]


def test_the_player_and_the_file_are_served_whole(server: ReplayServer, root: Path) -> None:
    for path in ("/", "/index.html", "/?source=x"):
        assert ask(server, path)[::2] == (200, b"this is index.html")
    assert ask(server, "/deep/er/a.css")[::2] == (200, b"this is deep/er/a.css")
    assert ask(server, "/with%20space.js")[::2] == (200, b"this is with space.js")
    status, headers, body = ask(server, source(server))
    assert (status, body) == (200, (root / "täg 1%.wacz").read_bytes())
    assert (headers["Accept-Ranges"], headers["Content-Type"]) == ("bytes", "application/wacz")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-0", 0, 1), ("bytes=10-19", 10, 20), ("bytes=100-", 100, None), ("bytes=-22", -22, None),
     ("bytes=7-99999999999", 7, None), ("bytes=0-", 0, None), ("bytes=-99999999999", 0, None)],
)  # fmt: skip
def test_a_part_is_served_as_it_was_asked_for(
    server: ReplayServer, root: Path, asked: str, start: int, end: int | None
) -> None:
    whole = (root / "täg 1%.wacz").read_bytes()
    status, headers, body = ask(server, source(server), Range=asked)
    assert body == whole[start:end]
    first = start % len(whole) if start < 0 else start
    assert (status, headers["Content-Range"]) == (206, f"bytes {first}-{first + len(body) - 1}/{len(whole)}")
    assert int(headers["Content-Length"]) == len(body)


@pytest.mark.parametrize("asked", ["bytes=99999999999-", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused_with_the_size(server: ReplayServer, root: Path, asked: str) -> None:
    status, headers, body = ask(server, source(server), Range=asked)
    size = (root / "täg 1%.wacz").stat().st_size
    assert (status, headers["Content-Range"], body) == (416, f"bytes */{size}", b"")


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=", "lines=0-4", "bytes=0-1,4-5", "bytes=a-b", "bytes=٣-٤".encode().decode("latin-1")])  # noqa: E501  # fmt: skip
def test_what_is_no_single_range_gives_the_whole(server: ReplayServer, asked: str) -> None:
    assert ask(server, "/ui.js", Range=asked)[::2] == (200, b"this is ui.js")


def test_a_part_of_another_version_is_not_mixed_in(server: ReplayServer) -> None:
    tag = ask(server, "/ui.js")[1]["ETag"]
    assert ask(server, "/ui.js", Range="bytes=0-3", If_Range=tag)[::2] == (206, b"this")
    assert ask(server, "/ui.js", Range="bytes=0-3", If_Range='"other"')[::2] == (200, b"this is ui.js")


def test_head_tells_the_size_and_sends_nothing(server: ReplayServer, root: Path) -> None:
    status, headers, body = ask(server, source(server), method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) == (root / "täg 1%.wacz").stat().st_size


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "__init__"])
def test_nothing_but_get_and_head_is_answered(server: ReplayServer, method: str) -> None:
    status, headers, _ = ask(server, "/ui.js", method=method)
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


OUTSIDE = [
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/deep/../../secret.txt",
    "//secret.txt",
    "/link.txt",
    "/out/secret.txt",
    "/out/player/ui.js",
    "/pipe",
    "/deep",
    "/deep/",
    "/ui.js/",
    "/ui.js%00",
    "/etc/passwd",
    "//etc/passwd",
    "/..\\secret.txt",
    "/kept/archive.db",
    "/wacz/",
    "/wacz/0/x.wacz",
    "file:///etc/passwd",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_the_player_and_the_one_file_is_there(server: ReplayServer, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.putrequest("GET", path, skip_accept_encoding=True)  # as it stands, not tidied up
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (404, b"")
    connection.close()


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "evil.example:{port}", "127.0.0.1:{port}.evil.example", ""]
)
def test_a_name_that_was_led_here_gets_nothing(server: ReplayServer, host: str) -> None:
    assert ask(server, "/ui.js", Host=host.format(port=server.server_port))[0] == 421
    assert ask(server, "/ui.js", Host=f"localhost:{server.server_port}")[0] == 200


def test_it_listens_on_loopback_alone(server: ReplayServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_a_file_that_changed_since_is_not_served_in_parts_of_both(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.wacz"
    path.write_bytes((root / "täg 1%.wacz").read_bytes())
    with ReplayServer(path, root / "player") as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        path.write_bytes(path.read_bytes() + b"more")
        assert ask(server, source(server))[0] == 409
        path.unlink()
        assert ask(server, source(server))[0] == 404
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("wrong", ["no player", "an empty folder", "no WACZ", "no file"])
def test_what_cannot_be_served_is_said_with_advice(root: Path, tmp_path: Path, wrong: str) -> None:
    wacz, player = root / "täg 1%.wacz", root / "player"
    if wrong == "no player":
        player = root / "nothing"
    elif wrong == "an empty folder":
        player = tmp_path
    else:
        wacz = root / ("secret.txt" if wrong == "no WACZ" else "nothing.wacz")
    with pytest.raises(ReadError, match=r"npm pack replaywebpage|amberpost export"):
        ReplayServer(wacz, player)
    done = CliRunner().invoke(app, ["replay", str(wacz), "--player", str(player)])
    assert (done.exit_code, done.stdout) == (2, "")


def test_the_command_prints_the_address_and_ends_with_ctrl_c(root: Path) -> None:
    command = [sys.executable, "-c", "from amberpost.cli import main; main()", "replay", str(root / "täg 1%.wacz")]
    with subprocess.Popen([*command, "--player", str(root / "player")], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = next(
            found[0] for line in process.stdout if (found := re.search(r"http://127\.0\.0\.1:(\d+)/\S*", line))
        )
        port = urlsplit(address).port
        assert port
        with socket.create_connection(("127.0.0.1", port), timeout=10) as idle:  # a browser keeps connections open
            idle.sendall(f"GET /sw.js HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            assert idle.recv(12) == b"HTTP/1.1 200"
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 130


def test_a_port_that_is_taken_is_named(server: ReplayServer, root: Path) -> None:
    arguments = ["replay", str(root / "täg 1%.wacz"), "--player", str(root / "player")]
    done = CliRunner().invoke(app, [*arguments, "--port", str(server.server_port)])
    assert done.exit_code == 1
    assert str(server.server_port) in done.stderr
