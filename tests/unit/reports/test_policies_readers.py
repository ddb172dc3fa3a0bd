"""The policies and the API judge readers alike: both are made of one table, and a real evaluator of Rego says so."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from regopy import Interpreter

from reports.policies import rego
from schemas.documents.documents import Metric
from schemas.identity.readers import MetricAccess, Reader, may_read
from schemas.identity.roles import Role

# few names, so that teams, users and owners meet; some that only look alike
NAMES = st.sampled_from(["sales", "Sales", "ann", 'a"b\\', "", "é☃"])
WORDS = st.one_of(
    st.none(),
    st.sampled_from(["public", "Internal", " confidential ", "RESTRICTED", "pii", "", " "]),
    st.text(max_size=5),
)
GOVERNANCE = st.fixed_dictionaries(
    {},
    optional={
        "data_classification": WORDS,
        "pii_involved": st.sampled_from([None, True, False]),
        "owner_team": st.none() | NAMES,
        "technical_owner": st.none() | NAMES,
        "business_owner": st.none() | NAMES,
    },
)
READERS = st.lists(st.tuples(NAMES, st.none() | NAMES, st.sampled_from(list(Role))), min_size=1, max_size=6)


@settings(max_examples=60)
@given(governances=st.lists(GOVERNANCE, min_size=1, max_size=4), readers=READERS)
def test_policies_allow_reading_exactly_to_those_whom_the_api_shows_numbers(
    governances: list[dict[str, Any]], readers: list[tuple[str, str | None, Role]]
) -> None:
    metrics = [
        Metric.model_validate({"metric_id": f"m{number}", "name": "Any", "governance": governance})
        for number, governance in enumerate(governances)
    ]
    evaluator = Interpreter()
    evaluator.add_module("policy.rego", rego(metrics))
    for name, team, role in readers:
        for metric in metrics:
            user = {"name": name, "team": team, "role": role.value}
            asked = {"metric_id": metric.metric_id, "action": "read", "user": user}
            evaluator.set_input_term(json.dumps(asked, ensure_ascii=False))
            answer = json.loads(str(evaluator.query("x := data.mdl.policy.allow")))
            # as the stored document says it, which is where the API reads it
            stored = MetricAccess.of(metric.model_dump(exclude_defaults=True).get("governance", {}))
            assert answer["bindings"]["x"] is may_read(Reader(name, team, role), stored)
