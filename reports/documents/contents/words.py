"""The words of reports: each rule makes a sentence of numbers, with the exact numbers in it; pure functions.

A rule that has nothing to tell gives None. Texts between the numbers hold no digits of their own. Only what got
better or worse is good or bad, since formats say so in words.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from reports.cells import Change, Figure, Share
from reports.documents.contents.facts import Aim, Cause, KeyResultPace, Movement, Restated
from reports.documents.model import Piece, Sentence

MOST_NAMED = 3
"""More names than that are a table."""
MOST_LISTED = 200
"""More rows of what happened than that are for the pages."""
# a smaller part of a change explains nothing
_LEAST_SHARE = 0.2
_MOST_PERCENT = 1_000
_BEHIND = ("at_risk", "off_track")

Pieces = Sequence[Piece]


def standing(statuses: Mapping[str | None, int], grain: str) -> Sentence | None:
    """How many metrics stand how; those under None are not judged."""
    told: list[Pieces] = [
        [Figure(number), f" {one if number == 1 else many}"]
        for status, one, many in _STANDING
        if (number := statuses.get(status, 0))
    ]
    if not told:
        return None
    unjudged = statuses.get(None, 0)
    if unjudged:
        told.append([Figure(unjudged), f" {_are(unjudged)} not judged by the {grain}"])
    total = sum(statuses.values())
    head: Pieces = ["Of ", Figure(total), f" metric{_s(total)}, "]
    return _sentence(head, _listed(told, len(told)))


_STANDING = (
    ("critical", "is critical", "are critical"),
    ("warning", "has a warning", "have a warning"),
    ("ok", "is well", "are well"),
    ("no_data", "has no value", "have no value"),
)


def moved(one: Movement, grain: str) -> Sentence:
    """That a metric rose or fell, since when, and which slice made most of it."""
    way: list[Piece] = [f"{one.name} {'rose' if one.value > one.before else 'fell'} to "]
    way += [Figure(one.value, one.unit), " from ", Figure(one.before, one.unit), f" in the {grain} before"]
    if one.change_pct is not None and _is_telling(one):
        way += [" (", Change(one.change_pct, one.is_good), ")"]
    if one.is_turned:
        way.append(f", {_JUDGED.get(one.status or '', one.status)} now")
    if one.cause is not None and one.cause.share >= _LEAST_SHARE:
        way += _because(one.cause)
    return _sentence(way, is_good=one.is_good)


_JUDGED = {"ok": "well", "warning": "at warning", "critical": "critical", "no_data": "without a value"}


def _is_telling(one: Movement) -> bool:
    """Whether the change in percent says more than the two values do: not from one side of 0 to the other, or afar."""
    return one.value * one.before > 0 and abs(one.change_pct or 0) < _MOST_PERCENT


def _because(cause: Cause) -> list[Piece]:
    if cause.share > 1:
        return [f"; {cause.value} ({cause.dimension}) alone would have moved it further"]
    return ["; ", Share(cause.share), f" of the change came from {cause.value} ({cause.dimension})"]


def chosen(movements: Iterable[Movement], *, is_good: bool) -> list[Movement]:
    """The few that got better or worse most: those judged otherwise, and those that moved more than they usually do."""
    wanted = [one for one in movements if one.is_good is is_good and (one.is_turned or one.unusual > 1)]
    return sorted(wanted, key=lambda one: one.rank)[:MOST_NAMED]


def targets(aims: Sequence[Aim], missed: Sequence[Aim], grain: str) -> Sentence | None:
    """How many of the targets that can be compared with the period were reached, and which were not."""
    if not aims:
        return None
    reached = len(aims) - len(missed)
    head: list[Piece] = [Figure(reached), " of ", Figure(len(aims))]
    head.append(
        f" target{_s(len(aims))} {'was' if 1 in (reached, len(aims)) else 'were'} reached in the {grain}"
    )
    if not missed:
        return _sentence(head)
    told: list[Pieces] = [
        [f"{one.name} (", Figure(one.value, one.unit), " against ", Figure(one.target, one.unit), ")"]
        for one in missed
    ]
    return _sentence(head, ["; missed: "], _listed(told))


def pace(results: Sequence[KeyResultPace]) -> list[Sentence]:
    """Which key results are behind, and how many go as they should."""
    known = [one for one in results if one.progress is not None and one.status != "not_started"]
    if not known:
        return []
    behind = [one for one in known if one.status in _BEHIND]
    if not behind:
        return [_sentence(["No key result is behind its pace, of ", Figure(len(known))])]
    told: list[Pieces] = [
        [f"{one.name} (", Share(one.progress), *_expected(one), ")"]
        for one in sorted(behind, key=lambda one: ((one.progress or 0) - (one.expected or 0), one.name))
    ]
    head: Pieces = [Figure(len(behind)), " of ", Figure(len(known))]
    verb = "is" if len(behind) == 1 else "are"
    return [_sentence(head, [f" key result{_s(len(known))} {verb} behind: "], _listed(told))]


def _expected(one: KeyResultPace) -> list[Piece]:
    return [] if one.expected is None else [" done, ", Share(one.expected), " expected"]


def incidents(opened: int, resolved: int, still_open: Sequence[str], grain: str) -> Sentence | None:
    """How many incidents there were, and which were left."""
    if not (opened or resolved or still_open):
        return None
    told: list[Pieces] = []
    if opened:
        told.append([Figure(opened), " began"])
    if resolved:
        told.append([Figure(resolved), " ended"])
    count = len(still_open)
    told.append([Figure(count), f" {_are(count)} open"] if count else ["none is open"])
    named = [": ", *_listed([[title] for title in still_open])] if count else []
    return _sentence([f"Of incidents in the {grain}, "], _listed(told), named)


def restatements(found: Sequence[Restated]) -> Sentence | None:
    """Which finished periods have another value than they were published with first."""
    if not found:
        return None
    told: list[Pieces] = [
        [
            f"{one.name} of ",
            one.period,
            " to ",
            Figure(one.now, one.unit),
            " from ",
            Figure(one.first, one.unit),
        ]
        for one in found
    ]
    verb = " was restated: " if len(found) == 1 else "s were restated: "
    return _sentence([Figure(len(found)), " value", verb], _listed(told))


def missing(names: Sequence[str], grain: str) -> Sentence | None:
    """Which metrics have no value."""
    if not names:
        return None
    return _sentence([f"Without a value for the {grain}: "], _listed([[name] for name in names]))


def held_back(reasons: Mapping[str, str]) -> Sentence | None:
    """Which metrics were left out of the publication, so that what stands of them is older."""
    if not reasons:
        return None
    told = [[f"{name} ({why})"] for name, why in sorted(reasons.items())]
    return _sentence(["Held back, so that older values stand: "], _listed(told))


def refused(files: int, rows: int) -> Sentence | None:
    """That something of what was delivered is not in the numbers."""
    told: list[Pieces] = [
        [Figure(number), f" {noun}{_s(number)}"]
        for number, noun in ((files, "file"), (rows, "row"))
        if number
    ]
    if not told:
        return None
    is_one = files + rows == 1
    tail = " was refused and is not in the numbers" if is_one else " were refused and are not in the numbers"
    return _sentence(_listed(told), [tail])


def hidden(count: int) -> Sentence | None:
    """That something is not shown."""
    if not count:
        return None
    return _sentence(
        [
            Figure(count),
            f" metric{_s(count)} {_are(count)} named without numbers, which not everyone may read",
        ]
    )


def unknown(names: Sequence[str]) -> Sentence | None:
    """What the report asks for and the catalog has not."""
    if not names:
        return None
    return _sentence(["Not in the catalog: "], _listed([[name] for name in names]))


def unjudged(count: int, grain: str) -> Sentence | None:
    """Why metrics have neither status nor target."""
    if not count:
        return None
    what = "its target and thresholds are" if count == 1 else "their targets and thresholds are"
    tail = f" metric{_s(count)} {'has' if count == 1 else 'have'} no status here: {what} not of a {grain}"
    return _sentence([Figure(count), tail])


def drawn(shown: int, total: int) -> Sentence | None:
    """That not every metric has a part of its own."""
    if shown >= total:
        return None
    return _sentence(
        [
            "Charts are of the ",
            Figure(shown),
            " most important of ",
            Figure(total),
            " metrics; the table has all",
        ]
    )


def cut(total: int, noun: str) -> Sentence | None:
    """That a table has not all there were."""
    if total <= MOST_LISTED:
        return None
    return _sentence([Figure(MOST_LISTED), " of ", Figure(total), f" {noun} are listed"])


def created(names: Sequence[str]) -> Sentence | None:
    """Which documents there were not before."""
    if not names:
        return None
    return _sentence(
        [Figure(len(names)), f" definition{_s(len(names))} {_are(len(names))} new: "],
        _listed([[name] for name in names]),
    )


def _listed(items: Sequence[Pieces], most: int = MOST_NAMED) -> list[Piece]:
    """`a, b and c`; of more than `most` the first, and how many more there are."""
    shown = list(items[:most])
    more = len(items) - len(shown)
    if more:
        shown.append([Figure(more), " more"])
    joined: list[Piece] = []
    for place, item in enumerate(shown):
        if place:
            joined.append(" and " if place == len(shown) - 1 else ", ")
        joined.extend(item)
    return joined


def _sentence(*parts: Pieces, is_good: bool | None = None) -> Sentence:
    """The parts one after the other, with a full stop; texts beside one another become one."""
    pieces: list[Piece] = []
    for piece in chain(*parts, ["."]):
        if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return Sentence(tuple(pieces), is_good)


def _s(number: int) -> str:
    return "" if number == 1 else "s"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
