"""Forms as XLSForm workbooks, the format that ODK, KoboToolbox and many others read and write (xlsform.org)."""

from yinling.returns.forms.xlsform.reading import Reading, read
from yinling.returns.forms.xlsform.remarks import Unsupported
from yinling.returns.forms.xlsform.writing import write

__all__ = ["Reading", "Unsupported", "read", "write"]
