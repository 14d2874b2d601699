"""Language models behind an API, for every task: adapters, slots, time-outs, a circuit breaker."""
