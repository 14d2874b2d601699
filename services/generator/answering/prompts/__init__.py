"""What models are told: one file a language, `answer.<version>.<language>.txt`, instructions before the line `---`."""
