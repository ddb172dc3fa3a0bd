"""The blueprint of data; deliveries are judged between publications, so that pages of them are kept for seconds."""

from webapi.pages.frame.route import Pages

blueprint = Pages("pages-data", __name__)
