"""Incidents, who looks after them, silences, and the rules behind them."""
