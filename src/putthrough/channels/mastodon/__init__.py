"""Mastodon and whatever else speaks its API: GoToSocial, snac and kin."""

from putthrough.channels.mastodon.channel import CHANNEL

__all__ = ["CHANNEL"]
