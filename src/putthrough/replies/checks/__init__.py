"""What a careful colleague would say before an answer leaves. Pure, fast, and each with its reason."""
