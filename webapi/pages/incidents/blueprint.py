"""The blueprint of incidents; they live between publications, so that no page of them is kept."""

from webapi.pages.frame.route import Pages

blueprint = Pages("pages-incidents", __name__)
