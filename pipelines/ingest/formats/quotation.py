"""Quotation marks of delimited text, judged strictly by RFC 4180: where records end, and which marks cannot be meant.

A mark opens a value only at its beginning; within a value that is not quoted it is a letter (`24" inch`).
A mark that closes is followed by a delimiter or a line end; two marks within a quoted value are one of its letters.
"""

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.ingest.formats.plaintext import LINE_END, line_start

Positions = npt.NDArray[np.int64]


class MisquotedError(Exception):
    """A mark at `opened` that nothing closes, or that closes before `closed` although text follows there."""

    def __init__(self, opened: int, closed: int | None = None) -> None:
        super().__init__(opened, closed)
        self.opened, self.closed = opened, closed


class Marks:
    """Where the quoted values of `data` are; `data` begins with a record.

    Raises:
        MisquotedError: text follows a mark that closes a value.
    """

    def __init__(self, data: bytes, delimiter: bytes, quote: bytes) -> None:
        self.data = data
        self._bytes = np.frombuffer(data, np.uint8)
        self._edge = np.zeros(256, bool)
        self._edge[[*delimiter, *b"\r\n"]] = True
        every = np.flatnonzero(self._bytes == quote[0]) if quote in data else np.empty(0, np.int64)
        if self._alternate(every, quote):
            self._at, self._inside = every, np.zeros(len(every), bool)
            self._inside[::2] = True
        else:
            self._at, self._inside = self._judged(every)
        self._every = every

    def _around(self, first: Positions, last: Positions) -> tuple[Any, Any]:
        """The bytes before the marks `first` and after the marks `last`; a line end where there is none."""
        before, after = self._bytes[first - 1], self._bytes[np.minimum(last + 1, len(self.data) - 1)]
        if len(first) and first[0] == 0:
            before[0] = ord("\n")
        if len(last) and last[-1] == len(self.data) - 1:
            after[-1] = ord("\n")
        return before, after

    def _alternate(self, every: Positions, quote: bytes) -> bool:
        """Whether the marks open and close in turn, as they do in most files; two in a row close and open again."""
        edge = self._edge.copy()
        edge[quote[0]] = True
        before, _ = self._around(every[::2], every[:0])
        _, after = self._around(every[:0], every[1::2])
        return bool(edge[before].all() and edge[after].all())

    def _judged(self, every: Positions) -> tuple[Positions, npt.NDArray[np.bool_]]:
        """The first of each run of marks, and whether a value is open behind the run.

        Outside a value and behind an edge the first mark of a run opens one, and pairs of the others are letters.
        So what a run does hangs on its length, on what stands before and after it, and for a single mark between
        two edges alone on what was before: that one toggles. All others set the state, or leave it.
        """
        starts = np.flatnonzero(np.diff(every, prepend=-2) != 1)
        first, last = every[starts], every[np.append(starts[1:], len(every)) - 1]
        is_odd = (last - first) % 2 == 0
        before, after = self._around(first, last)
        opens, closes = self._edge[before], self._edge[after]
        toggled = np.cumsum(is_odd & opens & closes)
        sets = np.where(is_odd, ~(opens & closes), opens & ~closes)
        setter = np.maximum.accumulate(np.where(sets, np.arange(len(sets)), -1))
        base = np.where(setter < 0, 0, opens[setter] - toggled[setter])
        inside = (base + toggled) % 2 == 1
        was_inside = np.append(False, inside[:-1])
        wrong = np.flatnonzero(~closes & np.where(is_odd, was_inside, opens & ~was_inside))
        if len(wrong):
            at = wrong[0]
            begun = np.flatnonzero(inside[:at] & ~was_inside[:at]) if is_odd[at] else [at]
            raise MisquotedError(int(first[begun[-1]]), int(last[at]))
        return first, inside

    def refuse_open(self) -> None:
        """Refuse data that end within a value.

        Raises:
            MisquotedError: they do.
        """
        if len(self._at) and self._inside[-1]:
            first, inside = self._judged(self._every)
            outside_before = ~np.append(False, inside[:-1])
            raise MisquotedError(int(first[np.flatnonzero(inside & outside_before)[-1]]))

    def _is_inside(self, position: int) -> bool:
        mark = int(np.searchsorted(self._at, position))
        return mark > 0 and bool(self._inside[mark - 1])

    def record_start(self, stop: int) -> int:
        """Behind the last line end before `stop` that ends a record; 0 where none does."""
        while end := line_start(self.data, stop):
            if not self._is_inside(end - 1):
                return end
            stop = int(self._at[np.searchsorted(self._at, end) - 1])
        return 0

    def record_end(self, start: int) -> int:
        """Behind the first line end from `start` on that ends a record."""
        ends = (match.end() for match in LINE_END.finditer(self.data, start))
        return next((end for end in ends if not self._is_inside(end - 1)), len(self.data))

    @cached_property
    def _breaks(self) -> Positions:
        """The last byte of each line end."""
        ends = self._bytes == ord("\n")
        if b"\r" in self.data:
            returns = self._bytes == ord("\r")
            returns[:-1] &= ~ends[1:]
            ends |= returns
        return np.flatnonzero(ends)

    def taken_in(self, delimiter: bytes, count: int) -> list[tuple[int, int, int]]:
        """Lines with `count` delimiters, marks aside, whose record has another such line: record, begin and end."""
        breaks, delimiters = self._breaks, np.flatnonzero(self._bytes == delimiter[0])
        mark = np.searchsorted(self._at, breaks)
        inside = (mark > 0) & self._inside[mark - 1] if len(self._at) else np.zeros(len(breaks), bool)
        record = np.append(0, np.cumsum(~inside))
        edges = np.concatenate(([-1], breaks, [len(self.data)]))
        whole = np.flatnonzero(np.diff(np.searchsorted(delimiters, edges)) == count)
        same = record[whole[1:]] == record[whole[:-1]]
        found = whole[np.append(same, [False]) | np.append([False], same)] if len(whole) else whole
        return [(int(record[n]), int(edges[n]) + 1, int(edges[n + 1])) for n in found]
