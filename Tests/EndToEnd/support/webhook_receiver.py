"""Somebody who waits for events, checks that they are signed, and answers as a test says."""

from dataclasses import dataclass
from typing import Any

from standardwebhooks import Webhook

from .answers import Answer, answer
from .exchange import Exchange
from .upstream import Upstream

SECRET = "whsec_ZW5kLXRvLWVuZC13ZWJob29rLXNlY3JldC0wMQ=="


@dataclass
class Delivery:
    """One event as it came."""

    id: str
    event: dict[str, Any]
    exchange: Exchange


class WebhookReceiver(Upstream):
    """Takes every event with 204, unless other answers are given; they come in order, the last one again and again."""

    def __init__(self, *answers: Answer, secret: str = SECRET):
        super().__init__(*(answers or (answer(204),)))
        self.secret = secret
        self._webhook = Webhook(secret)

    @property
    def address(self) -> str:
        """What `fetch.allow` has to hold."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.origin}/events"

    def deliveries(self, count: int, timeout: float = 10) -> list[Delivery]:
        """Waits for that many; raises for a signature that is not the secret's, or a stale time."""
        return [self._checked(exchange) for exchange in self.wait_for(count, timeout)]

    def _checked(self, exchange: Exchange) -> Delivery:
        event = self._webhook.verify(exchange.body, exchange.headers)
        return Delivery(exchange.headers["webhook-id"], event if isinstance(event, dict) else exchange.json, exchange)
