"""The JSON API of conversations, as others rely on it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from bot.access import nurse
from bot.conversation import Conversations
from bot.showing import Reply, TurnReplies
from referrals.staff.roles import Staff
from referrals.turns.practice import Patient

Nurse = Annotated[Staff, Depends(nurse)]


class ConversationBody(BaseModel):
    """A conversation by its id."""

    model_config = ConfigDict(extra="forbid")

    id: str


class MessageBody(BaseModel):
    """One message: an id of the sender's choice, and either text or a button's payload."""

    model_config = ConfigDict(extra="forbid")

    message_id: str = Field(min_length=1, max_length=64)
    text: str | None = None
    payload: str | None = None


class AnswerBody(BaseModel):
    """The replies, and the conversation that goes on: another one after "next patient".

    With ``practice`` the patient is made up: nothing is filed or counted.
    """

    conversation: str = Field(validation_alias="conversation_id")
    replies: list[Reply]
    practice: bool


def router() -> APIRouter:
    """Give the two calls."""
    routes = APIRouter(prefix="/api", tags=["conversations"])

    @routes.post(
        "/conversations", status_code=201, responses={status: {} for status in (401, 403, 422, 429)}
    )
    async def start_conversation(
        request: Request,
        nurse: Nurse,
        practice: Annotated[
            Patient | None, Query(description="a made-up patient to practise with")
        ] = None,
    ) -> ConversationBody:
        """Begin a conversation about one patient, or practise with a made-up one."""
        conversations = request.app.state.conversations
        return ConversationBody(id=await conversations.start(nurse, patient=practice))

    @routes.post(
        "/conversations/{conversation_id}/messages",
        response_model=AnswerBody,
        responses={status: {} for status in (401, 403, 404, 409, 413, 422, 429, 503)},
    )
    async def send_message(
        request: Request,
        conversation_id: Annotated[str, Path(description="id of an own conversation")],
        message: MessageBody,
        nurse: Nurse,
    ) -> TurnReplies:
        """Say something. The same ``message_id`` again gives the same answer, done once.

        A payload that comes before its button was there for ``after_ms`` is no answer: 409, and
        nothing is changed or kept. Text is taken at any time.
        """
        conversations: Conversations = request.app.state.conversations
        return await conversations.say(
            nurse,
            conversation_id,
            message.message_id,
            text=message.text,
            payload=message.payload,
        )

    return routes
