"""What models are told: one file a language, `read.<version>.<language>.txt`, instructions before the line `---`."""
