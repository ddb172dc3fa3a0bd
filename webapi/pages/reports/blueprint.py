"""The blueprint of reports; runs change between publications, so that no page is kept."""

from webapi.pages.frame.route import Pages

blueprint = Pages("pages-reports", __name__)
