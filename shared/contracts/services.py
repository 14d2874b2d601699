"""The five services, in the order in which a document or a question first comes to them."""

from enum import StrEnum


class Service(StrEnum):
    """A service of a deployment: its process is `python -m services.<name>`, its extra `vigie[<name>]`."""

    GATEWAY = "gateway"
    INGEST = "ingest"
    EMBEDDER = "embedder"
    RETRIEVER = "retriever"
    GENERATOR = "generator"
