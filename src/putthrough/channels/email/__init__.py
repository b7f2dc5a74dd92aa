"""Email: from a mailbox (IMAP), Microsoft 365 (Graph) or straight from another mail server (SMTP)."""

from putthrough.channels.email.channel import EmailChannel

CHANNEL = EmailChannel()
