"""The JSON of the HTTP API: the gateway fills these models, a client reads them. A field stands here or nowhere."""
