"""How far a text may go."""

from enum import StrEnum


class Confidentiality(StrEnum):
    """How far a text may go, from `public` on: a generation backend declares the classes that it may see."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
