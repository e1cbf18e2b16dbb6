"""Every fault that an archive must survive, as often as asked: a line for each, and exit code 1 when anything was lost.

    python tests/crashes.py [--kills 1000] [--logs 200] [--disk-to 1024] [--only NAME ...]

kill -9 at every moment at which the disk is touched, kill -9 at random times, any part of the database's log lost as
a power cut may lose it, a disk that fills up in a run or a merge, in steps of 16 KB, files that may not grow, a tail
cut at every byte, kill -9 at every such moment of a merge. After each the archive is opened again and finished; 0 lost,
twice, or corrupt. And `find --to`, killed at random times until it ends: the same bytes as a run that nobody disturbed.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from amberpost import ArchiveError, merge
from crashkit import Fault, Work, cut_tails, do_work, finish_and_verify, run_child
from mergekills import find_damage, merge_and_die
from partkills import fill, read_parts, run_killed

Trial = Callable[[Path], str]
_STEP = 16 << 10


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """A folder that is gone afterwards; in memory where it can be, for what is tested is the order of things."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)


def kill_at(point: int, work: Work) -> Trial:
    """Die at one moment at which the disk is touched."""

    def trial(folder: Path) -> str:
        ended = run_child(folder / "a", work, Fault(die_at=point))
        return finish_and_verify(folder / "a", work, ended) if ended.signal else "it was not killed"

    return trial


def kill_after(seconds: float, work: Work) -> Trial:
    """Die at some time."""
    return lambda folder: finish_and_verify(
        folder / "a", work, run_child(folder / "a", work, Fault(kill_after=seconds))
    )


def lose_log(part: float, work: Work, *, all_of_it: bool) -> Trial:
    """Lose some end of the database's log; what was added with a sync stays, or the same input comes again."""

    def trial(folder: Path) -> str:
        ended = run_child(folder / "a", work, Fault(no_close=True))
        if not ended.in_order:
            return "the work was not done"
        log = folder / "a" / "archive.db-wal"
        least = 0 if all_of_it else ended.log
        os.truncate(log, least + int(part * (log.stat().st_size - least)))
        return finish_and_verify(folder / "a", work, ended, add=all_of_it)

    return trial


def lose_database(work: Work, *, die_at: int) -> Trial:
    """Lose all but the segments."""

    def trial(folder: Path) -> str:
        ended = run_child(folder / "a", work, Fault(die_at=die_at))
        for path in (folder / "a").glob("archive.db*"):
            path.unlink()
        return finish_and_verify(folder / "a", work, ended)

    return trial


def limit_files(size: int, work: Work) -> Trial:
    """Let no file grow beyond that size."""

    def trial(folder: Path) -> str:
        ended = run_child(folder / "a", work, Fault(largest_file=size))
        if not ended.in_order:
            return f"it ended with {ended.code}, signal {ended.signal}"
        return finish_and_verify(folder / "a", work, ended)

    return trial


def fill_disk(size: int, work: Work) -> Trial:
    """Work on a disk of that size, then on a larger one."""

    def trial(folder: Path) -> str:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "amberpost", str(folder)], check=True)
        try:
            ended = run_child(folder / "a", work)
            if not ended.in_order:
                return f"it ended with {ended.code}, signal {ended.signal}"
            subprocess.run(["mount", "-o", "remount,size=256m", str(folder)], check=True)
            return finish_and_verify(folder / "a", work, ended)
        finally:
            subprocess.run(["umount", str(folder)], check=True)

    return trial


def run_trials(name: str, trials: list[Trial]) -> bool:
    """Run each in a folder of its own, and say how many survived; the first few that did not are named."""
    begun, failed = time.perf_counter(), []
    for number, trial in enumerate(trials):
        with fresh_folder() as folder:
            if reason := trial(folder):
                failed.append(f"    {name} {number}: {reason}")
    seconds = time.perf_counter() - begun
    print(f"{name}: {len(trials) - len(failed)} of {len(trials)} survived, {seconds:.0f} s", flush=True)
    print("\n".join(failed[:20]), end="\n" if failed else "", flush=True)
    return not failed


