"""The JSON API of conversations, as others rely on it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from bot.access import nurse
from bot.conversation import Answer
from referrals.practice import Patient
from referrals.staff import Staff

Nurse = Annotated[Staff, Depends(nurse)]


class ConversationBody(BaseModel):
    """A conversation by its id."""

    id: str


class MessageBody(BaseModel):
    """One message: an id of the sender's choice, and either text or a button's payload."""

    message_id: str = Field(min_length=1, max_length=64)
    text: str | None = None
    payload: str | None = None


class ButtonBody(BaseModel):
    """A button: send its payload back."""

    title: str
    payload: str


class ReplyBody(BaseModel):
    """One reply. ``awaits`` is the step; ``copy`` marks the line for the journal."""

    text: str
    buttons: list[ButtonBody]
    awaits: str
    copy_line: bool = Field(serialization_alias="copy")


class AnswerBody(BaseModel):
    """The replies, and the conversation that goes on: another one after "next patient".

    With ``practice`` the patient is made up: nothing is filed or counted.
    """

    conversation: str
    replies: list[ReplyBody]
    practice: bool


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/problem+json": {}}}
    for status, text in {
        401: "Not signed in.",
        403: "Not a nurse.",
        404: "No such conversation of this nurse.",
        413: "Too large.",
        422: "The message cannot be read.",
        503: "The engine does not answer; send the same message again.",
    }.items()
}


def router() -> APIRouter:
    """Give the two calls."""
    routes = APIRouter(prefix="/api", tags=["conversations"])

    @routes.post("/conversations", status_code=201, responses=_select(401, 403, 422))
    async def start(
        request: Request, nurse: Nurse, practice: Patient | None = None
    ) -> ConversationBody:
        """Begin a conversation about one patient, or practise with a made-up one."""
        conversations = request.app.state.conversations
        return ConversationBody(id=await conversations.start(nurse, patient=practice))

    @routes.post("/conversations/{conversation_id}/messages", responses=_PROBLEMS)
    async def say(
        request: Request, conversation_id: str, message: MessageBody, nurse: Nurse
    ) -> AnswerBody:
        """Say something. The same ``message_id`` again gives the same answer, done once."""
        answer = await request.app.state.conversations.say(
            nurse,
            conversation_id,
            message.message_id,
            text=message.text,
            payload=message.payload,
        )
        return answer_body(answer)

    return routes


def answer_body(answer: Answer) -> AnswerBody:
    """Write an answer for JSON."""
    return AnswerBody(
        conversation=answer.conversation_id,
        replies=[
            ReplyBody(
                text=reply.text,
                buttons=[ButtonBody(title=b.title, payload=b.payload) for b in reply.buttons],
                awaits=reply.awaits,
                copy_line=reply.copy,
            )
            for reply in answer.replies
        ],
        practice=answer.practice,
    )


def _select(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: _PROBLEMS[status] for status in statuses}
