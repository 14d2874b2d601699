"""Models of generation backends."""

from pydantic import BaseModel, Field

from shared.contracts.confidentiality import Confidentiality


class BackendView(BaseModel):
    """A generation backend as it is configured: the gateway does not call models, and knows nothing of their health."""

    name: str
    kind: str = Field(description="extractive, openai or ollama")
    model: str | None
    mode: str = Field(description="of its answers: extractive or generated")
    context_tokens: int | None
    max_output_tokens: int | None
    classes: list[Confidentiality] = Field(description="what it may see")
    default: bool = Field(description="writes where nobody is named")


class BackendList(BaseModel):
    backends: list[BackendView]
