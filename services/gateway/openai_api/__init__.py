"""The same questions in OpenAI's API, for programs that speak it."""
