"""The store: what is queued, what was answered. Bytes go to the WARC and to the disk before the database says so."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from typing import TypeVar

from .care.finishing import finish_forgetting
from .complaints import Complaints
from .disk.adoption import adopt
from .disk.cdxj import write_index
from .disk.database import advising, connect, make_database, transaction
from .disk.folder import DATABASE, SEGMENTS, Lock, check_database, make_folder, make_subfolders
from .disk.forgotten import LEADS_THERE
from .disk.namesakes import find_namesake
from .disk.reading import Reader
from .disk.recording import Recorder
from .disk.rows import add_citation, add_link, add_unjudged, save_lane
from .disk.segments import SEGMENT_BYTES, Segments
from .politeness.shards import LEFT, Shard
from .posts.judging import judge_some
from .posts.learning import Learner
from .records import About, LaneState, NewLink, Result
from .records import CitedLinks as CitedLinks
from .tallies import Added, Adopted

_ROWS_AT_ONCE = 5000
T = TypeVar("T")


class Store(Reader):
    """An archive opened for writing by one thread of one process; see `open`.

    Every method that changes something has changed it durably when it returns. `adopted` tells what opening found
    that a crash had left.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection, *, lock: Lock, adopted: Adopted) -> None:
        super().__init__(folder, connection)
        self.adopted = adopted
        self._lock = lock
        self._recorder: Recorder

    @classmethod
    def open(cls, folder: Path, *, about: About, create: bool = True, segment_bytes: int = SEGMENT_BYTES) -> Store:
        """Open an archive, made new where there is none, and bring database and segments together after a crash.

        Raises ArchiveBusy at once while another process writes, ArchiveDamaged when what was stored is no longer
        there, ArchiveError when there is no archive and `create` is false, or when the disk does not let it be.
        """
        with advising(folder), ExitStack() as undo:
            if create:
                make_folder(folder)
            else:
                check_database(folder)
            lock = Lock(folder)
            undo.callback(lock.release)
            make_subfolders(folder)
            if not (folder / DATABASE).exists():
                make_database(folder / DATABASE)
            connection = connect(check_database(folder))
            undo.callback(connection.close)
            finish_forgetting(folder, connection)  # first: until then the database speaks of segments that are to come
            with closing(Segments(folder / SEGMENTS)) as segments:
                adopted = adopt(connection, segments)
            store = cls(folder, connection, lock=lock, adopted=adopted)
            undo.callback(store.segments.close)
            store._recorder = Recorder(store, about, segment_bytes=segment_bytes)
            undo.pop_all()
            return store

    def close(self) -> None:
        """Bring the index up to date, and let others write; done twice, nothing more happens."""
        if self._connection is None:
            return
        try:
            self.write_index()
        finally:
            super().close()
            self._lock.release()

    def write_index(self) -> None:
        """Write `index.cdxj` for those segments that have grown; nothing is written when none has."""
        with advising(self.folder):
            write_index(self.folder, self.connection)

    def add_citations(self, rows: Iterable[CitedLinks], complaints: Complaints | None = None) -> Added:
        """Add citations and queue their links, each URL once; what was forgotten on purpose is left out.

        One whose id another has is left out too, and `complaints` get it. However many, they are added in transactions
        of bounded size: after a crash, adding all again adds the rest.
        """
        heard = Complaints() if complaints is None else complaints

        def add(connection: sqlite3.Connection, cited: CitedLinks) -> None:
            namesake = find_namesake(connection, cited)
            if namesake is None:
                add_citation(connection, cited)
            else:
                heard.add(namesake)

        return self._add(self._without_forgotten(rows), add)

    def add_urls(self, links: Iterable[NewLink]) -> Added:
        """Queue links that no citation names; those that were forgotten on purpose are left out."""
        return self._add((new for new in links if not self.is_forgotten(new.url)), add_link)

    def _without_forgotten(self, rows: Iterable[CitedLinks]) -> Iterator[CitedLinks]:
        if self.forgotten.is_empty():
            yield from rows
            return
        yield from (self.forgotten.clean(cited) for cited in rows if not self.forgotten.has_citation(cited))

    def _add(self, rows: Iterable[T], add: Callable[[sqlite3.Connection, T], object]) -> Added:
        with advising(self.folder):
            before = self._size()
            for batch in _batches(rows):
                with transaction(self.connection):
                    for row in batch:
                        add(self.connection, row)
            after = self._size()
        return Added(citations=after[0] - before[0], links=after[1] - before[1])

    def _size(self) -> tuple[int, int]:
        return self._count("citation"), self._count("link")

    def record(self, results: Sequence[Result]) -> None:
        """Store exchanges and what was decided: in the WARC, on the disk, then in the database, in one transaction.

        Raises ArchiveError when the disk is full; then nothing of the results is stored, and all that was before is.
        """
        with advising(self.folder):
            self._recorder.record(results)

    def learn(self, learner: Learner, limit: int) -> int:
        """Read what up to `limit` links have to say of posts; when none has, judge as many citations.

        Gives how many it was; 0 when all that was answered is read, and all citations are judged.
        """
        return self.read_news(learner, limit) or self.judge(limit) or self.add_unjudged()

    def read_news(self, learner: Learner, limit: int) -> int:
        """Read what up to `limit` links have to say of posts, and give how many had."""
        with advising(self.folder):
            return learner.learn(limit)

    def judge(self, limit: int) -> int:
        """Judge up to `limit` citations of which something new is known, and give how many there were."""
        with advising(self.folder):
            return judge_some(self.connection, limit)

    def add_unjudged(self) -> int:
        """Have those citations judged too of which nothing is known yet, and give how many they are.

        A run leaves them to its end: until their links were asked for there is nothing to judge them by.
        """
        with advising(self.folder), transaction(self.connection):
            return add_unjudged(self.connection)

    def save_lanes(self, lanes: Iterable[LaneState]) -> None:
        """Keep what lanes have to remember across runs; those that are not among them have nothing to remember."""
        with advising(self.folder), transaction(self.connection):
            self.connection.execute("DELETE FROM lane")
            for lane in lanes:
                save_lane(self.connection, lane)

    def save_lane(self, lane: LaneState) -> None:
        """Keep what one lane has to remember, at once: the run may be killed before its end."""
        with advising(self.folder), transaction(self.connection):
            save_lane(self.connection, lane)

    def requeue_failed(self) -> int:
        """Put links that failed for good back into the queue, due at once; says how many.

        Those that were refused too: robots.txt, the answer of DNS and the policy may be others now, and are asked anew.
        """
        where = "state = 'failed' OR (state = 'refused' AND reason <> ? AND substr(reason, 1, length(?)) <> ?)"
        return self._requeue(where, LEADS_THERE, LEFT, LEFT)

    def mark(self, link: int, reason: str) -> None:
        """Say why a link still waits, at once: whoever reads it after a kill has to know."""
        with advising(self.folder), transaction(self.connection):
            self.connection.execute("UPDATE link SET reason = ? WHERE id = ? AND state = 'pending'", (reason, link))

    def share(self, shard: Shard) -> None:
        """Leave what waits, and is other shards', to them; what was left and is this one's now waits again."""
        left = self.connection.execute(
            "SELECT id, url FROM link WHERE state = 'refused' AND substr(reason, 1, length(?)) = ?", (LEFT, LEFT)
        )
        own = [(key,) for key, url in left if shard.owns(url)]
        waiting = self.connection.execute("SELECT id, url FROM link WHERE state = 'pending'") if shard.of > 1 else ()
        others = [(reason, key) for key, url in waiting if (reason := shard.find_refusal(url))]
        with advising(self.folder), transaction(self.connection):
            self.connection.executemany("UPDATE link SET state = 'pending', reason = '' WHERE id = ?", own)
            self.connection.executemany("UPDATE link SET state = 'refused', reason = ? WHERE id = ?", others)

    def requeue(self, url: str) -> bool:
        """Put one link back into the queue, whatever it was answered: for what goes stale, such as a robots.txt."""
        return bool(self._requeue("url = ?", url))

    def _requeue(self, where: str, *values: object) -> int:
        with advising(self.folder), transaction(self.connection):
            return self.connection.execute(
                f"UPDATE link SET state = 'pending', reason = '', next_at = 0 WHERE {where}", values
            ).rowcount


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(rows)
    while batch := list(islice(rest, _ROWS_AT_ONCE)):
        yield batch
