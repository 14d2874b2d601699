"""What services tell each other: messages, topics, and the values that they speak of."""
