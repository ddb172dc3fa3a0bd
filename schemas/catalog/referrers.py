"""Who refers to a document, so that nothing is removed from under others."""

from schemas.catalog.references import check_references
from schemas.documents.documents import Catalog
from schemas.documents.kinds import Kind
from schemas.documents.problems import Problem
from schemas.formula.compile import compile_catalog
from schemas.formula.memory import Memory


def referrers(catalog: Catalog, kind: Kind, document_id: str, memory: Memory) -> list[Problem]:
    """Every place in other documents that would lead nowhere without this one; `memory` is as `compile_catalog`'s."""
    section = f"{kind}s"
    others = {key: each for key, each in getattr(catalog, section).items() if key != document_id}
    without = catalog.model_copy(update={section: others})
    before = {_place(problem) for problem in check_references(catalog)}
    broken = [problem for problem in check_references(without) if _place(problem) not in before]
    return [*broken, *(_readers(catalog, document_id, memory) if kind == "metric" else ())]


def _readers(catalog: Catalog, metric_id: str, memory: Memory) -> list[Problem]:
    """Metrics whose formula reads the metric."""
    message = f"the formula reads {metric_id}"
    return [
        Problem(message, document_id=name, path="definition.formula", kind="metric")
        for name, compiled in compile_catalog(catalog, memory).metrics.items()
        if metric_id in compiled.metric_refs and name != metric_id
    ]


def _place(problem: Problem) -> tuple[str, str, str]:
    return problem.kind, problem.document_id, problem.path
