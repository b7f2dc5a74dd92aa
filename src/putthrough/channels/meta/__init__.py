"""What Facebook Pages and Instagram share: Meta's Graph API, its webhooks, and its windows. No channel of its own."""
