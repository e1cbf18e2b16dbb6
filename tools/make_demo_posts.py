"""Write the answers of t.co, twitter.com, x.com and X's services to every link that the fixture articles print.

    python tools/make_demo_posts.py            write them, and the end of src/amberpost/demo/answers/index.toml
    python tools/make_demo_posts.py --check    exit 1 when they are not what the fixtures and this script make

A link leads to a post of the printed handle, its id made up so that its instant lies on the printed day: some time
after noon UTC to the second, and zeros where a real id has its server and number. `PAGES` has those that lead on.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from demo_services import SNOWFLAKE_EPOCH, Made, encode, make_lost, make_told

from amberpost import Article, Citation, find, read
from amberpost.demo.catalogue import ANSWERS

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "articles"
INDEX = ANSWERS / "index.toml"
MARK = "# From here on written by tools/make_demo_posts.py: do not edit.\n"
SEED = "2024-11-29-aleppo.txt"
PAGES = {
    "I4Tz5MhEiB": "https://courier.pellmouth.example/2023/02/14/barge",
    "yYtdxWWxp0": "https://lindmarpost.example/go/4711",
    "AtTSjecx8G": "https://busy.example/reading-list",
    "0KA5lUJY7w": "http://lindmarpost.example/farewell",
    "w4CcHBi4Vl": "https://slow.example/lighthouse",
    "VZ1aOYy3Xd": "https://villaronda.example/gone",
    "RlfRcYg37K": "https://villaronda.example/nowhere",
}
# Whose posts are gone, and when the Wayback Machine took a copy, if it did.
LOST = {"signeakerlind": "20190425081530", "samer_halbouni": None}
_RENAMED = dt.date(2024, 5, 17)  # before it, posts were linked to at twitter.com
_REDIRECT = """HTTP/1.1 301 Moved Permanently
cache-control: private,max-age=300
location: {target}
content-length: 0
set-cookie: muc=00000000-0000-4000-8000-000000000000; Domain=t.co; Path=/
connection: close

"""
_PAGE_HEAD = """HTTP/1.1 200 OK
cache-control: private,max-age=300
content-type: text/html; charset=utf-8
content-length: {size}
set-cookie: muc=00000000-0000-4000-8000-000000000000; Domain=t.co; Path=/
connection: close

"""
_PAGE = (
    '<head><meta name="referrer" content="always"><noscript><META http-equiv="refresh" content="0;URL={target}">'
    "</noscript><title>{target}</title></head>"
    '<script>window.opener = null; location.replace("{escaped}")</script>'
)
_MOVED = """HTTP/1.1 301 Moved Permanently
location: {target}
content-length: 0
connection: close

"""


def find_posts() -> Iterator[Citation]:
    """Find the posts of X in all fixture articles."""
    for article in read(FIXTURES):
        if isinstance(article, Article):
            yield from find(article, platform=["twitter"])


def make_post_id(day: dt.date, salt: str) -> int:
    """An id whose instant lies on that day, UTC, in the ten hours after noon.

    >>> make_post_id(dt.date(2024, 11, 29), "a") >> 22 << 22 == make_post_id(dt.date(2024, 11, 29), "a")
    True
    """
    noon = dt.datetime.combine(day, dt.time(12), dt.UTC)
    seconds = int(noon.timestamp()) + zlib.crc32(salt.encode()) % 36000
    return (seconds * 1000 - SNOWFLAKE_EPOCH) << 22


def make_answers() -> Iterator[Made]:
    """Make the answers to all links of the fixtures, in the order of the articles."""
    for post in find_posts():
        if post.permalink is not None:
            yield make_moved(post.permalink.removeprefix("https://x.com/"))
            yield from tell_of(post, post.post_id or "")
        elif post.date is not None and post.links:
            post_id = str(make_post_id(post.date, post.raw))
            yield from make_links(post, f"{post.handle}/status/{post_id}")
            yield from tell_of(post, post_id)


def tell_of(post: Citation, post_id: str) -> Iterator[Made]:
    """Make what X's service for embeds tells of a post, or, of one that is gone, the archives."""
    if post.handle in LOST:
        yield from make_lost(post, post_id, stamp=LOST[post.handle])
    else:
        targets = {code: url for link in post.links if (url := PAGES.get(code := link.rpartition("/")[2]))}
        yield make_told(post, post_id, targets=targets)


def make_links(post: Citation, status: str) -> Iterator[Made]:
    """Make what the links of one post are answered, and twitter.com's way to x.com where they lead there."""
    assert post.date is not None
    host = "twitter.com" if post.date < _RENAMED else "x.com"
    for link in post.links:
        code = link.rpartition("/")[2]
        path = status if link.startswith("https://t.co/") else f"{status}/photo/1"
        yield make_short(code, PAGES.get(code, f"https://{host}/{path}"))
        if host == "twitter.com" and code not in PAGES:
            yield make_moved(path)


def make_short(code: str, target: str) -> Made:
    """Make t.co's answer: one half are redirects, the other the page that browsers get."""
    urls = (f"https://t.co/{code}", f"https://pic.twitter.com/{code}")
    file = f"t.co/{code}.http"
    if zlib.crc32(code.encode()) % 2:
        return Made(urls, file, encode(_REDIRECT.format(target=target)), "t.co redirect")
    page = _PAGE.format(target=target, escaped=target.replace("/", r"\/"))
    return Made(urls, file, encode(_PAGE_HEAD.format(size=len(page))) + page.encode(), "t.co page")


def make_moved(path: str) -> Made:
    file = f"twitter.com/{path.replace('/', '-')}.http"
    return Made(
        (f"https://twitter.com/{path}",), file, encode(_MOVED.format(target=f"https://x.com/{path}")), "twitter.com"
    )


def make_index(answers: list[Made]) -> str:
    """The index as it should be: what stands above the mark, and an entry for each answer."""
    kept = INDEX.read_text("utf-8").partition(MARK)[0]
    return kept + MARK + "".join(answer.format_entry() for answer in answers)


def is_current(answers: list[Made]) -> bool:
    """Tell whether the tree holds what this script makes."""
    files = all(
        (ANSWERS / made.file).is_file() and (ANSWERS / made.file).read_bytes() == made.content for made in answers
    )
    return files and INDEX.read_text("utf-8") == make_index(answers)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when something is not current")
    answers = list(make_answers())
    if parser.parse_args().check:
        return int(not is_current(answers))
    for made in answers:
        file = ANSWERS / made.file
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(made.content)
    INDEX.write_text(make_index(answers), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
