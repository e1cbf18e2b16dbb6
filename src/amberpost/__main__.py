"""What `amberpost` and `python -m amberpost` start: light, so that Ctrl-C ends it quietly from its first moment on."""

from __future__ import annotations

import sys


def main() -> None:
    """Load the command line and run it; exits with 130 on Ctrl-C, also while it is loaded."""
    try:
        from .cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
