"""What `amberpost replay` does once its arguments are parsed: a server, the address to open, until Ctrl-C."""

from __future__ import annotations

from pathlib import Path

from ..models import AmberpostError
from ..replayserver import ReplayServer
from .exits import DONE, end_safely
from .terminal import printable


def run_replay(file: str, *, player: str, port: int) -> int:
    """Serve a WACZ file and the player until Ctrl-C, and return the exit code: 130; 1 no such port; 2 asked wrongly."""
    return end_safely(lambda: _serve(Path(file), Path(player), port))


def _serve(file: Path, player: Path, port: int) -> int:
    with _open(file, player, port) as server:
        print(f"{printable(file.name)} is open to this machine at\n\n    {server.url}\n\nuntil Ctrl-C.", flush=True)
        server.serve_forever()
    return DONE


def _open(file: Path, player: Path, port: int) -> ReplayServer:
    try:
        return ReplayServer(file, player, port=port)
    except OSError as error:
        raise AmberpostError(
            f"port {port} of this machine: {error.strerror}: leave --port out, or name another"
        ) from error
