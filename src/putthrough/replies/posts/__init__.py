"""What we say to everybody: one post from one or more accounts."""
