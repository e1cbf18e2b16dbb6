"""What one other tool finds in each page or text that comes in: run by `run.py` in the tool's own environment.

    python probes.py TOOL < cases.jsonl > found.jsonl

A case is `{"name", "html"}` or `{"name", "text"}`; an answer `{"name", "found": [...]}`, what was found as strings that
hold whatever the tool tells of a post (null when the tool does not take such input), or `{"name", "raises": "..."}`.
Nothing of ours is imported here, and no tool is let near a network.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module, metadata
from typing import Any

Found = list[str] | None


def ask_tweetfinder(html: str | None, _text: str | None) -> Found:
    """Its list of embedded tweets; its list of mentions names no post."""
    if html is None:
        return None
    article = import_module("tweetfinder").Article(html=html)
    return [json.dumps(tweet, ensure_ascii=False) for tweet in article.list_embedded_tweets()]


def ask_goose3(html: str | None, _text: str | None) -> Found:
    """The markup of each tweet that it lists."""
    if html is None:
        return None
    with import_module("goose3").Goose({"enable_image_fetching": False}) as goose:
        return [str(tweet) for tweet in goose.extract(raw_html=html).tweets]


def ask_ural(html: str | None, text: str | None) -> Found:
    """The links that it draws out, as far as it says that they lead to a post."""
    ural = import_module("ural")
    urls = ural.urls_from_html(html) if html is not None else ural.urls_from_text(text)
    return [found for url in urls for found in _parse_with_ural(url)]


def _parse_with_ural(url: str) -> Iterator[str]:
    kinds = ("Tweet", "Post", "Photo", "Video", "Reel", "Short", "Message")
    for site in ("twitter", "facebook", "instagram", "youtube", "telegram"):
        parsed = getattr(import_module(f"ural.{site}"), f"parse_{site}_url")(url)
        if parsed is not None and type(parsed).__name__.endswith(kinds):
            yield repr(parsed)


def ask_micawber(html: str | None, text: str | None) -> Found:
    """The addresses that it would ask a platform about; the asking itself is left out."""
    providers = import_module("micawber.providers")

    class Registry(providers.ProviderRegistry):  # type: ignore[misc, name-defined]
        def request(self, url: str, **_params: Any) -> dict[str, str]:
            if self.provider_for_url(url) is None:
                raise providers.ProviderNotFoundException(url)
            return {"url": url}

    registry = providers.bootstrap_basic(registry=Registry())
    _urls, found = registry.extract_html(html) if html is not None else registry.extract(text)
    return list(found)


def ask_trafilatura(html: str | None, _text: str | None) -> Found:
    """The text that it extracts, as one answer: it does not look for posts, it keeps or loses them."""
    if html is None:
        return None
    return [import_module("trafilatura").extract(html) or ""]


TOOLS: dict[str, Callable[[str | None, str | None], Found]] = {
    "tweetfinder": ask_tweetfinder,
    "goose3": ask_goose3,
    "ural": ask_ural,
    "micawber": ask_micawber,
    "trafilatura": ask_trafilatura,
}


def main() -> None:
    """Answer every case, after a first line that names the tool's version."""
    tool = sys.argv[1]
    print(json.dumps({"version": metadata.version(tool)}))
    for line in sys.stdin:
        case = json.loads(line)
        try:
            answer: dict[str, object] = {"found": TOOLS[tool](case.get("html"), case.get("text"))}
        except Exception as error:  # noqa: BLE001 - whatever a tool raises is its answer
            answer = {"raises": type(error).__name__}
        print(json.dumps({"name": case["name"], **answer}))


if __name__ == "__main__":
    main()
