"""What is kept of why a run failed."""

from dagster_shared.error import SerializableErrorInfo

from pipelines.orchestration.dagster_state import _line, _reason


def _error(message: str, name: str, cause: SerializableErrorInfo | None = None) -> SerializableErrorInfo:
    return SerializableErrorInfo(message, [], name, cause=cause)


def test_a_reason_keeps_the_lines_that_say_what_is_wrong() -> None:
    said = "the catalog has 2 error(s):\n  a.yaml: no column day\n  b.yaml: no such unit\n"
    assert _reason(said, None) == "the catalog has 2 error(s):\na.yaml: no column day\nb.yaml: no such unit"
    assert _line(said) == "the catalog has 2 error(s): a.yaml: no column day", "the title says the first"


def test_a_long_reason_says_how_much_is_left_out() -> None:
    said = "\n".join(["the catalog has 20 error(s):", *(f"problem {n}" for n in range(20))])
    assert _reason(said, None).splitlines()[-2:] == ["problem 6", "and 13 more lines"]


def test_what_dagster_wraps_around_an_error_is_left_out_and_causes_are_kept() -> None:
    cause = _error("OSError: [Errno 28] No space left on device\n", "OSError")
    inner = _error("LakeError: the lake cannot be written\n", "LakeError", cause)
    outer = _error(
        "dagster…Error occurred while executing op:\n", "DagsterExecutionStepExecutionError", inner
    )
    assert _reason("", outer).splitlines() == [
        "LakeError: the lake cannot be written",
        "caused by OSError: [Errno 28] No space left on device",
    ]
    assert _reason("", None) == "no step says why"
