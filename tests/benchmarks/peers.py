"""Other ways to do the job: a straightforward script, bare reading, and the least that any program must do."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

_BATCH = 8
_OTHERS = ("attendance", "audience", "published", "reads", "closed")
_FORMS = ("中心组学习", "第一议题", "专题集中学习", "支部党员大会", "党课", "主题党日", "读书班")


def naive(folder: Path, engine: Any) -> None:
    """As a clerk's colleague writes it: read_excel, a group-by, openpyxl for the summary, docxtpl for the narratives."""
    import openpyxl
    import pandas as pd

    _template(folder)
    totals: Counter[str] = Counter()
    summary = openpyxl.Workbook()
    page: Any = summary.active
    for path in sorted((folder / "input").glob("*.xlsx")):
        sheets = pd.read_excel(path, sheet_name=None, header=1, engine=engine)
        figures = _figures(sheets)
        page.append([path.stem, *figures.values()])
        _narrative(folder, path.stem, figures)
        totals.update(figures)
    _narrative(folder, "集团", totals)
    summary.save(folder / "naive" / "summary.xlsx")


def narratives(folder: Path) -> None:
    """Only the documents, with the same figures for all."""
    _template(folder)
    figures = dict.fromkeys((*(f"form{i}" for i in range(len(_FORMS))), *_OTHERS), 12)
    for path in sorted((folder / "input").glob("*.xlsx")):
        _narrative(folder, path.stem, figures)


def _narrative(folder: Path, unit: str, figures: Mapping[str, int]) -> None:
    from docxtpl import DocxTemplate

    document = DocxTemplate(str(folder / "naive.docx"))
    document.render({"unit": unit, **figures})
    document.save(str(folder / "naive" / f"{unit}.docx"))


def _figures(sheets: dict[str, Any]) -> dict[str, int]:
    study, talk, article, incident = (sheets[name] for name in ("学习", "宣讲", "稿件", "舆情"))
    days = study["学习时间"].astype("datetime64[s]")
    inside = study[(days >= "2023-01-01") & (days < "2023-07-01")]
    figures = {f"form{i}": int((inside["学习形式"] == form).sum()) for i, form in enumerate(_FORMS)}
    published = article[article["是否采用"] == "采用"]
    return figures | {
        "attendance": int(inside["实到人数"].sum()),
        "audience": int(talk["受众人数"].sum()),
        "published": len(published),
        "reads": int(published["阅读量"].sum()),
        "closed": int((incident["处置状态"] == "办结").sum()),
    }


def _template(folder: Path) -> None:
    import docx

    document = docx.Document()
    document.add_heading("{{ unit }} 2023年上半年", 1)
    for i, form in enumerate(_FORMS):
        document.add_paragraph(f"开展{form}{{{{ form{i} }}}}次。")
    document.add_paragraph(
        "参学{{ attendance }}人次，受众{{ audience }}人次，刊发{{ published }}条，阅读{{ reads }}次。"
    )
    document.save(str(folder / "naive.docx"))
    (folder / "naive").mkdir(exist_ok=True)


def bare(folder: Path, jobs: int) -> None:
    """Reading every cell with python-calamine, and nothing else."""
    _spread(_read, folder, jobs)


def floor(folder: Path, jobs: int) -> None:
    """Inflating and scanning every sheet, and filling one bare document for each workbook."""
    _template(folder)
    _spread(_scan, folder, jobs)


def _spread(task: Callable[[Sequence[Path]], None], folder: Path, jobs: int) -> None:
    from concurrent.futures import ProcessPoolExecutor

    paths = sorted((folder / "input").glob("*.xlsx"))
    batches = [paths[i : i + _BATCH] for i in range(0, len(paths), _BATCH)]
    with ProcessPoolExecutor(jobs) as executor:
        for _ in executor.map(task, batches):
            pass


def _read(paths: Sequence[Path]) -> None:
    import python_calamine

    for path in paths:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def _scan(paths: Sequence[Path]) -> None:
    for path in paths:
        with zipfile.ZipFile(path) as package:
            cells = sum(len(re.findall(b"<c ", package.read(name))) for name in package.namelist())
        _filled(path.parents[1] / "naive.docx", str(cells))


def _filled(template: Path, text: str) -> None:
    with zipfile.ZipFile(template) as source, zipfile.ZipFile(io.BytesIO(), "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, re.sub(rb"\{\{.*?\}\}", text.encode(), data) if name == "word/document.xml" else data)
