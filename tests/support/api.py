"""A phone that speaks JSON: bears its token, sends a key with each request that takes one."""

from typing import Any

from werkzeug.test import TestResponse

from app.kernel.ids import new_id
from tests.support.browser import Browser

PROBLEM = "application/problem+json"


class Phone:
    def __init__(self, browser: Browser, token: str = "") -> None:
        self.browser, self.token = browser, token

    def sign_in(self, email: str, password: str) -> dict[str, Any]:
        told = self.post("/api/tokens", {"email": email, "password": password}, expect=201)
        self.token = told["access_token"]
        return told

    def ask(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, **more: Any
    ) -> TestResponse:
        headers = {"Idempotency-Key": key or str(new_id()), **more.pop("headers", {})}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            more["json"] = body
        return self.browser.open(path, method=method, headers=headers, **more)

    def get(self, path: str, **query: Any) -> Any:
        return self._told(self.ask("GET", path, query_string=query), 200)

    def post(self, path: str, body: Any = None, *, expect: int = 200, **more: Any) -> Any:
        return self._told(self.ask("POST", path, body, **more), expect)

    def put(self, path: str, body: Any = None, *, expect: int = 200) -> Any:
        return self._told(self.ask("PUT", path, body), expect)

    def refused(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, str]:
        """Status and code."""
        answer = self.ask(method, path, body, **more)
        assert answer.mimetype == PROBLEM, answer.get_data(as_text=True)
        assert answer.json["status"] == answer.status_code
        return answer.status_code, answer.json["code"]

    @staticmethod
    def _told(answer: TestResponse, expect: int) -> Any:
        assert answer.status_code == expect, (answer.status_code, answer.get_data(as_text=True))
        return answer.json if answer.data else None
