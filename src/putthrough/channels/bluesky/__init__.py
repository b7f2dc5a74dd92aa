"""Bluesky: the AT Protocol's posts and notifications, and Bluesky's own chat."""

from putthrough.channels.bluesky.channel import CHANNEL

__all__ = ["CHANNEL"]
