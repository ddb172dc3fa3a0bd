"""Every type of problem that the API answers: its status, what it means, and what to do about it.

Types are URNs, for clients to compare; docs/reference/problems.md is drawn from this table, and answers lead there.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

BASE: Final = "urn:mdl:problem:"


class ProblemType(NamedTuple):
    """What the type of a problem says of it."""

    status: int
    title: str
    meaning: str
    remedy: str


PROBLEMS: Final[Mapping[str, ProblemType]] = {
    "bad-request": ProblemType(
        400,
        "Bad request",
        "The request cannot be read: broken JSON, a broken body, an `If-Match` that is no quoted ETag.",
        "Correct what `detail` names; the same request will never succeed.",
    ),
    "unauthorized": ProblemType(
        401,
        "Unauthorized",
        "No token or API key came with the request, or what came does not count (any longer).",
        "Sign in, or refresh the tokens; of an API key, ask for a new one.",
    ),
    "sign-in-refused": ProblemType(
        401,
        "Sign-in refused",
        "Name and password do not fit, or the name is locked for a while after wrong ones.",
        "Check both; after several failures wait, or let an administrator lift the lock.",
    ),
    "forbidden": ProblemType(
        403,
        "Forbidden",
        "The role does not allow it, or an API key is used where only a signed-in user may act.",
        "Ask an administrator for the role that `detail` names, or sign in.",
    ),
    "wrong-password": ProblemType(
        403,
        "Wrong password",
        "The old password does not fit, or the user is locked for a while.",
        "Check it; after several failures wait, or let an administrator reset it.",
    ),
    "password-due": ProblemType(
        403,
        "A new password is due",
        "The user signed in with a password that counts once.",
        "Choose a password by `POST /api/auth/password`, then ask again.",
    ),
    "registration-off": ProblemType(
        403,
        "Registration is off",
        "Nobody may register here, or not under this name.",
        "Ask an administrator for a user.",
    ),
    "restricted": ProblemType(
        403,
        "Not for everyone to read",
        "The metric or report is classified, and the reader is none of those who may read it.",
        "Ask the owner that `detail` names.",
    ),
    "not-found": ProblemType(
        404,
        "Not found",
        "There is no such path, document, incident or user.",
        "Check the id; `detail` suggests one that is near.",
    ),
    "nothing-published": ProblemType(
        404,
        "Nothing is published",
        "No run has published numbers yet, or none had by the day of `as_of`.",
        "Run `mdl run`, or ask for a later day.",
    ),
    "method-not-allowed": ProblemType(
        405, "Method not allowed", "The path has no such method.", "Use one of those that `Allow` names."
    ),
    "not-acceptable": ProblemType(
        406,
        "Not acceptable",
        "The answer cannot be had in a media type that `Accept` names.",
        "Accept one of those that `detail` names.",
    ),
    "request-timeout": ProblemType(
        408,
        "Request timeout",
        "The body took too long to arrive.",
        "Send it faster, or less at once.",
    ),
    "conflict": ProblemType(
        409,
        "Conflict",
        "It exists already, is set elsewhere, or the id means several things.",
        "Read what is there, then decide; `detail` says what stands in the way.",
    ),
    "last-admin": ProblemType(
        409,
        "Last administrator",
        "Nobody could administer any longer.",
        "Make another administrator first.",
    ),
    "no-numbers": ProblemType(
        409,
        "The metric has no numbers",
        "The metric is described but not computed, or has never been published.",
        "See the metric's document for what it lacks: a formula that can be computed, a source.",
    ),
    "scores-replaced": ProblemType(
        409,
        "Scores replaced",
        "A newer publication replaced the scores while they were read.",
        "Ask again, or with `as_of` for a day whose scores are kept.",
    ),
    "referred-to": ProblemType(
        409,
        "Others refer to the document",
        "The document cannot go while others name it.",
        "Change or delete those that `detail` names first.",
    ),
    "incident-state": ProblemType(
        409,
        "The state of the incident does not allow it",
        "Only what is firing can be acknowledged, only what is open resolved, and so on.",
        "Read the incident again.",
    ),
    "under-way": ProblemType(
        409,
        "The request is under way",
        "A request with the same `Idempotency-Key` has not been answered yet.",
        "Ask again a little later with the same key: the answer will be that of the first.",
    ),
    "no-longer-kept": ProblemType(
        410,
        "No longer kept",
        "The file of the report was removed at the end of its time.",
        "Make the report again, or keep files longer.",
    ),
    "stale": ProblemType(
        412,
        "The document has changed",
        "Somebody else changed it since the ETag in `If-Match` was read.",
        "Read it again, put the change on top, and send it with the new ETag.",
    ),
    "request-entity-too-large": ProblemType(
        413, "Request entity too large", "The body has more bytes than are taken.", "Send several parts."
    ),
    "too-large": ProblemType(
        413,
        "Too large",
        "Judging what was sent would take too long, or it holds too many documents.",
        "Send several parts, or use `mdl catalog apply`.",
    ),
    "request-uri-too-long": ProblemType(
        414,
        "Request URI too long",
        "The path or the query has more characters than are taken.",
        "Ask for less at once.",
    ),
    "unsupported-media-type": ProblemType(
        415,
        "Unsupported media type",
        "The body is of a media type that is not read here.",
        "Send one that `detail` names, and say so in `Content-Type`.",
    ),
    "requested-range-not-satisfiable": ProblemType(
        416,
        "Requested range not satisfiable",
        "The file has no such bytes.",
        "Ask without `Range`.",
    ),
    "unprocessable-entity": ProblemType(
        422,
        "Unprocessable entity",
        "Parameters or fields are missing, unknown or not legal.",
        "Correct each field that `errors` names.",
    ),
    "invalid": ProblemType(
        422,
        "Invalid request",
        "Each field is legal, but not together, or not with what is stored.",
        "Correct what `detail` names.",
    ),
    "invalid-catalog": ProblemType(
        422,
        "The catalog document is at fault",
        "The document, or the catalog with it, breaks a rule.",
        "Correct each field that `errors` names; `docs/catalog.md` has the rules.",
    ),
    "invalid-silence": ProblemType(
        422,
        "The silence is not legal",
        "A silence without an end, of too long a time, or of nothing in particular.",
        "Correct what `detail` names.",
    ),
    "not-offered": ProblemType(
        422,
        "Not offered",
        "The metric has numbers, but not at this grain, by this dimension or of this slice.",
        "Ask for one of those that `detail` names.",
    ),
    "too-many-rows": ProblemType(
        422,
        "Too many rows",
        "The answer would have more rows than one answer may.",
        "Ask for less time, a coarser grain or fewer slices, or set `limit`.",
    ),
    "key-reused": ProblemType(
        422,
        "The idempotency key was used before",
        "The same `Idempotency-Key` came with another request within a day.",
        "Use a new key for each new request.",
    ),
    "precondition-required": ProblemType(
        428,
        "Precondition required",
        "The write needs `If-Match`, so that it does not undo what somebody else wrote.",
        "Read the document, and send its `ETag` in `If-Match`.",
    ),
    "too-many-requests": ProblemType(
        429,
        "Too many requests",
        "More requests than allowed in a minute.",
        "Wait for the seconds that `Retry-After` names.",
    ),
    "internal": ProblemType(
        500,
        "Internal error",
        "A fault of the server; nothing is wrong with the request.",
        "Tell whoever runs MDL the `request_id`: the log has the details under it.",
    ),
    "damaged-file": ProblemType(
        500,
        "The stored file is damaged",
        "The stored bytes are no longer those that were sent at the time.",
        "Tell whoever runs MDL: it can be restored from a backup, or the report made again.",
    ),
    "service-unavailable": ProblemType(
        503,
        "Service unavailable",
        "Too many bodies arrive at once.",
        "Wait for the seconds that `Retry-After` names, then ask again.",
    ),
    "unavailable": ProblemType(
        503,
        "Temporarily unavailable",
        "PostgreSQL is away, or the request took too long.",
        "Wait for the seconds that `Retry-After` names, then ask again.",
    ),
}

# of what is wrong with a request as such, before anybody looks at what it means
OF_HTTP: Final[Mapping[int, str]] = {
    PROBLEMS[kind].status: kind
    for kind in (
        "bad-request",
        "unauthorized",
        "forbidden",
        "not-found",
        "method-not-allowed",
        "not-acceptable",
        "request-timeout",
        "conflict",
        "request-entity-too-large",
        "request-uri-too-long",
        "unsupported-media-type",
        "requested-range-not-satisfiable",
        "unprocessable-entity",
        "precondition-required",
        "too-many-requests",
        "internal",
        "service-unavailable",
    )
}
