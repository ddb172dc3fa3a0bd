"""Puts off scipy's statistics until somebody uses them: Great Expectations imports them for expectations not ours.

To be imported before Great Expectations. It spares each run most of a second.
"""

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec

import scipy

_NAME = "scipy.stats"

if _NAME not in sys.modules and (_spec := find_spec(_NAME)) is not None and _spec.loader is not None:
    _spec.loader = LazyLoader(_spec.loader)
    sys.modules[_NAME] = scipy.stats = module_from_spec(_spec)
    _spec.loader.exec_module(scipy.stats)
