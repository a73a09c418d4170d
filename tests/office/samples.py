"""Documents to issue and to draw."""

from __future__ import annotations

from datetime import date

from yinling.office import Annex, Bar, Chart, Grid, Heading, Layout, Level, Paragraph, Run

TITLE = "关于报送2012年度全省城乡基层老年协会规范化建设工作情况的报告"
NUMBER, CODE = "黔老龄办发〔2012〕8号", "ACDE-3467-WXYT"
URL = "https://yinling.example.gov.cn/check/ACDE-3467-WXYT/"
HAN = "老龄工作委员会办公室规范化建设城乡基层协会养老服务"


def runs(text: str) -> tuple[Run, ...]:
    """One plain run."""
    return (Run(text),)


def paragraph(text: str) -> Paragraph:
    """A paragraph of plain text."""
    return Paragraph(runs(text))


def heading(level: Level, text: str) -> Heading:
    """A heading."""
    return Heading(level, runs(text))


def han(count: int) -> str:
    """So many Chinese characters without signs, so that lines can be counted."""
    return (HAN * (count // len(HAN) + 1))[:count]


def grid(rows: int = 9) -> Grid:
    """A table of five columns, three of them numbers."""
    cells = tuple(
        (Run(f"第{row}地区"), Run(str(1000 + row)), Run("69.17"), Run(str(row)), Run("")) for row in range(rows)
    )
    head = ("地区", "农村协会（个）", "覆盖率（%）", "有场所（个）", "备注")
    return Grid("表1  基层老年协会情况", head, cells, (False, True, True, True, False))


def chart() -> Chart:
    """A bar chart."""
    return Chart("图1  覆盖率", (Bar("贵阳市", 1.0, Run("90.00%")), Bar("铜仁市", 0.5, Run("45.00%"))))


def layout(*further: Paragraph | Heading | Grid | Chart, number: str = NUMBER, annexes: int = 2) -> Layout:
    """A report with every part of a document."""
    return Layout(
        issuer="贵州省老龄工作委员会办公室",
        title=TITLE,
        number=number,
        addressee="全国老龄工作委员会办公室",
        blocks=(
            heading(1, "一、总体情况"),
            paragraph("现将有关情况报告如下。"),
            heading(2, "（一）组织建设"),
            heading(3, "1.农村老年协会"),
            heading(4, "（1）活动场所"),
            *further,
        ),
        annexes=tuple(Annex(f"第{one}份统计表", (paragraph("附件正文。"),)) for one in range(1, annexes + 1)),
        issued_on=date(2012, 8, 6),
        copies_to="省委办公厅，省人大常委会办公厅，省政协办公厅。",
        printed_by="贵州省老龄工作委员会办公室秘书处",
    )


def letter(*blocks: Paragraph | Heading | Grid | Chart) -> Layout:
    """A document of these parts alone, with a number."""
    return Layout(issuer="贵州省老龄办", title="通知", blocks=blocks, number=NUMBER)
