"""robots.txt: who is asked for it, what its answers mean, which of its rules are ours; no file blows up in memory."""

from __future__ import annotations

import asyncio
import gzip
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amberpost.archive.politeness import robots as robots_module
from amberpost.archive.politeness.retries import Fate
from amberpost.archive.politeness.robots import Robots, fetch_robots, find_robots_url, needs_robots, pick_rules
from amberpost.archive.records import Exchange, Outcome, Role
from exchanges import NOW, PAGE, make_exchange, make_failure

SITE = "https://news.example"


def said(text: str, url: str = f"{SITE}/a/b.html?c=d") -> str:
    """What a robots.txt of that text means for a URL."""
    robots = Robots()
    robots.learn(url, [make_exchange(200, body=text.encode())], NOW)
    return robots.find_permission(url, NOW).state


@pytest.mark.parametrize(
    ("url", "role", "asked"),
    [
        ("https://news.example/a", "cited", True),
        ("https://cdn.example/a.png", "requisite", True),
        ("https://news.example/robots.txt", "robots", False),
        ("https://t.co/02OQCDI90m", "cited", False),
        ("https://bit.ly/3abc", "hop", False),
        ("https://www.bit.ly/3abc", "hop", False),
        ("https://notbit.ly/3abc", "hop", True),
        ("https://youtu.be/abcdefghijk", "cited", False),
        ("https://x.com/jack/status/20", "cited", False),
        ("https://mobile.twitter.com/jack/status/20", "cited", False),
        ("https://fedex.com/track", "cited", True),
        ("https://cdn.syndication.twimg.com/tweet-result?id=20", "cited", False),
        ("https://publish.twitter.com/oembed?url=a", "cited", False),
        ("https://web.archive.org/web/2024/https://a.example/", "cited", False),
    ],
)
def test_pages_and_what_they_need_are_asked_short_links_and_posts_not(url: str, role: Role, asked: bool) -> None:
    assert needs_robots(url, role) is asked


@pytest.mark.parametrize(
    ("url", "robots"),
    [
        ("https://news.example/a?b#c", "https://news.example/robots.txt"),
        ("HTTP://News.Example:8080", "http://news.example:8080/robots.txt"),
        ("https://[2001:db8::1]/a", "https://[2001:db8::1]/robots.txt"),
        ("https://news.example?a", "https://news.example/robots.txt"),
    ],
)
def test_each_site_has_its_own(url: str, robots: str) -> None:
    assert find_robots_url(url) == robots


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("", "allowed"),
        ("<html><title>Not found</title>", "allowed"),
        ("User-agent: *\nDisallow:", "allowed"),
        ("User-agent: *\nDisallow: /", "forbidden"),
        ("User-agent: *\r\nDisallow: /a/\r\n", "forbidden"),
        ("User-agent: *\rDisallow: /a/\r", "forbidden"),
        ("\ufeffUser-agent: *\nDisallow: /a/", "forbidden"),
        ("user-AGENT : *\n  disallow :/a/ # all of it", "forbidden"),
        ("User-agent: *\nDisallow: /A/", "allowed"),
        ("Disallow: /", "allowed"),
        ("User-agent: other\nDisallow: /", "allowed"),
        ("User-agent: other\nUser-agent: *\nDisallow: /", "forbidden"),
        ("User-agent: *\nUser-agent: other\nDisallow: /", "forbidden"),
        ("User-agent: other\n\nUser-agent: amberpost\n\nDisallow: /", "forbidden"),
        ("User-agent: amberpost\nDisallow:\nUser-agent: *\nDisallow: /", "allowed"),
        ("User-agent: *\nAllow: /\nUser-agent: AmberPost/2.0\nDisallow: /", "forbidden"),
        ("User-agent: amberpostal\nDisallow: /", "allowed"),
        ("User-agent: amber\nDisallow: /", "allowed"),
        (
            "User-agent: amberpost\nDisallow: /x\nUser-agent: b\nDisallow: /y\nUser-agent: amberpost\nDisallow: /a",
            "forbidden",
        ),
        ("User-agent: *\nDisallow: /\nAllow: /a/", "allowed"),
        ("User-agent: *\nAllow: /a/\nDisallow: /a/b", "forbidden"),
        ("User-agent: *\nDisallow: /a/b.html\nAllow: /a/b.html", "allowed"),
        ("User-agent: *\nDisallow: /*.html", "forbidden"),
        ("User-agent: *\nDisallow: /*.html$", "allowed"),
        ("User-agent: *\nDisallow: /*?c=", "forbidden"),
        ("User-agent: *\nDisallow: /*d$", "forbidden"),
        ("User-agent: *\nDisallow: /%61/", "forbidden"),
        ("User-agent: *\nCrawl-delay: 10\nSitemap: /s.xml\nDisallow: /a", "forbidden"),
        ("User-agent: *\nDisallow: /a\x00", "allowed"),
    ],
)
def test_our_group_is_found_and_its_longest_rule_counts(text: str, state: str) -> None:
    assert said(text) == state


