"""A quick way of keeping passwords that notes each time one is worked out."""

from __future__ import annotations

from django.contrib.auth.hashers import MD5PasswordHasher

worked: list[str] = []


class Counting(MD5PasswordHasher):
    def encode(self, password: str, salt: str) -> str:
        worked.append(salt)
        return super().encode(password, salt)
