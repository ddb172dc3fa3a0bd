"""Which slices of a metric rules look at."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, text

from pipelines.alerting.judging.observations import grain_of
from schemas.alerting.rule import Rule

_SLICES = """
    select a.i, m.slice from json_to_recordset(cast(:asked as json)) as a(i int, metric_id text, grain text, names text)
    join marts.metric_slices m on (m.metric_id, m.grain) = (a.metric_id, a.grain)
     and regexp_replace(m.slice, '=[^,]*', '', 'g') = a.names
    order by a.i, m.slice
"""


def slices_of(connection: Connection, rules: Sequence[Rule]) -> list[list[str]]:
    """The slices that each rule is judged on; the total always, the others as far as published. One statement."""
    wanted = sorted(
        {(r.subject_id, grain_of(r).value, names) for r in rules for names in r.slice_sets if names}
    )
    found: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    if wanted:
        asked = [
            {"i": i, "metric_id": metric_id, "grain": grain, "names": ",".join(names)}
            for i, (metric_id, grain, names) in enumerate(wanted)
        ]
        for row in connection.execute(text(_SLICES), {"asked": json.dumps(asked)}):
            found.setdefault(wanted[row.i], []).append(row.slice)

    def slices(rule: Rule, names: tuple[str, ...]) -> list[str]:
        return found.get((rule.subject_id, grain_of(rule).value, names), []) if names else [""]

    return [[one for names in rule.slice_sets for one in slices(rule, names)] for rule in rules]
