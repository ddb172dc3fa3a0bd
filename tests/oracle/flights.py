"""The flights sample once more, metric by metric, in pandas: what MDL's numbers are checked against."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd

from examples.flights.prepare import data_folder
from tests.oracle.book import NO_DIMENSION, Book, Entry, View
from tests.oracle.grid import Event

ZONE = "America/New_York"
AS_OF = datetime(2013, 10, 15, 4, tzinfo=UTC)
IMPOSSIBLE_WIND_MPH = 250

FLIGHT, WEATHER = ("flight",), ("weather_observation",)
BY_BOTH = (NO_DIMENSION, ("carrier",), ("origin",))
CROSSED = (*BY_BOTH, ("carrier", "origin"))
BY_ORIGIN = (NO_DIMENSION, ("origin",))
DAY_WEEK = ("day", "week")


def flights_book() -> Book:
    """Every computed metric of the sample over the package's raw files."""
    folder = data_folder()
    flights = pd.read_csv(folder / "flights.csv.zip", parse_dates=["time_hour"])
    weather = pd.read_csv(folder / "weather.csv", parse_dates=["time_hour"])
    weather = weather[~(weather.wind_speed > IMPOSSIBLE_WIND_MPH)]
    events = {
        "flight": Event(flights.rename(columns={"time_hour": "occurred_at"})),
        "weather_observation": Event(weather.rename(columns={"time_hour": "occurred_at"})),
    }
    return Book(ENTRIES, events, AS_OF, ZONE)


def _on_time(view: View) -> pd.Series:
    flights = view["flight"]
    return _ratio(flights.rows(lambda r: r.arr_delay < 15), flights.count("arr_delay")) * 100


def _on_time_departures(view: View) -> pd.Series:
    flights = view["flight"]
    return _ratio(flights.rows(lambda r: r.dep_delay < 15), flights.count("dep_time")) * 100


def _delay_minutes_per_day(view: View) -> pd.Series:
    late = view["flight"].sum("arr_delay", lambda r: r.arr_delay > 0)
    return late.fillna(0) / view.days()


def _time_made_up(view: View) -> pd.Series:
    flights = view["flight"]

    def flown(rows: pd.DataFrame) -> pd.Series:
        return rows.dep_delay.notna() & rows.arr_delay.notna()

    return _ratio(flights.sum("dep_delay", flown) - flights.sum("arr_delay", flown), flights.rows(flown))


def _on_time_change(view: View) -> pd.Series:
    now = view.metric("FLT-ON-TIME-ARRIVALS")
    return now - view.lag(now)


def _diversions(view: View) -> pd.Series:
    flights = view["flight"]
    diverted = flights.rows(lambda r: r.dep_time.notna() & r.arr_delay.isna())
    return _ratio(diverted, flights.count("dep_time")) * 1000


def _service_index(view: View) -> pd.Series:
    on_time = view.metric("FLT-ON-TIME-ARRIVALS")
    cancelled = view.metric("FLT-CANCELLATION-RATE").fillna(0)
    bounded = (on_time - 2 * cancelled).clip(0, 100)
    half_up = np.floor(bounded * 100 + 0.5) / 100
    return half_up.where(on_time.notna())


def _long_waits(view: View) -> pd.Series:
    flights = view["flight"]
    return _ratio(flights.rows(lambda r: r.arr_delay > 60), flights.count("arr_delay")) * 100


def _growth(view: View) -> pd.Series:
    now = view.metric("FLT-DEPARTURES")
    before = view.lag(now)
    return _ratio(now - before, before) * 100


def _air_speed(view: View) -> pd.Series:
    flights = view["flight"]
    miles = flights.sum("distance", lambda r: r.air_time.notna())
    return _ratio(miles, flights.sum("air_time")) * 60


def _share(view: View, condition: object) -> pd.Series:
    flights = view["flight"]
    return _ratio(flights.rows(condition), flights.rows()) * 100


def _precipitation(view: View) -> pd.Series:
    weather = view["weather_observation"]
    return _ratio(weather.sum("precip"), weather.distinct("origin"))


