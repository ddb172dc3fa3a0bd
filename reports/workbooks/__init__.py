"""Workbooks: one way to write a cell, for the tables of pages and for reports."""
