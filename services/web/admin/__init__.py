"""For who looks after the platform: its models and disks, what people think of answers, who may read what."""
