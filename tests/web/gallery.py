"""Sample data for components/gallery.html: every component, every state. Names and numbers are invented."""

from __future__ import annotations

from django import forms

from yinling.web.trend import Series

Sample = dict[str, object]


def cell(text: str, unit: str = "", label: str = "", missing: bool = False) -> Sample:
    """A figure cell with a definition, as the tag `figure` wants it."""
    return {
        "text": text,
        "unit": unit,
        "url": "#records",
        "label": label,
        "definition": "年末已成立并在册的老年协会数,一村一会,不含筹备中的。",
        "period_label": "2012年末",
        "as_of": "2012-08-31 18:00",
        "missing": missing,
    }


class AssociationForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="协会名称", help_text="与登记(备案)证书一致。")
    village = forms.ChoiceField(label="所在村", choices=[("", "请选择"), ("1", "安坪村"), ("2", "田坪村")])
    founded = forms.DateField(label="成立日期", widget=forms.DateInput(), required=False)
    members = forms.IntegerField(label="会员人数", min_value=0)
    venue = forms.ChoiceField(
        label="活动场所", choices=[("own", "自有"), ("lent", "借用"), ("none", "没有")], widget=forms.RadioSelect
    )
    paper = forms.FileField(label="备案证书", help_text="照片或 PDF,不超过 10 MB。", required=False)
    remark = forms.CharField(label="备注", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    public = forms.BooleanField(label="同意在公开页面列出协会名称", required=False)


def shell() -> Sample:
    """What the context processor gives every staff page."""
    return {
        "home_url": "/",
        "person": "杨主任",
        "office": "玉屏县老龄办",
        "nav": (
            ("", (("总览", "/"), ("待办", "#"))),
            ("台账", (("老年协会", "#"), ("人员", "#"), ("活动", "#"), ("地方", "#"))),
            ("填报", (("导入", "#"), ("查重", "#"))),
            ("成果", (("指标", "#"), ("已公布数字的核对", "#"))),
        ),
        "search": {"url": "/places", "value": "", "placeholder": "找地方(可用拼音首字母)"},
        "as_of": {"url": "", "value": "2012-08-31", "max": "2012-12-31"},
        "session_seconds": 1800,
        "keepalive_url": "/alive",
    }


def context() -> Sample:
    """Everything gallery.html prints."""
    form = AssociationForm({"name": "", "members": "-3", "venue": "own", "village": "1", "founded": "2009-10-26"})
    return {
        "shell": shell(),
        "crumbs": [{"label": "贵州省", "url": "#"}, {"label": "铜仁市", "url": "#"}, {"label": "玉屏侗族自治县"}],
        "overview": {
            "title": "基层老年协会建设",
            "villages": cell("98", "个村"),
            "with_association": cell("71", "个"),
            "coverage": cell("72.45", "%"),
            "more": cell("4", "个"),
        },
        "tiles": [
            {"figure": cell("72.45", "%", "农村协会覆盖率"), "note": "高于全省 2.18 个百分点", "signal": "up"},
            {"figure": cell("26", "个", "有活动场所"), "note": "占 36.62%,45 个没有场所"},
            {"figure": cell("23", "个", "经常开展活动"), "note": "比上年末多 5 个", "signal": "up"},
            {"figure": cell("4", "个", "有经费来源"), "note": "67 个没有经费来源", "signal": "warn"},
        ],
        "bars": bars(),
        "gaps": [
            {"figure": cell("27"), "sentence": "个村没有老年协会", "breakdown": "田坪镇 7 · 新店乡 6 · 亚鱼乡 6"},
            {"figure": cell("45"), "sentence": "个协会没有活动场所", "breakdown": "其中 12 个所在村有闲置校舍"},
            {"figure": cell("3"), "sentence": "位会长任期已满", "breakdown": "最早 2012-06-30"},
        ],
        "series": [
            Series("全省", [("2009", 60.2), ("2010", 63.1), ("2011", 66.4), ("2012", 70.27)]),
            Series("本县", [("2009", None), ("2010", 58.6), ("2011", 68.4), ("2012", 72.45)], emphasised=True),
        ],
        "list_page": list_page(),
        "empty": {
            "title": "还没有协会",
            "hint": "可以从现有台账的 Excel 导入,也可以一个一个登记。",
            "action": {"label": "导入台账", "url": "#"},
        },
        "detail_page": detail_page(),
        "form": form,
        "title": "登记老年协会",
        "submit_label": "保存",
        "cancel_url": "#",
        **flow(),
    }


def bars() -> Sample:
    """Six townships, one low, one not reported."""
    rows = [
        ("朱家场镇", "100.00", 100.0, "17", "9", "2"),
        ("大龙镇", "84.21", 84.21, "16", "7", "1"),
        ("平溪镇", "77.27", 77.27, "17", "6", "1"),
        ("田坪镇", "61.11", 61.11, "11", "3", "0"),
        ("亚鱼乡", "33.33", 33.33, "3", "0", "0"),
        ("新店乡", "", None, "0", "0", "0"),
    ]
    limit = 40
    return {
        "title": "各乡镇",
        "note": "按覆盖率排序",
        "place_label": "乡镇",
        "value_label": "覆盖率",
        "columns": ["协会", "有场所", "有经费"],
        "mark": {"value": 70.27, "text": "全省平均 70.27%"},
        "rows": [
            {
                "label": name,
                "url": "#",
                "figure": cell(text, "%", missing=value is None),
                "value": value,
                "low": value is not None and value < limit,
                "low_word": "低于 40%",
                "cells": [cell(count) for count in counts],
            }
            for name, text, value, *counts in rows
        ],
    }


def list_page() -> Sample:
    """A list with every option in use."""
    columns = [
        ("name", "名称"),
        ("place", "所在地"),
        ("chair", "会长"),
        ("members", "会员"),
        ("state", "状态"),
        ("since", "成立日期"),
    ]
    return {
        "title": "老年协会",
        "intro": "",
        "count_text": "71 个协会",
        "actions": [_link("导出"), _link("导入"), {**_link("登记协会"), "primary": True}],
        "search": {"q": "", "placeholder": "名称、会长,或拼音首字母"},
        "selects": [
            {
                "name": "town",
                "label": "乡镇",
                "options": [{"value": "", "label": "全部"}, {"value": "1", "label": "平溪镇", "selected": True}],
            }
        ],
        "hidden": [{"name": "state", "value": "active"}],
        "filters": [
            {**_link("正常"), "group": "状态", "active": True},
            {**_link("任期已满"), "group": "状态"},
            {**_link("已停止"), "group": "状态"},
            {**_link("有场所"), "group": "条件"},
            {**_link("有经费"), "group": "条件"},
        ],
        "columns": [
            {
                "key": key,
                "label": label,
                "numeric": key == "members",
                "sort_url": "#",
                "sorted": "descending" if key == "members" else "",
            }
            for key, label in columns
        ],
        "rows": _list_rows(),
        "column_choices": [
            {"key": key, "label": label, "shown": key != "phone"} for key, label in [*columns, ("phone", "电话")]
        ],
        "bulk": {"url": "#", "verbs": [{"name": "remind", "label": "提醒换届"}]},
        "pagination": {"text": "第 1–5 个,共 71 个", "prev_url": "", "next_url": "#"},
    }


def _list_rows() -> list[Sample]:
    names = ["安坪村老年协会", "舞阳村老年协会", "田坪村老年协会", "抚溪江村老年协会", "茅坡村老年协会"]
    signals = [("ok", "正常"), ("ok", "正常"), ("warn", "任期已满"), ("bad", "已停止活动"), ("none", "未填报")]
    return [
        {
            "url": "#",
            "key": str(number),
            "cells": [
                {"text": name},
                {"text": "平溪镇" + name[:3]},
                {"text": "杨某某"},
                {"figure": cell(str(180 - 31 * number), "人", missing=number == len(names) - 1)},
                {"text": word, "signal": level},
                {"text": "2009-10-26"},
            ],
        }
        for number, (name, (level, word)) in enumerate(zip(names, signals, strict=True))
    ]


def detail_page() -> Sample:
    """A record with facts, history, a refused verb and the figures it counts towards."""
    return {
        "title": "安坪村老年协会",
        "subtitle": "平溪镇安坪村 · 2009-10-26 成立",
        "signal": {"level": "warn", "text": "会长任期已满"},
        "facts": [
            {"label": "会长", "value": "杨某某", "url": "#", "note": "2009-10-26 起,任期三年"},
            {"label": "会员", "figure": cell("126", "人")},
            {"label": "活动场所", "value": "自有,80 平方米"},
            {"label": "经费来源", "value": ""},
            {"label": "电话", "value": "138****5678"},
            {"label": "状态", "value": "正常", "signal": "ok"},
        ],
        "sections": [
            {
                "title": "近期活动",
                "columns": [{"label": "活动"}, {"label": "日期"}, {"label": "人次", "numeric": True}],
                "rows": [
                    {"url": "#", "cells": [{"text": "重阳节座谈会"}, {"text": "2011-10-05"}, {"figure": cell("84")}]}
                ],
            }
        ],
        "history": [
            {
                "when": "2012-08-20 09:14",
                "who": "平溪镇老龄办 王某",
                "what": "更正基本情况",
                "changes": [
                    {"label": "会员人数", "before": "120", "after": "126"},
                    {"label": "活动场所", "before": "", "after": "自有"},
                ],
                "reason": "年度核对",
                "evidence": [{"label": "会员名册.pdf", "url": "#"}],
            },
            {"when": "2009-11-02 16:40", "who": "玉屏县老龄办 李某", "what": "登记", "place": "平溪镇"},
        ],
        "verbs": [
            {**_link("记录换届"), "primary": True},
            _link("更正"),
            {**_link("注销"), "reason": "还有 2 项活动没有结束。"},
        ],
        "counts_towards": [
            cell("71", "个", "老年协会"),
            cell("72.45", "%", "农村协会覆盖率"),
            cell("26", "个", "有活动场所的协会"),
        ],
    }


def flow() -> Sample:
    """Messages, steps, progress, to-do and the place tree."""
    return {
        "notices": [
            {"level": "ok", "title": "已保存", "text": "安坪村老年协会已登记。"},
            {"level": "warn", "title": "", "text": "3 行没有填成立日期,已按“不详”导入。"},
            {
                "level": "error",
                "title": "没有导入",
                "text": "这个文件里有公式。",
                "lines": [{"text": "第 12 行:会员人数不是数字", "url": "#"}],
            },
            {"level": "info", "title": "", "text": "今晚 22:00 备份,约 5 分钟。"},
        ],
        "steps": [
            {"label": "选文件", "state": "done", "url": "#"},
            {"label": "对应列", "state": "done", "url": "#"},
            {"label": "核对", "state": "current"},
            {"label": "导入", "state": "todo"},
        ],
        "progress": {
            "percent": 64,
            "text": "正在核对第 640 行,共 1000 行",
            "counts": [
                {"label": "可以导入", "value": "631", "signal": "ok"},
                {"label": "要改", "value": "9", "signal": "warn"},
            ],
            "done": False,
            "poll_url": "/progress",
        },
        "finished": {
            "percent": 100,
            "text": "导入完成",
            "counts": [{"label": "已导入", "figure": cell("991", "行")}, {"label": "退回", "figure": cell("9", "行")}],
            "done": True,
            "result_url": "#",
            "result_label": "看结果",
        },
        "todos": [
            {
                "title": "确认安坪村老年协会换届",
                "url": "#",
                "note": "平溪镇老龄办报来",
                "due": "还剩 3 个工作日",
                "signal": "warn",
            },
            {"title": "核对 2 个可能重复的人员", "url": "#", "note": "", "due": "已过期 1 天", "signal": "bad"},
            {"title": "报送三季度活动", "url": "#", "note": "省老龄办", "due": "9月30日"},
        ],
        "nodes": _nodes(),
    }


def _nodes() -> list[Sample]:
    return [
        {
            "label": "贵州省",
            "url": "#",
            "children_url": "#",
            "open": True,
            "children": [
                {
                    "label": "铜仁市",
                    "url": "#",
                    "children_url": "/places/522200/below",
                    "figure": cell("1204", "个"),
                },
                {"label": "玉屏侗族自治县", "url": "#", "current": True, "figure": cell("71", "个")},
            ],
        }
    ]


def pocket() -> Sample:
    """The start page of a village chair on the phone."""
    return {
        "shell": shell(),
        "next": {
            "when": "明天(周三)上午 9:00",
            "title": "重阳节座谈会",
            "where": "安坪村文化活动室 · 约 2 小时",
            "actions": [{**_link("到了,签到"), "primary": True}, _link("看路线和电话")],
        },
        "choices": [
            {"label": "记一次活动", "url": "#", "hint": "拍照、填人数,三步完成"},
            {"label": "会员", "url": "#", "hint": "126 人"},
            {"label": "本村的数字", "url": "#", "hint": "今年办了 6 次活动"},
            {"label": "问乡镇老龄办", "url": "#", "hint": "王某 0856-322****"},
        ],
    }


def _link(label: str) -> Sample:
    return {"label": label, "url": "#"}
