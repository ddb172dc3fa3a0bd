"""Puts into the OpenAPI document what no view says of itself; call it when all routes are registered."""

from typing import Any

from flask import Flask

from webapi.document import examples, outside, problem_responses, unversioned


def complete(app: Flask, spec: Any) -> None:
    """Complete the document of an app.

    Args:
        app: with all its routes.
        spec: the document as Flask-smorest made it of the views; it is changed.
    """
    # of apispec's making: what is put in here is in the document
    paths = spec.to_dict()["paths"]
    outside.add(paths)
    problem_responses.add(spec)
    examples.add(spec)
    unversioned.add(app, paths)
