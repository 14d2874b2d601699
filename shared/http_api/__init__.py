"""Models of the JSON of the HTTP API: the gateway fills them, the client reads them. They are defined here alone."""
