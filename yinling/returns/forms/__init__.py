"""Forms as data: the field dictionary, forms made of its fields, filling in, exchange as XLSForm. No tables."""

from yinling.returns.forms.answers import Answer, quantity, written
from yinling.returns.forms.compare import Change, changes, is_compatible
from yinling.returns.forms.faults import Fault, FormError
from yinling.returns.forms.filling import Answers, Cleaned, Problem, check, clean, minutes, prefilled, relevant, settle
from yinling.returns.forms.schema import Choice, Counting, Field, FieldType, Form, Question, Section, Words
from yinling.returns.forms.xlsform import Reading, Unsupported
from yinling.returns.forms.xlsform import read as read_xlsform
from yinling.returns.forms.xlsform import write as write_xlsform

__all__ = [
    "Answer",
    "Answers",
    "Change",
    "Choice",
    "Cleaned",
    "Counting",
    "Fault",
    "Field",
    "FieldType",
    "Form",
    "FormError",
    "Problem",
    "Question",
    "Reading",
    "Section",
    "Unsupported",
    "Words",
    "changes",
    "check",
    "clean",
    "is_compatible",
    "minutes",
    "prefilled",
    "quantity",
    "read_xlsform",
    "relevant",
    "settle",
    "write_xlsform",
    "written",
]
