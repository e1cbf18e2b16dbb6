"""pywb replays archives: `python tests/replay.py ROOT`, a line for each capture in, and one for what came out.

A process of its own, for pywb changes the whole interpreter it runs in. ROOT has a folder for each collection, with
`archive/` and `indexes/` in it. A line is `[COLLECTION, TIMESTAMP, URL]` in JSON, what is said of it `[STATUS, SHA-256
of the body]`. The body is asked for without a word rewritten (`id_`), in the state in which it was archived.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from typing import Any


def main() -> int:
    from pywb.apps.frontendapp import FrontEndApp  # only here: it patches sockets and threads as it is imported

    said = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # pywb prints
    application = FrontEndApp(config_file=os.devnull, custom_config={"collections_root": sys.argv[1]})
    for line in sys.stdin:
        status, body = ask(application, *json.loads(line))
        print(json.dumps([status, hashlib.sha256(body).hexdigest()]), file=said, flush=True)
    return 0


def ask(application: Any, collection: str, timestamp: str, url: str) -> tuple[int, bytes]:
    """Ask as a server would; werkzeug's client would go on to read the headers, and takes not all of them."""
    from werkzeug.test import create_environ

    asked = f"/{collection}/{timestamp}id_/{url}"
    path, _, query = asked.partition("?")
    environ = create_environ(path, query_string=query, headers={"Accept-Encoding": "gzip, br, zstd"})
    statuses: list[str] = []
    answer = application(environ | {"REQUEST_URI": asked}, lambda status, *_: statuses.append(status))
    body = b"".join(answer)
    return int(statuses[0].split()[0]), body


if __name__ == "__main__":
    sys.exit(main())
