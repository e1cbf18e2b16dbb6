"""A WACZ in ReplayWeb.page in Chromium: it lists the pages, shows one, believes the signature, and asks nobody else.

Needs Playwright, the system's Chromium (AMBERPOST_CHROMIUM names another than /usr/bin/chromium) and the player, which
is not part of Amberpost: AMBERPOST_PLAYER names the folder that `npm pack replaywebpage` unpacks to. Pictures go to the
folder that AMBERPOST_SCREENSHOTS names.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from archiving import answer
from smallarchive import Builder
from waczfiles import pack, read_json, read_pages

CHROMIUM = Path(os.environ.get("AMBERPOST_CHROMIUM", "/usr/bin/chromium"))
PLAYER = os.environ.get("AMBERPOST_PLAYER", "")
SCREENSHOTS = os.environ.get("AMBERPOST_SCREENSHOTS")
AMBERPOST = [sys.executable, "-c", "from amberpost.cli import main; main()"]
WAIT = 30_000  # milliseconds

pytestmark = [
    pytest.mark.browser,
    pytest.mark.loopback,
    pytest.mark.skipif(find_spec("playwright") is None, reason="Playwright is not installed: pip install playwright"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}: apt-get install chromium"),
    pytest.mark.skipif(not PLAYER, reason="AMBERPOST_PLAYER names no player: npm pack replaywebpage, and unpack it"),
]
# All rows of a store, in whichever of the player's databases has one of that name.
READ = """
async (store) => {
  const finish = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const rows = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await finish(indexedDB.open(name));
    if (database.objectStoreNames.contains(store)) {
      rows.push(...(await finish(database.transaction(store).objectStore(store).getAll())));
    }
    database.close();
  }
  return rows;
}
"""


class Open(NamedTuple):
    """A player with a file in it, and all that it asked for."""

    page: Any
    url: str
    asked: list[str]


@contextmanager
def serving(wacz: Path) -> Iterator[str]:
    """The address at which `amberpost replay` has the file open."""
    command = [*AMBERPOST, "replay", str(wacz), "--player", PLAYER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130


@contextmanager
def replaying(wacz: Path) -> Iterator[Open]:
    from playwright.sync_api import sync_playwright

    with serving(wacz) as url, sync_playwright() as playwright:
        origin = "/".join(url.split("/")[:3])
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = browser.new_context()
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        player = Open(context.new_page(), url, asked)
        yield player
        browser.close()
    assert [each for each in asked if not each.startswith((f"{origin}/", "data:", "blob:", "about:"))] == []


def show(player: Open, row: dict[str, Any]) -> str:
    """Let the player show a page of the list, and give the words on it."""
    moment = re.sub(r"\D", "", row["ts"])
    player.page.goto("about:blank")
    player.page.goto(f"{player.url}#view=pages&url={quote(row['url'], safe='')}&ts={moment}")
    replayed = re.compile(rf"/w/[^/]+/(?::[0-9a-f]+/)?{moment}mp_/")
    for _ in range(WAIT // 200):
        frame = next((each for each in player.page.frames if replayed.search(each.url)), None)
        words = str(frame.inner_text("body", timeout=WAIT)) if frame else ""
        if words.strip():
            return words
        player.page.wait_for_timeout(200)
    photograph(player, "failed")
    raise AssertionError(f"the player shows nothing of {row['url']}: {[each.url for each in player.page.frames]}")


def read_database(player: Open, store: str) -> list[dict[str, Any]]:
    """What the player keeps of the file under that name."""
    rows: list[dict[str, Any]] = player.page.evaluate(READ, store)
    return rows


def photograph(player: Open, name: str) -> None:
    if SCREENSHOTS:
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        player.page.screenshot(path=str(Path(SCREENSHOTS) / f"wacz-{name}.png"))


def test_the_demo_s_archive_is_listed_verified_and_shown(tmp_path: Path) -> None:
    subprocess.run([*AMBERPOST, "demo", str(tmp_path / "tour")], check=True, capture_output=True)
    wacz = tmp_path / "tour.wacz"
    export = [*AMBERPOST, "export", str(tmp_path / "tour" / "archive"), "-o", str(wacz), "--sign"]
    subprocess.run(export, check=True, capture_output=True)
    rows = read_pages(wacz)
    signed = read_json(wacz, "datapackage-digest.json")["signedData"]
    with replaying(wacz) as player:
        player.page.goto(player.url)
        player.page.get_by_text(f"{len(rows)} Pages").first.wait_for(timeout=WAIT)
        player.page.locator("wr-page-entry").nth(len(rows) - 1).wait_for(timeout=WAIT)
        photograph(player, "pages")
        (heat,) = (row for row in rows if row["url"] == "https://lindmarpost.example/2024/06/heat")
        assert "thirty-six degrees in the shade" in show(player, heat)
        photograph(player, "page")
        (old,) = (row for row in rows if row["url"].startswith("https://web.archive.org/"))
        assert "Tar med mig elva böcker" in show(player, old)
        photograph(player, "old-copy")
        assert {page["url"] for page in read_database(player, "pages")} == {row["url"] for row in rows}
        found = {each["id"]: each for each in read_database(player, "verification")}
        assert (found["signature"]["matched"], found["publicKey"]["expected"]) == (True, signed["publicKey"])
        assert found["datapackageHash"]["expected"] == signed["hash"]


def test_pages_without_a_payload_digest_are_not_mistaken_for_each_other(tmp_path: Path) -> None:
    """What came in chunks has no digest in the index, `-`: a player that kept pages by it would show the first."""
    with Builder(tmp_path / "kept") as archive:
        links = [f"https://news.example/{name}" for name in ("ebb", "flood", "slack")]
        archive.cite("c1", *links)
        for link in links:
            body = f"<title>T</title><p>The page on {link.rpartition('/')[2]}</p>".encode()
            chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
            archive.answer(link, head + chunks)
    wacz = pack(tmp_path / "kept", tmp_path / "x.wacz")
    with replaying(wacz) as player:
        player.page.goto(player.url)
        shown = [show(player, row).strip() for row in read_pages(wacz)]
        assert shown == ["The page on ebb", "The page on flood", "The page on slack"]


HOSTILE = b"""<title>T</title><link rel="stylesheet" href="https://out.example/a.css"><p>The words on it</p>
<img src="https://out.example/a.png"><iframe src="https://out.example/frame"></iframe>
<script>
fetch("https://out.example/fetch").catch(() => 0);
navigator.sendBeacon("https://out.example/beacon", "x");
new Image().src = "https:" + "//out.example/image";
import("https://out.example/module.js").catch(() => 0);
</script>"""


def test_a_page_that_wants_to_load_from_elsewhere_gets_nothing(tmp_path: Path) -> None:
    """That nobody else was asked is seen where the player is closed."""
    with Builder(tmp_path / "kept") as archive:
        archive.cite("c1", "https://news.example/page")
        archive.answer("https://news.example/page", answer(HOSTILE))
    wacz = pack(tmp_path / "kept", tmp_path / "x.wacz")
    with replaying(wacz) as player:
        player.page.goto(player.url)
        (row,) = read_pages(wacz)
        assert "The words on it" in show(player, row)
        player.page.wait_for_timeout(3000)
        asked = {name for url in player.asked for name in re.findall(r"/https://out\.example/(\w+)", url)}
        assert {"a", "fetch", "frame", "image", "module"} <= asked  # of the player, which has none of it
