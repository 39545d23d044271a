"""How many records a bundle may carry, learnt as they go (contract P6): by what was refused, and by how long the line takes. Pure.

A request should last about twenty seconds at most: long enough that the waiting between requests hardly counts, short enough that a cut
costs little, and well within the time an answer is waited for. Over a line of 300 ms, a fifth lost and 64 kbit/s with cuts, twenty carried
a sixth to two thirds more doses a minute than ten. What is learnt survives a restart in `LinkState`.
"""

from __future__ import annotations

from dataclasses import dataclass

from vaxdesk.sync import policy

AIM_S = 20.0
GROW_AFTER = 8
GROW_AFTER_CUT = 2
GROW_AFTER_MAX = 1024


@dataclass(slots=True)
class Pace:
    """`size`: what the server and the boxes between let through. `timed`: what the line carries in twenty seconds. `limit`: both.

    A size that fails right after growing was too much: it is tried again ever more shyly. A size that had gone through and
    fails once was cut off by the line: it comes back after two successes.
    """

    size: int
    grow_after: int = GROW_AFTER
    timed: int = policy.DOSES_MAX
    _in_a_row: int = 0
    _proven: int = 0

    @property
    def limit(self) -> int:
        """The records the next bundle may have, at least 1."""
        return min(self.size, self.timed)

    def failed(self, count: int, *, by_refusal: bool = False) -> None:
        """A bundle of `count` records was too large (`by_refusal`: so the server said), timed out or was cut off."""
        is_lines_fault = count <= self._proven and not by_refusal
        self.shrink(self.limit // 2 if is_lines_fault else policy.smaller(self.limit, count))

    def shrink(self, limit: int) -> None:
        """A smaller size from now on."""
        was_proven = self.limit <= self._proven
        self.size = policy.bounded(min(self.limit, limit))
        self.grow_after = GROW_AFTER_CUT if was_proven else min(self.grow_after * 2, GROW_AFTER_MAX)
        self._in_a_row = 0
        self._proven = min(self._proven, self.size)

    def went_well(self, count: int, seconds: float = 0.0) -> None:
        """A bundle of `count` records was accepted whole, `seconds` after its first byte was sent."""
        whole = count >= self.limit
        self._proven = max(self._proven, count)
        self._time(count, seconds)
        if not whole:
            return
        self._in_a_row += 1
        if self._in_a_row >= self.grow_after and self.timed > self.size:
            self.size, self._in_a_row = policy.bounded(self.size * 2), 0

    def _time(self, count: int, seconds: float) -> None:
        """Halfway to what was measured when it took too long; at most double when there was time left.

        A small bundle that was quick says nothing against large ones: most of its time was the way there and back.
        """
        fitting = count * AIM_S / max(seconds, 0.001)
        if seconds > AIM_S:
            self.timed = policy.bounded(round((self.limit + fitting) / 2))
        else:
            self.timed = policy.bounded(max(self.timed, round(min(fitting, 2.0 * count))))
