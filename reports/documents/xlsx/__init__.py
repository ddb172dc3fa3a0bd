"""A report as a workbook: what it says first, a sheet for each section with native charts, and what it rests on."""
