"""The order in which metrics that read one another are computed, and the cycles that have none."""

from collections.abc import Mapping, Sequence


def dependency_order(reads: Mapping[str, Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """Sort ids so that each comes after those it reads; also every cycle found, first id repeated at the end.

    Ids that are read but are no keys are ignored. Ids in a cycle, or that read one, are not in the order.
    Ties keep the given order.
    """
    waiting = {name: [one for one in dict.fromkeys(needs) if one in reads] for name, needs in reads.items()}
    readers: dict[str, list[str]] = {name: [] for name in waiting}
    for name, needs in waiting.items():
        for need in needs:
            readers[need].append(name)
    missing = {name: len(needs) for name, needs in waiting.items()}
    order = [name for name, count in missing.items() if count == 0]
    for name in order:
        for reader in readers[name]:
            missing[reader] -= 1
            if missing[reader] == 0:
                order.append(reader)
    done = set(order)
    rest = {name: [n for n in needs if n not in done] for name, needs in waiting.items() if name not in done}
    return order, _cycles(rest)


def _cycles(rest: dict[str, list[str]]) -> list[list[str]]:
    """One cycle through each tangle of ids; every id of `rest` reads at least one other of it."""
    cycles: list[list[str]] = []
    seen: set[str] = set()
    for start in rest:
        path: dict[str, int] = {}
        name = start
        while name not in path and name not in seen:
            path[name] = len(path)
            name = rest[name][0]
        if name in path:
            cycles.append([*list(path)[path[name] :], name])
        seen.update(path)
    return cycles
