"""How the pages of the inbox are answered."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response


def page(request: Request, name: str, context: dict[str, Any], status: int = 200) -> Response:
    """Render a template of ours into an answer."""
    response: Response = request.app.state.templates.TemplateResponse(
        request, name, context, status_code=status
    )
    return response
