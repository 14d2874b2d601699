"""The pages for people: an ordinary client of the gateway's HTTP API, rendered on the server (ADR 41)."""
