"""What the pages say of themselves: how Vigie answers, whom the pages are for, in which language."""
