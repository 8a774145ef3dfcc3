"""The seller's day through either of her doors: the pages in her browser, the API in her app.

A story is told once, in the words of `Seller`; each driver says how its door is used.
"""

import re
from html import unescape
from typing import Any, Protocol
from uuid import UUID

from tests.support.api import Phone
from tests.support.browser import Browser
from tests.support.gathering import PASSWORD

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NO_BREAK = re.compile(r"[\u00a0\u202f]")


class Seller(Protocol):
    """What she does. Ids come and go as text."""

    def sign_in(self, email: str) -> None: ...
    def plan(self, host_id: UUID, when: dict[str, str]) -> str: ...
    def invite(self, meeting: str, first_name: str, last_name: str) -> None: ...
    def tick(self, meeting: str, participant: str) -> None: ...
    def book(self, meeting: str, participant: str, when: dict[str, str]) -> None: ...
    def start_order(self, meeting: str, participant: str) -> str: ...
    def put(self, order: str, product_id: UUID, quantity: int) -> None: ...
    def take(self, order: str, cents: int) -> None: ...
    def preview(self, meeting: str) -> tuple[str, list[str]]:
        """What is sent back with the closing, and what would be won."""
        ...

    def close(self, meeting: str, seen: str) -> list[str]:
        """What was won."""
        ...

    def choose_gift(self, claim: str, product_id: UUID) -> None: ...
    def finalise(self, order: str) -> None: ...
    def points_of(self, customer_id: UUID) -> int: ...


class WebSeller:
    """Sends the pages' own forms."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def sign_in(self, email: str) -> None:
        answer = self.browser.submit("/sign-in", email=email, password=PASSWORD)
        assert answer.status_code == 303
        self.browser.token = ""
        self.browser.get("/")

    def plan(self, host_id: UUID, when: dict[str, str]) -> str:
        return self._sent("/meetings/new", host_id=str(host_id), **when)

    def invite(self, meeting: str, first_name: str, last_name: str) -> None:
        path = f"/meetings/{meeting}/participants/new"
        self._sent(path, first_name=first_name, last_name=last_name)

    def tick(self, meeting: str, participant: str) -> None:
        self._sent(f"/meetings/{meeting}/participants/{participant}/attendance", attended="1")

    def book(self, meeting: str, participant: str, when: dict[str, str]) -> None:
        self._sent(f"/meetings/{meeting}/participants/{participant}/booking", **when)

    def start_order(self, meeting: str, participant: str) -> str:
        return self._sent(f"/meetings/{meeting}/orders/new", participant_id=participant)

    def put(self, order: str, product_id: UUID, quantity: int) -> None:
        product = str(product_id)
        self._sent(f"/orders/{order}/lines", product_id=product, quantity=str(quantity))

    def take(self, order: str, cents: int) -> None:
        amount = f"{cents // 100},{cents % 100:02d}"
        self._sent(f"/orders/{order}/checkout", action="pay", method="cash", amount=amount)

    def preview(self, meeting: str) -> tuple[str, list[str]]:
        page = self.browser.get(f"/meetings/{meeting}/close").get_data(as_text=True)
        found = re.search(r'name="seen" value="([0-9a-f]+)"', page)
        assert found
        return found.group(1), _titles(page)

    def close(self, meeting: str, seen: str) -> list[str]:
        self._sent(f"/meetings/{meeting}/close", seen=seen)
        return _titles(self.browser.get(f"/meetings/{meeting}").get_data(as_text=True))

    def choose_gift(self, claim: str, product_id: UUID) -> None:
        self._sent(f"/gifts/{claim}", product_id=str(product_id))

    def finalise(self, order: str) -> None:
        self._sent(f"/orders/{order}/finalisation")

    def points_of(self, customer_id: UUID) -> int:
        page = _words(self.browser.get(f"/customers/{customer_id}").get_data(as_text=True))
        found = re.search(r"(\d+) points", page)
        assert found
        return int(found.group(1))

    def _sent(self, path: str, **data: str) -> str:
        """The first id in the address it leads to."""
        answer = self.browser.submit(path, **data)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        found = ID.search(answer.location)
        return found.group() if found else ""


class ApiSeller:
    """Asks the API, as the app does."""

    def __init__(self, browser: Browser) -> None:
        self.phone = Phone(browser)

    def sign_in(self, email: str) -> None:
        self.phone.sign_in(email, PASSWORD)

    def plan(self, host_id: UUID, when: dict[str, str]) -> str:
        body = {"host_id": str(host_id), **when}
        return self._id(self.phone.post("/api/meetings", body, expect=201))

    def invite(self, meeting: str, first_name: str, last_name: str) -> None:
        body = {"first_name": first_name, "last_name": last_name}
        self.phone.post(f"/api/meetings/{meeting}/participants", body, expect=201)

    def tick(self, meeting: str, participant: str) -> None:
        path = f"/api/meetings/{meeting}/participants/{participant}/attendance"
        self.phone.put(path, {"attended": True}, expect=204)

    def book(self, meeting: str, participant: str, when: dict[str, str]) -> None:
        path = f"/api/meetings/{meeting}/participants/{participant}/bookings"
        self.phone.post(path, when, expect=201)

    def start_order(self, meeting: str, participant: str) -> str:
        body = {"participant_id": participant}
        return self._id(self.phone.post(f"/api/meetings/{meeting}/orders", body, expect=201))

    def put(self, order: str, product_id: UUID, quantity: int) -> None:
        body = {"product_id": str(product_id), "quantity": quantity}
        self.phone.post(f"/api/orders/{order}/lines", body, expect=201)

    def take(self, order: str, cents: int) -> None:
        body = {"seen_cents": cents, "payment": {"method": "cash", "amount_cents": cents}}
        told = self.phone.post(f"/api/orders/{order}/checkout", body)
        assert (told["status"], told["payment_status"]) == ("placed", "paid")

    def preview(self, meeting: str) -> tuple[str, list[str]]:
        told = self.phone.get(f"/api/meetings/{meeting}/closing")
        return told["seen"], self._won(told)

    def close(self, meeting: str, seen: str) -> list[str]:
        return self._won(self.phone.post(f"/api/meetings/{meeting}/closing", {"seen": seen}))

    def choose_gift(self, claim: str, product_id: UUID) -> None:
        body = {"product_id": str(product_id)}
        assert self.phone.post(f"/api/gifts/{claim}/choice", body)["status"] != "to_choose"

    def finalise(self, order: str) -> None:
        assert self.phone.post(f"/api/orders/{order}/finalisation")["number"]

    def points_of(self, customer_id: UUID) -> int:
        told: int = self.phone.get(f"/api/customers/{customer_id}")["points_available"]
        return told

    @staticmethod
    def _id(told: dict[str, Any]) -> str:
        return str(told["id"])

    @staticmethod
    def _won(told: dict[str, Any]) -> list[str]:
        titles = [won["title"] for one in told["winners"] for won in one["rewards"]]
        return sorted(NO_BREAK.sub(" ", title) for title in titles)


TITLES = re.compile(r"\d+ points")


def _words(html: str) -> str:
    text = re.sub(r"<[^>]+>", " ", unescape(html))
    return NO_BREAK.sub(" ", re.sub(r"\s+", " ", text))


def _titles(html: str) -> list[str]:
    return sorted(set(TITLES.findall(_words(html))))
