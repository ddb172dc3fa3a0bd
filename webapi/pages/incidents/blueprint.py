"""The blueprint of incidents; they live between publications, so that only their list is kept, for seconds."""

from webapi.pages.frame.route import Pages

blueprint = Pages("pages-incidents", __name__)
