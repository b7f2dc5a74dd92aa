"""Any network, form or bot that speaks signed JSON: ``docs/channels/webhook.md`` and its schema say how."""

from putthrough.channels.webhook.channel import CHANNEL

__all__ = ["CHANNEL"]
