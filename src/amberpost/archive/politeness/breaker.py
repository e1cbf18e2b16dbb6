"""When to leave things alone: a lane that keeps failing, and a run whose own network is down."""

from __future__ import annotations

from dataclasses import dataclass, field

FAILURES = 5  # in a row, until a lane rests
REST = 300.0  # seconds; then one trial
SILENCE = 60.0  # seconds in which no host at all answered
HOSTS = 5  # that fail in a row, without one answer between, when the network is down
DOUBT = 5.0  # seconds that those have who were asked meanwhile; a name that is not there is told faster than a page


@dataclass(slots=True)
class Breaker:
    """Counts failures in a row of one lane: at the fifth it rests for 300 seconds, then one trial decides.

    Give it times in Unix seconds: the count is kept across runs.

    >>> breaker = Breaker()
    >>> [breaker.fail(now=10.0) for _ in range(5)]
    [0.0, 0.0, 0.0, 0.0, 310.0]
    """

    failures: int = 0

    def fail(self, *, now: float) -> float:
        """Count a failure; the time until which the lane rests, 0 for not at all."""
        self.failures += 1
        return self.find_rest(now) if self.is_open else 0.0

    def find_rest(self, now: float) -> float:
        """When a rest that begins now ends."""
        return now + REST

    def succeed(self) -> None:
        """Any answer ends the row."""
        self.failures = 0

    @property
    def is_open(self) -> bool:
        """Whether the next request is a trial: nobody else may ask before its answer."""
        return self.failures >= FAILURES


@dataclass(slots=True)
class Canary:
    """Tells a dead network from dead hosts: five hosts in a row that nobody could reach, and none that answered.

    Without it, a run on a machine without network would use up the attempts of every link. Old links begin with many
    dead names: so those who are being asked (`under_way`), and lanes that were taken up and have not asked yet
    (`untried`), may prove it wrong, and nobody else is asked until then.

    >>> canary = Canary(untried={"live.example"})
    >>> for number in range(5):
    ...     canary.miss(f"site{number}.example", 10.0)
    >>> canary.is_in_doubt(11.0), canary.is_down(11.0), canary.is_down(15.0)
    (True, False, True)
    """

    answered_at: float | None = None
    known_at: float | None = None
    unreached: set[str] = field(default_factory=set)
    under_way: int = 0
    untried: set[str] = field(default_factory=set)
    was_met: bool = False
    _since: float = field(default=0.0, init=False)

    def hear(self, now: float) -> None:
        """Some server answered: the network works."""
        self.answered_at = now
        self.unreached.clear()

    def hear_of(self, now: float) -> None:
        """The name system knows a host that answered before: it works, which says nothing of any server."""
        self.known_at = now

    def meet(self) -> None:
        """Somebody was there, and gave no answer: it proves too little for a run of many hosts, enough for one host."""
        self.was_met = True

    def miss(self, lane: str, now: float) -> None:
        """A lane's host could not be found or reached."""
        if len(self.unreached) < HOSTS:
            self.unreached.add(lane)
            self._since = now

    def works(self, now: float) -> bool:
        """Whether some server has answered in the last minute; a clock that was set back proves nothing."""
        return self.answered_at is not None and 0 <= now - self.answered_at <= SILENCE

    def knows_names(self, now: float) -> bool:
        """Whether a name that is not known is not there: others were known in the last minute, or have answered."""
        return self.works(now) or (self.known_at is not None and 0 <= now - self.known_at <= SILENCE)

    def is_in_doubt(self, now: float) -> bool:
        """Whether nobody should be asked before those have answered who may still prove it wrong."""
        may_answer = bool(self.under_way or self.untried) and 0 <= now - self._since < DOUBT
        return self._is_suspected(now) and may_answer

    def is_down(self, now: float) -> bool:
        """Whether the run should stop, because it is the network that is down."""
        return self._is_suspected(now) and not self.is_in_doubt(now)

    def may_ask(self, lane: str, now: float) -> bool:
        """Whether a lane may ask now: in doubt only one that was taken up before, and has not asked yet."""
        return not self._is_suspected(now) or (lane in self.untried and not self.is_down(now))

    def _is_suspected(self, now: float) -> bool:
        return len(self.unreached) >= HOSTS and not self.works(now)

    @property
    def seems_down(self) -> bool:
        """Whether a run that has ended could reach none of its hosts, be they too few to tell."""
        return bool(self.unreached) and self.answered_at is None and not self.was_met
