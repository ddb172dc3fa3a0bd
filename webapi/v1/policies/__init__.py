"""Policies for Open Policy Agent."""
