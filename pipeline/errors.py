"""What stops a run: PipelineError, and under it DefinitionError, TemplateError, UsageError and OutputError.

Trouble in an input is never raised: it is a Finding. Each of these becomes one clear line and exit code 2.
"""

from __future__ import annotations


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
