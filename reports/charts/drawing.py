"""From what a chart is made of to the chart; here Altair is loaded, half a second, when the first one is drawn."""

from reports.charts.data import Breakdown, ChangeBySlice, ComparedSeries, MetricSeries, Pace
from reports.charts.models import Chart, ChartLook

Drawable = MetricSeries | ComparedSeries | Breakdown | Pace | ChangeBySlice


def draw(numbers: Drawable, look: ChartLook | None = None) -> Chart:
    """Draw whatever it is."""
    from reports.charts.kinds.breakdown import breakdown_chart  # noqa: PLC0415
    from reports.charts.kinds.comparison import comparison_chart  # noqa: PLC0415
    from reports.charts.kinds.contributions import contributions_chart  # noqa: PLC0415
    from reports.charts.kinds.metric import metric_chart  # noqa: PLC0415
    from reports.charts.kinds.pace import pace_chart  # noqa: PLC0415

    look = look or ChartLook()
    match numbers:
        case MetricSeries():
            return metric_chart(numbers, look)
        case ComparedSeries():
            return comparison_chart(numbers, look)
        case Breakdown():
            return breakdown_chart(numbers, look)
        case Pace():
            return pace_chart(numbers, look)
        case ChangeBySlice():
            return contributions_chart(numbers, look)