def find_points(work: Work) -> int:
    """How many moments there are."""
    with fresh_folder() as folder:
        return run_child(folder / "a", work).points


def time_work(work: Work) -> float:
    """How long the work takes when nothing happens."""
    with fresh_folder() as folder:
        begun = time.perf_counter()
        run_child(folder / "a", work)
        return time.perf_counter() - begun


def try_points(_: argparse.Namespace, work: Work) -> bool:
    """Every moment once, and now and then all but the segments lost besides."""
    points = find_points(work)
    survived = run_trials("kill -9 at every crash point", [kill_at(point, work) for point in range(points)])
    lost = [lose_database(work, die_at=point) for point in range(5, points, 7)]
    return run_trials("kill -9, and the database lost", lost) and survived


def try_kills(options: argparse.Namespace, work: Work) -> bool:
    """Random times, spread over the whole of the work."""
    chance, whole = random.Random(options.seed), time_work(work)
    trials = [kill_after(chance.uniform(0, whole), work) for _ in range(options.kills)]
    return run_trials("kill -9 at random times", trials)


def try_logs(options: argparse.Namespace, work: Work) -> bool:
    """Random ends of the log."""
    chance = random.Random(options.seed)
    trials = [lose_log(chance.random(), work, all_of_it=bool(number % 2)) for number in range(options.logs)]
    return run_trials("an end of the database's log lost", trials)


def fill_by_merging(size: int, sources: list[Path]) -> Trial:
    """Merge into a new archive on a disk of that size; where it took all in, finish it on a larger one."""

    def trial(folder: Path) -> str:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "amberpost", str(folder)], check=True)
        try:
            with suppress(ArchiveError):
                merge(sources, to=folder / "m")
            if not list(folder.iterdir()):
                return ""
            subprocess.run(["mount", "-o", "remount,size=256m", str(folder)], check=True)
            if damage := find_damage(folder / "m"):
                return damage
            again = merge(sources, to=folder / "m")
            return f"{again} was left to do" if again.captures or again.links or again.citations else ""
        finally:
            subprocess.run(["umount", str(folder)], check=True)

    return trial


def try_disk(options: argparse.Namespace, work: Work) -> bool:
    """Disks of every size that a run fills up."""
    large = Work(links=work.links * 8, body=12_000, batch=work.batch, segment=400_000)
    return _try_disks("disk", "a disk that fills up", options, lambda size: fill_disk(size, large))


def try_full_merges(options: argparse.Namespace, work: Work) -> bool:
    """Disks of every size that a merge fills up: what was made for it is gone again, or holds all that it took in."""
    with fresh_folder() as folder:
        do_work(folder / "0", Work(links=work.links, body=12_000, segment=80_000))
        do_work(folder / "1", Work(links=9))
        sources = [folder / "0", folder / "1"]
        name = "a disk that fills up in a merge"
        return _try_disks("full-merges", name, options, lambda size: fill_by_merging(size, sources))


def _try_disks(only: str, name: str, options: argparse.Namespace, make_trial: Callable[[int], Trial]) -> bool:
    """Run a trial for disks of every size, in a name space of our own where disks may be mounted."""
    if os.environ.get("AMBERPOST_MAY_MOUNT"):
        sizes = range(_STEP, (options.disk_to << 10) + 1, _STEP)
        return run_trials(name, [make_trial(size) for size in sizes])
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        print(f"{name}: skipped, no disk can be mounted here")
        return True
    words = [sys.executable, __file__, "--only", only, "--disk-to", str(options.disk_to)]
    environment = {**os.environ, "AMBERPOST_MAY_MOUNT": "1"}
    return subprocess.run(["unshare", "-rm", *words], env=environment, check=False).returncode == 0