def _delay_per_rain(view: View) -> pd.Series:
    late = view["flight"].sum("dep_delay", lambda r: r.dep_delay > 0)
    return _ratio(late, view.metric("WX-PRECIPITATION"))


def _wind_load(view: View) -> pd.Series:
    return np.log1p((view["weather_observation"].mean("wind_speed") / 10) ** 2)


def _ratio(above: pd.Series, below: pd.Series) -> pd.Series:
    return above / below.replace(0, np.nan)


def _departed(rows: pd.DataFrame) -> pd.Series:
    return rows.dep_time.notna()


def _aircraft(view: View) -> pd.Series:
    return view["flight"].distinct("tailnum", _departed)


ENTRIES = {
    "FLT-ON-TIME-ARRIVALS": Entry(_on_time, FLIGHT, slice_sets=CROSSED),
    "FLT-ON-TIME-DEPARTURES": Entry(_on_time_departures, FLIGHT, slice_sets=CROSSED),
    "FLT-ARRIVAL-DELAY-AVG": Entry(
        lambda v: v["flight"].mean("arr_delay"),
        FLIGHT,
        grains=("day", "week", "month", "quarter", "year"),
        slice_sets=BY_BOTH,
    ),
    "FLT-DEPARTURE-DELAY-MEDIAN": Entry(
        lambda v: v["flight"].quantile("dep_delay", 0.5), FLIGHT, slice_sets=BY_BOTH
    ),
    "FLT-ARRIVAL-DELAY-P95": Entry(
        lambda v: v["flight"].quantile("arr_delay", 0.95), FLIGHT, slice_sets=CROSSED
    ),
    "FLT-DEPARTURE-DELAY-P99": Entry(
        lambda v: v["flight"].quantile("dep_delay", 0.99), FLIGHT, slice_sets=BY_BOTH
    ),
    "FLT-ARRIVAL-DELAY-SPREAD": Entry(lambda v: v["flight"].std("arr_delay"), FLIGHT, slice_sets=BY_BOTH),
    "FLT-LONGEST-DEPARTURE-DELAY": Entry(lambda v: v["flight"].max("dep_delay"), FLIGHT, slice_sets=BY_BOTH),
    "FLT-DELAY-MINUTES-PER-DAY": Entry(_delay_minutes_per_day, FLIGHT, slice_sets=BY_BOTH, policy="zero"),
    "FLT-TIME-MADE-UP": Entry(_time_made_up, FLIGHT, slice_sets=BY_BOTH),
    "FLT-ON-TIME-28D": Entry(_on_time, FLIGHT, grains=DAY_WEEK, slice_sets=BY_BOTH, trailing=28),
    "FLT-ON-TIME-CHANGE": Entry(_on_time_change, FLIGHT, slice_sets=BY_BOTH, refs=("FLT-ON-TIME-ARRIVALS",)),
    "FLT-SCHEDULED": Entry(lambda v: v["flight"].rows(), FLIGHT, slice_sets=CROSSED, policy="zero"),
    "FLT-CANCELLED": Entry(
        lambda v: v["flight"].rows(lambda r: r.dep_time.isna()), FLIGHT, slice_sets=BY_BOTH, policy="zero"
    ),
    "FLT-CANCELLATION-RATE": Entry(
        lambda v: _share(v, lambda r: r.dep_time.isna()), FLIGHT, slice_sets=BY_BOTH
    ),
    "FLT-COMPLETION-RATE": Entry(lambda v: _share(v, _departed), FLIGHT, slice_sets=BY_BOTH),
    "FLT-DIVERSIONS-PER-1000": Entry(_diversions, FLIGHT, slice_sets=BY_BOTH),
    "FLT-SERVICE-INDEX": Entry(
        _service_index, FLIGHT, slice_sets=BY_BOTH, refs=("FLT-ON-TIME-ARRIVALS", "FLT-CANCELLATION-RATE")
    ),
    "PAX-LONG-WAIT-RATE": Entry(_long_waits, FLIGHT, slice_sets=BY_BOTH),
    "FLT-DEPARTURES": Entry(
        lambda v: v["flight"].count("dep_time"),
        FLIGHT,
        grains=("hour", "day", "week", "month", "quarter", "year"),
        slice_sets=BY_ORIGIN,
        policy="zero",
    ),
    "FLT-DEPARTURES-PER-HOUR": Entry(
        lambda v: v.metric("FLT-DEPARTURES") / v.hours(), FLIGHT, slice_sets=BY_BOTH, refs=("FLT-DEPARTURES",)
    ),
    "FLT-DEPARTURES-GROWTH": Entry(
        _growth, FLIGHT, grains=("week", "month", "quarter"), slice_sets=BY_BOTH, refs=("FLT-DEPARTURES",)
    ),
    "FLT-DESTINATIONS": Entry(
        lambda v: v["flight"].distinct("dest", _departed),
        FLIGHT,
        grains=("day", "week", "month", "quarter"),
        slice_sets=BY_BOTH,
    ),
    "FLT-STAGE-LENGTH": Entry(lambda v: v["flight"].mean("distance", _departed), FLIGHT, slice_sets=BY_BOTH),
    "FLT-SHORTEST-FLIGHT": Entry(
        lambda v: v["flight"].min("distance", _departed), FLIGHT, slice_sets=BY_BOTH
    ),
    "FLT-SHORT-HAUL-SHARE": Entry(
        lambda v: _share(v, lambda r: r.distance < 500), FLIGHT, slice_sets=BY_BOTH
    ),
    "FLT-LEGACY-SHARE": Entry(
        lambda v: _share(v, lambda r: r.carrier.isin({"AA", "DL", "UA"})), FLIGHT, slice_sets=BY_ORIGIN
    ),
    "FLT-AIR-SPEED": Entry(_air_speed, FLIGHT, slice_sets=BY_BOTH),
    "FLT-AIR-HOURS": Entry(
        lambda v: v["flight"].sum("air_time").fillna(0) / 60, FLIGHT, slice_sets=BY_BOTH, policy="zero"
    ),
    "FLT-AIRCRAFT-IN-USE": Entry(_aircraft, FLIGHT, slice_sets=BY_BOTH, policy="zero"),
    "FLT-AIRCRAFT-7D": Entry(_aircraft, FLIGHT, grains=DAY_WEEK, slice_sets=BY_BOTH, trailing=7),
    "FLT-FLIGHTS-PER-AIRCRAFT": Entry(
        lambda v: _ratio(v["flight"].count("dep_time"), _aircraft(v)), FLIGHT, slice_sets=BY_BOTH
    ),
    "FLT-FIRST-DEPARTURE-DELAY": Entry(
        lambda v: v["flight"].first("dep_delay"), FLIGHT, grains=("day",), slice_sets=BY_BOTH
    ),
    "WX-TEMPERATURE": Entry(lambda v: v["weather_observation"].mean("temp"), WEATHER, slice_sets=BY_ORIGIN),
    "WX-PRECIPITATION": Entry(_precipitation, WEATHER, slice_sets=BY_ORIGIN),
    "WX-LOW-VISIBILITY-HOURS": Entry(
        lambda v: v["weather_observation"].rows(lambda r: r.visib < 3),
        WEATHER,
        slice_sets=BY_ORIGIN,
        policy="zero",
    ),
    "WX-STRONGEST-GUST": Entry(
        lambda v: v["weather_observation"].max("wind_gust"), WEATHER, slice_sets=BY_ORIGIN
    ),
    "WX-PRESSURE": Entry(
        lambda v: v["weather_observation"].last("pressure"),
        WEATHER,
        grains=("hour", "day"),
        slice_sets=BY_ORIGIN,
        policy="carry",
    ),
    "WX-WIND-LOAD": Entry(_wind_load, WEATHER, slice_sets=BY_ORIGIN),
    "WX-DELAY-PER-RAIN": Entry(
        _delay_per_rain, (*FLIGHT, *WEATHER), slice_sets=BY_ORIGIN, refs=("WX-PRECIPITATION",)
    ),
}
