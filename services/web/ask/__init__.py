"""Asking: conversations, answers as they are written, the passages behind them."""
