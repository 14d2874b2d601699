"""How an answer is shown (S22): Markdown, plain text, sources and addresses, for API, command, exports and pages."""
