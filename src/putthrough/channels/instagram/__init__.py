"""Instagram professional accounts: comments, mentions and messages."""

from putthrough.channels.meta.channel import MetaChannel
from putthrough.channels.meta.flavour import INSTAGRAM
from putthrough.channels.meta.options import guide

CHANNEL = MetaChannel(
    INSTAGRAM,
    guide(
        "professional Instagram account that is linked to a Facebook Page",
        [
            "instagram_basic and instagram_manage_comments: to read, answer and hide comments",
            "instagram_manage_messages: to read and answer messages",
            "pages_show_list, business_management, pages_read_engagement and pages_manage_metadata: to find the Page "
            "that it is linked to, and be told by webhook",
        ],
        "comments, live_comments, mentions, messages, message_edit, message_reactions, messaging_postbacks",
        ["In Instagram's own settings, under Messages, allow connected tools access to messages."],
    ),
)

__all__ = ["CHANNEL"]
