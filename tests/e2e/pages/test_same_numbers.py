"""Every number that a page of the flights sample shows is one that the API answers for the same publication."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, make_url

from core.clock import wall_now
from core.settings import load_settings
from examples.flights.prepare import prepare
from schemas.identity.roles import Role
from schemas.identity.users import create_user
from tests.conftest import administer, copy_database
from tests.e2e.conftest import Workspace
from tests.e2e.test_flights_numbers import _sample_settings
from tests.integration.webapi.conftest import PASSWORD
from tests.integration.webapi.pages.conftest import Browser
from tests.integration.webapi.pages.crawling import Read, crawl
from webapi.app import create_app
