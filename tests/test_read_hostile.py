"""Files that want to break or exhaust the reader: each in a process of its own, with its time and memory measured."""

from __future__ import annotations

import io
import random
import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.ingest import compound
from tests.test_read import HTML, PLAIN, STRAY, XML_2003, ledger, ods, package, sheet_xml, with_sheet, xls, xlsb, xlsx
