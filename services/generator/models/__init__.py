"""Language models behind an API, and what a worker owes them: slots, time-outs, a circuit breaker."""
