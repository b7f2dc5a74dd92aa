"""Facebook Pages: posts and comments of visitors, mentions, and Messenger."""

from putthrough.channels.meta.channel import MetaChannel
from putthrough.channels.meta.flavour import FACEBOOK
from putthrough.channels.meta.options import guide

CHANNEL = MetaChannel(
    FACEBOOK,
    guide(
        "Facebook Page",
        [
            "pages_read_user_content and pages_read_engagement: to read comments and posts",
            "pages_manage_engagement: to answer and hide comments",
            "pages_messaging: to read and answer in Messenger",
            "pages_show_list and business_management: to find the Page, also where a business portfolio holds it",
            "pages_manage_metadata: to be told by webhook",
        ],
        "feed, mention, messages, message_echoes, message_edits, message_reactions, messaging_postbacks",
    ),
)

__all__ = ["CHANNEL"]
