"""The blueprint of data; deliveries are judged between publications, so that no page of them is kept."""

from webapi.pages.frame.route import Pages

blueprint = Pages("pages-data", __name__)
