"""The outbox: notices written in the transaction of what they tell about, delivered by the worker."""

from dougong.outbox.messages import outbox_message, put

__all__ = ["outbox_message", "put"]
