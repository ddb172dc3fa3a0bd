"""The blueprint of reports; runs change between publications, so that no page is kept."""

from werkzeug.routing import BaseConverter

from reports.documents.addresses import report_id_in
from webapi.pages.frame.route import Pages


class _ReportId(BaseConverter):
    """An id of a report as a segment of the path."""

    def to_python(self, value: str) -> str:
        return report_id_in(value)


blueprint = Pages("pages-reports", __name__)
blueprint.record(lambda state: state.app.url_map.converters.update(report=_ReportId))
