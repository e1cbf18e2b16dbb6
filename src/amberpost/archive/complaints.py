"""What could not be taken in: the first problems of many are named, and the others counted."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..models import Problem

MOST_NAMED = 1000


@dataclass(slots=True)
class Complaints:
    """Problems as they come, of which only the first are kept: there may be one in each row of a large file."""

    named: list[Problem] = field(default_factory=list)
    unnamed: int = 0

    def add(self, problem: Problem) -> None:
        """Keep a problem, or count it.

        >>> complaints = Complaints(unnamed=2)
        >>> complaints.add(Problem(source="citations", place="row 7", reason="no JSON", advice="mend it"))
        >>> len(complaints.named), complaints.unnamed
        (1, 2)
        """
        if len(self.named) < MOST_NAMED:
            self.named.append(problem)
        else:
            self.unnamed += 1
