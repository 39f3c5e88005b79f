"""What stops a run: PipelineError, and under it DefinitionError, TemplateError, UsageError and OutputError.

Trouble in an input is never raised: it is a Finding. Each of these becomes one clear line and exit code 2.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping

_SYSTEM: Mapping[int | None, str] = {
    errno.EACCES: "没有权限，或正在别的程序中打开",
    errno.EPERM: "没有权限",
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径中间有一段是文件，不是文件夹",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.EEXIST: "已经有同名的文件",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "这个盘只能读，不能写",
    errno.ENAMETOOLONG: "文件名或路径太长",
    errno.EIO: "磁盘或网络出错",
}


class PipelineError(Exception):
    """The run cannot go on; the message is one line for the clerk."""


class DefinitionError(PipelineError):
    """A file in templates/ that cannot be used: where it stands, what is wrong, what was meant perhaps."""

    def __init__(self, file: str, key: str, message: str) -> None:
        super().__init__(file, key, message)  # so that a process that makes documents can hand it on
        self.file, self.key, self.message = file, key, message

    def __str__(self) -> str:
        return f"{self.file}：{self.key}：{self.message}" if self.key else f"{self.file}：{self.message}"


class TemplateError(DefinitionError):
    """A Word or Excel template that cannot be filled."""


class UsageError(PipelineError):
    """An argument that cannot be understood."""


class OutputError(PipelineError):
    """The output folder cannot be written, for instance because a file is open in Excel."""


def system(trouble: OSError) -> str:
    """Why the operating system refuses, which says so in its own language or in English."""
    return _SYSTEM.get(trouble.errno) or trouble.strerror or str(trouble)
