from __future__ import annotations

from putthrough.audit.facts import Fact

BEGUN = Fact("post.begun", "{by} began a post to everybody")
SUBMITTED = Fact("post.submitted", "{by} asked for the post to be approved; it is to go out {where}")
RETURNED = Fact("post.returned", "{by} returned the post by {author} with a reason")
APPROVED = Fact("post.approved", "{by} approved the post by {author}; it leaves {when}")
TAKEN_BACK = Fact("post.taken_back", "{by} took the post back before it left")
WITHDRAWN = Fact("post.withdrawn", "{by} withdrew the post; it was not sent")
STOPPED = Fact("post.stopped", "The post by {author} was stopped before it left, for nobody who may had approved this")
STOPPED_BY = Fact("post.stopped_by", "{by} stopped the post that they had approved; it waits as before")
HELD = Fact("post.held", "The post by {author} was held: its incident is over. It waits to be approved anew")
PUBLISHED = Fact("post.published", "The post by {author} was published {where}")
RETRIED = Fact("post.retried", "Publishing {where} failed and will be tried again: {words}")
FAILED = Fact("post.failed", "The post by {author} could not be published {where}: {words}")
UNCERTAIN = Fact("post.uncertain", "Nobody can tell whether the post by {author} was published {where}: {words}")
SETTLED = Fact("post.settled", "{by} said of an uncertain post {where}: {outcome}")
ANSWERED = Fact("post.answered", "This answers a post of ours and was put into its incident ({incident})")
