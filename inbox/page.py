"""How the pages of the inbox are answered."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from referrals.allowances.spending import TooManyAttempts


def page(request: Request, name: str, context: dict[str, Any], status: int = 200) -> Response:
    """Render a template of ours into an answer."""
    response: Response = request.app.state.templates.TemplateResponse(
        request, name, context, status_code=status
    )
    return response


def asked_to_wait(answer: Response, limit: TooManyAttempts) -> Response:
    """Say in an answer after how many seconds another try is worth it."""
    answer.headers["Retry-After"] = str(max(1, limit.again_in_s))
    return answer
