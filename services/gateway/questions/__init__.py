"""Questions: accepted once, followed by whoever asked, ended once."""
