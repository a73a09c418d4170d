"""Digits and numerals that count nothing: days, numbers of documents, telephones, names, list numbers."""

from __future__ import annotations

import re

_CN = "一二三四五六七八九十"
_YEAR = "[12][0-9]{3}"

# Every repetition has an upper bound, so that no text makes a pattern slow.
_PATTERNS = (
    # days and times
    rf"(?<!\d){_YEAR}([-/.])\d{{1,2}}\1\d{{1,2}}(?!\d)",
    rf"(?<!\d){_YEAR}(?:[—–\-~～至到]{_YEAR})?年(?:度|底|初|末)?(?:\d{{1,2}}月)?(?:\d{{1,3}}[日号])?",
    r"(?<!\d)\d{1,2}(?:[—–\-~～至到]\d{1,2})?月(?:份|底|初|末)?(?:\d{1,2}(?:[—–\-~～至到]\d{1,2})?[日号])?",
    r"(?<!\d)\d{1,3}日",
    r"(?<!\d)\d{1,4}[:：∶]\d{1,4}(?!\d)",
    r"(?<!\d)\d{1,2}[时点](?:\d{1,2}分|半|整)?",
    r"(?<!\d)\d{1,2}(?:世纪|年代)",
    rf"[一二][{_CN}〇零○]{{3}}年(?:[{_CN}]{{1,3}}月)?(?:[{_CN}]{{1,3}}日)?",
    rf"[{_CN}]{{1,3}}[月日号]",
    rf"(?<!\d)(?:\d{{1,3}}|[{_CN}百]{{1,4}})周年",
    # ages describe who is counted
    rf"(?<![\d.])(?:\d{{1,3}}|[{_CN}]{{1,3}})(?:[—–\-~～至到](?:\d{{1,3}}|[{_CN}]{{1,3}}))?(?:周)?岁",
    # documents, articles, standards, telephones, addresses of the web
    rf"[〔\[【（(]\s?{_YEAR}\s?[〕\]】）)]\s?第?(?:\d{{1,5}}号)?",
    r"(?<!\d)\d{1,6}号",
    rf"第[\d{_CN}百零〇两]{{1,7}}",
    r"(?<![A-Za-z])[A-Z]{1,6}(?:/[A-Z])?[ \-]?\d[\d.\-—]{0,20}",
    r"(?<![A-Za-z])[a-z]{1,12}\d[\d.]{0,20}",
    r"(?<!\d)\d{1,6}[A-Za-z]",
    r"(?<!\d)1[3-9]\d{9}(?!\d)",
    r"(?<!\d)0\d{2,3}[-—－]?\d{7,8}(?!\d)",
    r"(?<!\d)400-?\d{3}-?\d{4}",
    r"(?:电话|传真|邮编|账号|帐号|代码)[:：]?\s?[\d\-—()（） ]{5,30}",
    r"(?:https?://|www\.)[\x21-\x7e]{1,300}",
    r"(?<![A-Za-z0-9._\-])[A-Za-z0-9._\-]{1,40}@[A-Za-z0-9.]{1,60}",
    r"(?<!\d)\d{1,5}(?:\.\d{1,5}){2,6}",
    # names
    r"《[^《》\n]{1,60}》",
    r"“[^“”\n]{1,8}”",
    r"‘[^‘’\n]{1,8}’",
    r"「[^「」\n]{1,8}」",
    r"(?<!\d)\d{1,4}(?:\s?[+＋xX×]\s?[\dA-Za-z]{1,4}){1,4}",
    r"(?<!\d)\d{2,5}\s?(?:[（(][^()（）\n]{1,40}[)）])?\s?(?:工程|行动|计划|战略|模式|工作法|体系|机制|热线|专线)",
    rf"[{_CN}\d]位一体",
    rf"[{_CN}]{{1,3}}届[{_CN}]{{1,3}}次",
    rf"十[{_CN}]五(?![{_CN}\d个名人家所])",
    rf"(?<!\d)[{_CN}\d]个(?:确保|坚持|老有|全面|自信|意识|维护|必须|注重|转变|提升|促进|结合|统一|到位|不|好|一(?![个名家]))",
    # list numbers
    rf"(?m:^)[ \t　]{{0,20}}(?:[{_CN}]{{1,3}}、|\d{{1,2}}[.．、)）](?!\d))",
    rf"[（(][{_CN}]{{1,3}}[)）]",
    r"(?m:(?<=[。；;:：,，])|^)[ \t　]{0,4}[（(]\d{1,2}[)）]",
)
_NAMES = tuple(re.compile(pattern) for pattern in _PATTERNS)
_ITEM = re.compile(r"(?m:(?<=[。；;:：,，])|^)[ \t　]{0,4}(\d{1,2})[.．、](?!\d)")


def masked(text: str) -> bytearray:
    """A byte for each letter of `text`: 1 where it belongs to something that counts nothing."""
    mask = bytearray(len(text))
    for pattern in (*_NAMES, _ITEM):
        for found in pattern.finditer(text):
            mask[found.start() : found.end()] = b"\1" * (found.end() - found.start())
    return mask


def list_items(text: str) -> list[tuple[int, int]]:
    """Where the items of numbered lists begin, and their numbers: "1.", "2."…"""
    return [(found.end(), int(found[1])) for found in _ITEM.finditer(text)]
