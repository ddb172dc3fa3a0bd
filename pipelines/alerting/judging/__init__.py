"""Judging: rules applied to what is published, period by period; verdicts with the numbers they rest on."""
