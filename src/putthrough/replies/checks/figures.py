"""Numbers that prove themselves by a check digit."""

from __future__ import annotations

from datetime import date


def digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def is_nhs_number(number: str) -> bool:
    """Ten figures whose last is the check digit by modulus 11, in a range that is issued or the test range 999.

    NHS Data Dictionary, "NHS number": weights 10 down to 2, 11 counts as 0 and 10 is never issued. England, Wales and
    the Isle of Man have 400 to 499 and 600 to 799, Northern Ireland 320 to 399; a Scottish CHI number begins with a
    day of birth.
    """
    if len(number) != 10 or not _issued(number):
        return False
    rest = 11 - sum(int(figure) * (10 - at) for at, figure in enumerate(number[:9])) % 11
    return rest != 10 and int(number[9]) == rest % 11


def _issued(number: str) -> bool:
    return number[0] in "467" or number.startswith("999") or "320" <= number[:3] <= "399" or _begins_with_a_day(number)


def _begins_with_a_day(number: str) -> bool:
    try:
        date(2000, int(number[2:4]), int(number[:2]))
    except ValueError:
        return False
    return True


def is_card_number(number: str) -> bool:
    """13 to 19 figures of a payment network (3 to 6 at the front) with the check digit of Luhn (ISO/IEC 7812-1)."""
    if not 13 <= len(number) <= 19 or number[0] not in "3456":
        return False
    doubled = (int(figure) * (1 + at % 2) for at, figure in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """An international account number: its remainder by 97 is 1 (ISO 13616)."""
    plain = "".join(text.split()).upper()
    if not 15 <= len(plain) <= 34 or not plain.isalnum() or not plain.isascii():
        return False
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


def is_ni_number(text: str) -> bool:
    """Two letters, six figures and A to D, without the prefixes that HMRC never issues (NIM39110)."""
    plain = "".join(char for char in text.upper() if char.isalnum())
    first, second = plain[:1], plain[1:2]
    return first not in "DFIQUV" and second not in "DFIOQUV" and plain[:2] not in _NEVER


_NEVER = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}
