"""Text messages through GOV.UK Notify."""

from putthrough.channels.sms.channel import CHANNEL

__all__ = ["CHANNEL"]
