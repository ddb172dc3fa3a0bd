"""Starts the command line, which lives in `cli/`; `python -m mdl` is `mdl`."""

from cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
