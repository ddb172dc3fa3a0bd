"""Schemathesis against a served API: what its own document promises, legal and illegal requests, chains of them."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.attack.served import Target

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "ignored_auth", "use_after_free", "missing_required_header", "unsupported_method",
)  # fmt: skip
# they end the session that the attack goes on with
_ENDS_SESSIONS = r"^/api/auth/(logout|refresh|password|users/\{user_id\}(/password)?)$"


def found_in_api(target: Target, role: str | None, seconds: int, explained: Mapping[str, str]) -> list[str]:
    """What schemathesis finds in so many seconds as a user of that role; None is nobody.

    Args:
        explained: reasons by what a find begins with; such finds are left out.
    """
    report = target.log.with_name("schemathesis.json")
    command = [
        str(Path(sys.executable).with_name("st")), "run", f"{target.base}/api/v1/openapi.json",
        "--exclude-path-regex", _ENDS_SESSIONS, "--checks", ",".join(CHECKS), "--max-time", str(seconds),
        "--max-examples", "8", "--phases", "coverage,fuzzing,stateful", "--suppress-health-check", "all",
        "--no-shrink", "--continue-on-failure", "--warnings", "off", "--request-timeout", "60",
        "--report", "json", "--report-json-path", str(report), "--generation-database", "none",
        *(["-H", f"Authorization: Bearer {target.token(role)}"] if role else []),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=target.log.parent)
    if not report.exists():
        return [f"schemathesis made no report: {(done.stderr or done.stdout)[-500:]}"]
    return judged(json.loads(report.read_text()), explained)


def judged(report: Mapping[str, Any], explained: Mapping[str, str]) -> list[str]:
    """Finds of a report; that operations were left out for want of time is a find, too."""
    found = [f"{each['title']}: {each['operations']}, {each['count']} times" for each in report["failures"]]
    found += [f"{each['title']}, {each['count']} times" for each in report["errors"]]
    kept = [each for each in found if not any(each.startswith(known) for known in explained)]
    counts = report["operations"]
    if counts is None or counts["tested"] < counts["selected"] or not report["test_cases"]["generated"]:
        kept.append(f"not every operation was tried: {counts}")
    return kept
