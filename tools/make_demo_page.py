"""Write docs/small-internet.md, which lists the answers of the small internet that were never seen live.

python tools/make_demo_page.py            write it
python tools/make_demo_page.py --check    exit 1 when it is not what the index says
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from amberpost.demo.catalogue import Answer, Catalogue, Form, read_catalogue

PAGE = Path(__file__).resolve().parents[1] / "docs" / "small-internet.md"
_HEAD = """# The small internet

Written by `python tools/make_demo_page.py` from `src/amberpost/demo/answers/index.toml`: do not edit.

`amberpost demo`, the tests and the benchmarks talk to a server on loopback that plays {hosts} hosts. Each of its
answers is a file with the bytes as they go over the wire. A host under `.example` does not exist and answers what was
thought up for it. The other hosts are real, and what is said here of them was put together without asking them: the
first look at the network should compare it with what they answer, and mark in the index what was seen."""
_ADD = """## To add an answer

Put its bytes, status line first, into a file below `src/amberpost/demo/answers/HOST/`, and an entry into `index.toml`
there, with the form that it shares with others, or a new one. Then run `python tools/make_demo_page.py`, and for a new
host `python tools/make_demo_tls.py`."""


def find_parts(catalogue: Catalogue) -> Iterator[str]:
    """Find the parts of the page: what was never seen, what was seen, how to add to it."""
    yield _HEAD.format(hosts=len(catalogue.find_hosts()))
    for seen, heading in ((False, "## Never seen live"), (True, "## Seen live")):
        forms = [form for form in catalogue.forms.values() if form.seen_live is seen]
        yield heading
        yield from (format_form(form, catalogue.answers) for form in forms)
        if not forms:
            yield "None yet."
    yield _ADD


def format_form(form: Form, answers: tuple[Answer, ...]) -> str:
    """One form: what it is, where that comes from, and the URLs that are answered so."""
    urls = [url for answer in answers if answer.form == form.name for url in answer.urls]
    lines = [
        f"### {form.name}",
        "",
        f"- What: {form.what}.",
        f"- Source: {form.source}; as of {form.date}.",
        f"- Answers {len(urls)} URLs:",
        *(f"  - `{url}`" for url in urls),
    ]
    return "\n".join(lines)


def make_page() -> str:
    return "\n\n".join(find_parts(read_catalogue())) + "\n"


def is_current() -> bool:
    """Tell whether the page in the tree is what the index says."""
    return PAGE.exists() and PAGE.read_text("utf-8") == make_page()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is not current")
    if parser.parse_args().check:
        return int(not is_current())
    PAGE.write_text(make_page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
