"""What nothing can beat on the same server: a Flask view that returns a constant."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def constant() -> str:
    """Answer."""
    return "constant"
