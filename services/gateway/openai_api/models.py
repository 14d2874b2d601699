"""Assistants as the models of the OpenAI API."""

from fastapi import APIRouter, Request

from services.gateway.http.dependencies import Caller
from services.gateway.http.problems import language_of
from services.gateway.openai_api.errors import OpenAIRoute
from services.gateway.openai_api.views import Model, ModelList
from services.gateway.questions.assistants import ASSISTANTS, assistant_named

router = APIRouter(prefix="/v1/models", tags=["openai"], route_class=OpenAIRoute)


@router.get("")
async def models(request: Request, _caller: Caller) -> ModelList:
    """The assistants."""
    return ModelList(data=[Model.of(each, language_of(request)) for each in ASSISTANTS])


@router.get("/{model}")
async def model(request: Request, _caller: Caller, model: str) -> Model:
    return Model.of(assistant_named(model), language_of(request))