def test_rules_behind_500_kib_are_still_read_and_half_a_rule_is_not() -> None:
    filling = "# " + "x" * 97 + "\n"
    assert said("User-agent: *\n" + filling * 5119 + "Disallow: /a/\n") == "forbidden"
    head = "User-agent: *\n"
    half = head + "#" * ((512 << 10) - len(head) - len("\nDisallow: /")) + "\nDisallow: /zzz\n"
    assert said(half) == "allowed"


def test_a_packed_file_is_unpacked() -> None:
    packed = gzip.compress(b"User-agent: *\nDisallow: /")
    robots = Robots()
    robots.learn(PAGE, [make_exchange(200, ("Content-Encoding", "gzip"), body=packed)], NOW)
    assert robots.find_permission(PAGE, NOW).state == "forbidden"


def state_of(exchanges: list[Exchange]) -> str:
    robots = Robots()
    robots.learn(PAGE, exchanges, NOW)
    return robots.find_permission(PAGE, NOW).state


@pytest.mark.parametrize("status", range(100, 600))
def test_each_status_is_no_rules_or_not_now(status: int) -> None:
    rules = b"User-agent: *\nDisallow: /"
    expected = "forbidden" if status < 300 and status >= 200 else "open" if status >= 500 else "allowed"
    assert state_of([make_exchange(status, body=rules)]) == expected


@pytest.mark.parametrize("outcome", ["dns", "connect", "tls", "timeout", "truncated", "protocol", "refused"])
def test_without_an_answer_nobody_may_ask_now(outcome: Outcome) -> None:
    robots = Robots()
    robots.learn(PAGE, [make_failure(outcome, "why")], NOW)
    permission = robots.find_permission(PAGE, NOW)
    assert permission.state == "open"
    assert permission.failure is not None
    assert permission.failure.reason == f"{outcome}: why"
    assert (permission.failure.fate is Fate.REFUSED) == (outcome == "refused")


def test_a_redirect_to_where_nobody_may_go_means_no_rules() -> None:
    moved = make_exchange(301, ("Location", "http://127.0.0.1/"))
    assert state_of([moved, make_failure("refused")]) == "allowed"


def fetch(answers: dict[str, Exchange]) -> list[str]:
    asked: list[str] = []

    async def fetch_one(url: str) -> Exchange:
        asked.append(url)
        return answers.get(url, make_exchange(404, url=url))

    exchanges = asyncio.run(fetch_robots(PAGE, fetch_one))
    assert [exchange.url for exchange in exchanges] == asked
    return asked


def test_redirects_are_followed_to_the_fifth() -> None:
    urls = [f"{SITE}/robots.txt", *(f"https://s{at}.example/robots.txt" for at in range(9))]
    moved = {url: make_exchange(301, ("Location", following), url=url) for url, following in pairwise(urls)}
    assert fetch(moved) == urls[:6]
    assert fetch({urls[0]: moved[urls[0]]}) == urls[:2]
    assert fetch({}) == urls[:1]


