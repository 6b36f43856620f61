"""What Responses and Chat Completions have in common: the key's place and the errors' shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ownkey.rehearsal.formats import Problem, bearer

OVERLOADED = {529: 503}
"""Anthropic's number for it, and everyone else's."""

TYPES = {
    402: "insufficient_quota",
    403: "permission_error",
    429: "rate_limit_error",
    500: "server_error",
    503: "server_error",
}


class OpenAI:
    """A format of this family."""

    @staticmethod
    def authorised(headers: Mapping[str, str]) -> bool:
        return bearer(headers)

    @staticmethod
    def refusal(problem: Problem) -> tuple[int, dict[str, Any]]:
        status = OVERLOADED.get(problem.status, problem.status)
        error = {
            "message": problem.message,
            "type": TYPES.get(status, "invalid_request_error"),
            "param": None,
            "code": problem.code or None,
        }
        return status, {"error": error}
