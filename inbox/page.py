"""How the pages of the inbox are answered: rendered, and never kept by a browser."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response


def page(request: Request, name: str, context: dict[str, Any], status: int = 200) -> Response:
    """Render a template. The answer may hold identity or a secret: no cache, no referrer."""
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    response: Response = request.app.state.templates.TemplateResponse(
        request, name, context, status_code=status, headers=headers
    )
    return response
