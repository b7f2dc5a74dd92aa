"""How passwords are kept: Argon2id with the least that OWASP asks for, so that many at once do not eat the memory."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19 * 1024  # KiB; Django's 100 MB for each attempt would let strangers fill a small machine
    parallelism = 1
