"""Personal data as shown to those who need not see it whole.

A mask never shows more than its kind allows, even for text of an unexpected form: when in doubt it shows less.
Public lists show masked names and no number at all, or at most ``mask_number``.
"""

from __future__ import annotations

import re
import unicodedata

_PLACE = 6
_TAIL = 4
_LANDLINE = re.compile(r"(0[0-9]{2,3}-)([0-9]{4})([0-9]{3,4})(?:-[0-9]+)?")

# What comes after the community: any digit, or a Chinese number with the name of a group or part of a house.
_HOUSE = re.compile(r"\d|[一二三四五六七八九十百]+(?:号|组|社(?!区)|队|栋|幢|座|楼|弄|巷|单元|室)")
_TOWNSHIP = re.compile(r"街道(?:办事处)?|镇(?!市)|乡|苏木")
_COMMUNITY = re.compile(r"村?社区|(?:村民|居民)委员会|(?:村|居)委会|嘎查|村(?!街道|镇|乡)")
_COUNTY = re.compile(r"县|旗|(?<![小社园院景治地])区")
_CITY = re.compile(r"自治州|市|州(?!市)|盟|地区|自治区|省")


def mask_name(name: str) -> str:
    """The first character, and of three or more also the last: 李*, 张*明, 欧**远, 阿***·***提. Separators stay."""
    separators = {index for index, character in enumerate(name) if unicodedata.category(character)[0] in "PZ"}
    first, *others = [index for index in range(len(name)) if index not in separators] or [0]
    # A single character stays hidden, and the last of two: 李* must not become a whole name.
    shown = separators | ({first} if others else set()) | set(others[1:][-1:])
    return "".join(character if index in shown else "*" for index, character in enumerate(name))


def mask_resident_id(number: str) -> str:
    """Place and last four: 990101********0008. Text that is not a resident number shows at most its last four."""
    if len(number) not in (15, 18):
        return mask_number(number)
    return number[:_PLACE] + "*" * (len(number) - _PLACE - _TAIL) + number[-_TAIL:]


def mask_number(number: str) -> str:
    """The last four of a bank account, passport or other number; nothing of one with fewer than eight characters."""
    shown = number[-_TAIL:] if len(number) >= 2 * _TAIL else ""
    return "*" * (len(number) - len(shown)) + shown


def mask_phone(number: str) -> str:
    """138****0000 for a mobile, 0931-****888 for a landline; nothing of any other text."""
    if re.fullmatch(r"1[0-9]{10}", number):
        return f"{number[:3]}****{number[-4:]}"
    if found := _LANDLINE.fullmatch(number):
        return f"{found[1]}****{found[3]}"
    return "*" * len(number)


def mask_address(address: str) -> str:
    """An address down to its community or village; failing that, the township, the county or the city.

    Street, house and group are left out: 甘肃省兰州市城关区东岗街道东岗社区****.
    """
    house = _HOUSE.search(address)
    head = address[: house.start()] if house else address
    township = _TOWNSHIP.search(head)
    found = (
        _COMMUNITY.search(head, township.end() if township else 0)
        or _COMMUNITY.search(head)
        or township
        or _COUNTY.search(head)
        or _CITY.search(head)
    )
    kept = head[: found.end()] if found else ""
    return kept if kept == address else f"{kept}****"