def try_files(options: argparse.Namespace, work: Work) -> bool:
    """Files that may not grow."""
    large = Work(links=work.links * 8, body=12_000, batch=work.batch)
    sizes = range(_STEP, (options.disk_to << 10) + 1, _STEP)
    return run_trials("files that may not grow", [limit_files(size, large) for size in sizes])


def try_tails(_: argparse.Namespace, __: Work) -> bool:
    """A tail cut at every byte."""
    with fresh_folder() as folder:
        begun, (tried, wrong) = time.perf_counter(), cut_tails(folder, step=1)
    seconds = time.perf_counter() - begun
    print(f"a tail cut at every byte: {tried - len(wrong)} of {tried} right, {seconds:.0f} s")
    print("\n".join(wrong[:20]), end="\n" if wrong else "")
    return not wrong


def kill_merge(step: int, sources: list[Path]) -> Trial:
    """Die at one moment of a merge into an archive that has something already, then merge again."""

    def trial(folder: Path) -> str:
        target, work = folder / "m", Work(links=9)
        do_work(target, work)
        if not merge_and_die(sources, target, step=step):
            return ""
        damage = find_damage(target)
        merge(sources, to=target)
        if damage or (damage := find_damage(target)):
            return damage
        again = merge(sources, to=target)
        return f"{again} was left to do" if again.captures or again.links else ""

    return trial


def try_merges(_: argparse.Namespace, work: Work) -> bool:
    """Every moment of a merge at which the disk is touched."""
    with fresh_folder() as folder:
        for number, links in enumerate((work.links, work.links * 2)):
            do_work(folder / str(number), Work(links=links))
        sources = [folder / "0", folder / "1"]
        do_work(folder / "target", Work(links=9))
        step = 0
        while merge_and_die(sources, folder / "target", step=step):
            step += 20
        return run_trials("kill -9 in a merge", [kill_merge(point, sources) for point in range(step)])


def kill_parts(articles: Path, wanted: tuple[bytes, bytes], seed: int) -> Trial:
    """Kill a run that writes parts, again and again, until it has come to its end."""

    def trial(folder: Path) -> str:
        chance = random.Random(seed)
        kills = run_killed(articles, folder / "to", folder / "run.py", longest=1.0, chance=chance)
        if read_parts(folder / "to") != wanted:
            return f"killed {kills} times, it has other bytes"
        return "" if kills else "it was not killed"

    return trial


def try_parts(options: argparse.Namespace, _: Work) -> bool:
    """Runs of `find --to`, each killed several times."""
    with fresh_folder() as folder:
        articles = fill(folder / "articles", files=1000, rows=6000)
        run_killed(articles, folder / "whole", folder / "run.py", longest=600, chance=random.Random(0))
        wanted = read_parts(folder / "whole")
        trials = [kill_parts(articles, wanted, options.seed + number) for number in range(options.parts)]
        return run_trials("kill -9 of find --to", trials)


FAULTS = {
    "points": try_points,
    "kills": try_kills,
    "logs": try_logs,
    "disk": try_disk,
    "full-merges": try_full_merges,
    "files": try_files,
    "tails": try_tails,
    "merges": try_merges,
    "parts": try_parts,
}


def main() -> int:
    """Try what was asked for; 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000, help="kills at random times")
    parser.add_argument("--logs", type=int, default=200, help="trials with a part of the database's log lost")
    parser.add_argument("--disk-to", type=int, default=1024, help="the largest disk, in KB")
    parser.add_argument("--parts", type=int, default=50, help="runs of `find --to`, each killed until it ends")
    parser.add_argument("--links", type=int, default=24, help="links of the workload")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=FAULTS, default=list(FAULTS))
    options = parser.parse_args()
    survived = [FAULTS[name](options, Work(links=options.links)) for name in options.only]
    return 0 if all(survived) else 1


if __name__ == "__main__":
    sys.exit(main())
