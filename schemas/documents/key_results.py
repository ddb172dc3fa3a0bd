"""Which way a key result goes and which side of its target is good, by what documents say; and where they disagree."""

from collections.abc import Iterator, Mapping

from schemas.documents.documents import Direction, KeyResult, Metric
from schemas.documents.problems import Problem
from schemas.rounding import same

_SIDES = {"at_least": Direction.INCREASE, "at_most": Direction.DECREASE}
_ONE_WAY = (Direction.INCREASE, Direction.DECREASE)
_WORDS = {Direction.INCREASE: "at least", Direction.DECREASE: "at most"}


def way_of(key_result: KeyResult) -> Direction | None:
    """Whether the target lies above or below the declared baseline; None where they are equal or one is missing."""
    baseline, target = key_result.baseline_value, key_result.target_value
    if baseline is None or target is None or same(baseline, target):
        return None
    return Direction.INCREASE if target > baseline else Direction.DECREASE


def good_side(key_result: KeyResult, expected: Direction | None) -> tuple[Direction, str | None]:
    """The side of a target to maintain that is good (increase: at least), and what says so.

    In this order: `bound`, the metric's `expected` direction, the baseline. None: nothing does, and at least is taken.
    """
    if key_result.bound is not None:
        return _SIDES[key_result.bound], "bound"
    if expected in _ONE_WAY:
        return expected, "expected_direction"
    way = way_of(key_result)
    return (Direction.INCREASE, None) if way is None else (way, "baseline_value")


def side_words(side: Direction) -> str:
    """`at least` or `at most`."""
    return _WORDS[side]


def expected_direction(key_result: KeyResult, metrics: Mapping[str, Metric]) -> Direction | None:
    """Direction of the first linked metric that has one; a metric's own word, where it has values, comes first."""
    directions = (
        metrics[name].definition.expected_direction for name in key_result.metric_ids if name in metrics
    )
    return next((one for one in directions if one is not None), None)


def key_result_problems(
    key_result: KeyResult, metrics: Mapping[str, Metric], document_id: str, path: str
) -> Iterator[Problem]:
    """A warning for each thing that baseline, target, directions and bound do not agree on or leave open."""
    expected = expected_direction(key_result, metrics)
    direction = key_result.direction or expected
    is_kept = direction is Direction.MAINTAIN
    said = _maintained(key_result, expected) if is_kept else _one_way(key_result, direction)
    for field, message in (*said, *_metrics_against(key_result, metrics, is_kept=is_kept)):
        yield Problem(message, "warning", document_id=document_id, path=f"{path}.{field}")


def _one_way(key_result: KeyResult, direction: Direction | None) -> Iterator[tuple[str, str]]:
    baseline, target = key_result.baseline_value, key_result.target_value
    way = way_of(key_result)
    if key_result.bound is not None:
        yield "bound", "only a target to maintain has a bound; with `direction: maintain` it would count"
    if way is not None and key_result.direction in _ONE_WAY and key_result.direction is not way:
        yield (
            "direction",
            (
                f"direction {key_result.direction} contradicts the way from baseline {baseline:g} to target "
                f"{target:g}, which is {way}; progress goes by baseline and target"
            ),
        )
    if baseline is not None and target is not None and way is None:
        side = side_words(direction or Direction.INCREASE)
        yield (
            "target_value",
            (
                "baseline and target are equal, so that there is no way to go: progress is 1 while the value is "
                f"{side} {target:g}, else 0; give the baseline that was, or `direction: maintain`"
            ),
        )


def _maintained(key_result: KeyResult, expected: Direction | None) -> Iterator[tuple[str, str]]:
    if key_result.target_value is not None and good_side(key_result, expected)[1] is None:
        yield (
            "direction",
            (
                f"nothing says which side of the target {key_result.target_value:g} is good, so at least is taken; "
                "say `bound: at_least` or `bound: at_most`"
            ),
        )


def _metrics_against(
    key_result: KeyResult, metrics: Mapping[str, Metric], *, is_kept: bool
) -> Iterator[tuple[str, str]]:
    """Linked metrics that expect another direction than baseline and target, or than the bound of what is kept.

    What is to be kept may well begin beyond its target, on the good side.
    """
    bound = None if key_result.bound is None else _SIDES[key_result.bound]
    way = bound if is_kept else way_of(key_result)
    for index, name in enumerate(key_result.metric_ids):
        expected = metrics[name].definition.expected_direction if name in metrics else None
        if way is None or expected not in _ONE_WAY or expected is way:
            continue
        meant = (
            f"the bound is {side_words(way)}"
            if is_kept
            else f"baseline and target say {way}; progress goes by these"
        )
        yield f"metric_ids[{index}]", f"{name} has expected_direction {expected}, but {meant}"