def test_an_answer_is_kept_for_a_day_and_a_failure_for_an_hour() -> None:
    robots = Robots()
    assert robots.find_permission(PAGE, NOW).state == "unknown"
    robots.learn(PAGE, [make_exchange(404)], NOW)
    other = "https://other.example/"
    robots.learn(other, [make_exchange(503)], NOW)
    assert robots.find_permission("https://news.example/else", NOW + 86_399).state == "allowed"
    assert robots.find_permission("http://news.example/else", NOW).state == "unknown"
    assert robots.find_permission(PAGE, NOW + 86_400).state == "unknown"
    assert robots.find_permission(PAGE, NOW - 1).state == "unknown"
    assert robots.find_permission(other, NOW + 3599).state == "open"
    assert robots.find_permission(other, NOW + 3600).state == "unknown"


def test_agents_times_rules_do_not_multiply() -> None:
    agents = "".join(f"User-agent: bot{at}\n" for at in range(15_000))
    rules = "".join(f"Disallow: /{at}\n" for at in range(12_000))
    begin = time.process_time()
    assert said(agents + rules + "User-agent: *\nDisallow: /a/") == "forbidden"
    assert said("User-agent: *\n" * 30_000 + rules) == "allowed"
    assert time.process_time() - begin < 2


def test_hostile_patterns_are_matched_in_bounded_time() -> None:
    rules = "User-agent: *\n" + "".join(f"Disallow: /*a*a*a*a*{at}z$\n" for at in range(18_000))
    begin = time.process_time()
    assert said(rules, SITE + "/a" * 3000) == "allowed"
    assert time.process_time() - begin < 3


def test_the_sites_that_were_learned_first_are_forgotten_when_rules_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(robots_module, "_MOST_HELD", 100_000)
    monkeypatch.setattr(robots_module, "_MOST_PARSED", 20_000)
    body = b"User-agent: *\n" + b"".join(b"Disallow: /%06d\n" % at for at in range(500))
    robots = Robots()
    for at in range(40):
        url = f"https://s{at}.example/"
        robots.learn(url, [make_exchange(200, body=body + b"Disallow: /%d" % at)], NOW)
        assert robots.find_permission(url, NOW).state == "allowed"
        assert robots.find_permission(f"{url}{at}", NOW).state == "forbidden"
    known = [at for at in range(40) if robots.find_permission(f"https://s{at}.example/", NOW).state != "unknown"]
    assert known == list(range(40 - len(known), 40))
    assert 5 <= len(known) <= 20


def test_a_site_that_is_learned_again_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots_module, "_MOST_HELD", 10_000)
    robots = Robots()
    robots.learn("https://first.example/", [make_exchange(404)], NOW)
    for _ in range(100):
        robots.learn(PAGE, [make_exchange(200, body=b"User-agent: *\nDisallow: /" + b"a" * 999)], NOW)
    assert robots.find_permission("https://first.example/", NOW).state == "allowed"


LINES = st.sampled_from(
    ["User-agent: *", "User-agent: amberpost", "Allow: ", "Disallow: /", "Disallow: /*$*", "#", ":", "\r"]
)


@given(st.lists(LINES | st.text(max_size=20), max_size=20), st.text(max_size=20))
def test_no_file_and_no_url_raises(lines: list[str], url: str) -> None:
    text = "\n".join(lines)
    pick_rules(text)
    robots = Robots()
    for asked in (PAGE, url, f"https://{url}"):
        robots.learn(asked, [make_exchange(200, body=text.encode("utf-8", "surrogatepass"))], NOW)
        assert robots.find_permission(asked, NOW).state in ("allowed", "forbidden")
        needs_robots(asked, "cited")
