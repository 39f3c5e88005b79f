"""What people do to a finished report: planted mistakes and harmless changes, drawn with a fixed seed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAIN = "word/document.xml"


class Draft:
    """A report that somebody has open in Word."""

    def __init__(self, data: bytes) -> None:
        with ZipFile(io.BytesIO(data)) as archive:
            self.members = {name: archive.read(name) for name in archive.namelist()}
        self.root = etree.fromstring(self.members[MAIN])

    @property
    def paragraphs(self) -> list[Any]:
        return list(self.root.iter(f"{W}p"))

    @property
    def controls(self) -> list[Any]:
        return list(self.root.iter(f"{W}sdt"))

    @property
    def texts(self) -> list[Any]:
        return [each for each in self.root.iter(f"{W}t") if each.text]

    def written(self, control: Any) -> str:
        return "".join(text.text or "" for text in control.iter(f"{W}t"))

    def write(self, control: Any, text: str) -> None:
        first, *others = control.iter(f"{W}t")
        first.text = text
        for other in others:
            other.text = ""

    def lose(self, control: Any) -> None:
        """What remains of a control after a detour through a chat program."""
        for each in list(control.find(f"{W}sdtContent")):
            control.addprevious(each)
        control.getparent().remove(control)

    def lose_all(self) -> None:
        for control in self.controls:
            self.lose(control)
        maps = [name for name, data in self.members.items() if b"urn:ledger-pipeline" in data]
        self.members |= dict.fromkeys(maps, b"<nothing/>")

    def plain(self) -> list[Any]:
        """Texts outside of controls."""
        return [text for text in self.texts if next(text.iterancestors(f"{W}sdt"), None) is None]

    def add(self, text: str, behind: Any) -> Any:
        paragraph = etree.Element(f"{W}p")
        etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}t").text = text
        behind.addnext(paragraph)
        return paragraph

    def table(self, *rows: tuple[str, ...]) -> None:
        table = etree.Element(f"{W}tbl")
        for row in rows:
            line = etree.SubElement(table, f"{W}tr")
            for cell in row:
                paragraph = etree.SubElement(etree.SubElement(line, f"{W}tc"), f"{W}p")
                etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}t").text = cell
        self.paragraphs[-3].addnext(table)

    def packed(self) -> bytes:
        stream = io.BytesIO()
        with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
            for name, data in (self.members | {MAIN: etree.tostring(self.root)}).items():
                archive.writestr(name, data)
        return stream.getvalue()

    def as_text(self) -> bytes:
        lines = ["".join(text.text or "" for text in each.iter(f"{W}t")) for each in self.paragraphs]
        return "\n".join(lines).encode("utf-8")


@dataclass(frozen=True)
class Edit:
    """One edited report; `verdicts` are those of which one must be found, none for a harmless edit."""

    kind: str
    what: str
    name: str
    data: bytes
    verdicts: frozenset[str] = frozenset()


Plant = Callable[[Draft, Random], "tuple[str, str] | None"]
"""Changes a draft and says what it did and which verdicts are right (parted by spaces); None if it cannot."""

WRONG = "changed contradiction"


def planted(reports: dict[str, bytes], count: int, seed: int = 2023) -> Iterator[Edit]:
    """`count` mistakes, the kinds and reports in turn."""
    return _drawn(reports, PLANTS, count, Random(seed))


def harmless(reports: dict[str, bytes], count: int, seed: int = 2024) -> Iterator[Edit]:
    return _drawn(reports, HARMLESS, count, Random(seed))


def _drawn(reports: dict[str, bytes], plants: dict[str, Plant], count: int, random: Random) -> Iterator[Edit]:
    names, kinds, made, turn = sorted(reports), list(plants), 0, 0
    while made < count:
        kind, name = kinds[turn % len(kinds)], names[(turn // len(kinds) + turn) % len(names)]
        turn += 1
        draft = Draft(reports[name])
        if done := plants[kind](draft, random):
            made += 1
            text = kind.endswith("txt")
            file = f"{made:03d}{'.txt' if text else '.docx'}"
            data = draft.as_text() if text else draft.packed()
            yield Edit(kind, f"{name}: {done[0]}", file, data, frozenset(done[1].split()))


# --- mistakes --------------------------------------------------------------------------------------------------------


def _another_digit(text: str, random: Random) -> str:
    places = [place for place, letter in enumerate(text) if letter.isdigit()]
    place = random.choice(places)
    others = [digit for digit in "123456789" if digit != text[place]]
    return text[:place] + random.choice(others) + text[place + 1 :]


def _numbers(draft: Draft) -> list[Any]:
    return [control for control in draft.controls if re.search(r"\d", draft.written(control))]


def digit(draft: Draft, random: Random) -> tuple[str, str]:
    control = random.choice(_numbers(draft))
    before = draft.written(control)
    draft.write(control, _another_digit(before, random))
    return f"{before} → {draft.written(control)}", WRONG


def digit_in_lost_control(draft: Draft, random: Random) -> tuple[str, str]:
    control = random.choice(_numbers(draft))
    before = draft.written(control)
    draft.write(control, _another_digit(before, random))
    after = draft.written(control)
    draft.lose(control)
    return f"{before} → {after}", WRONG


def digit_without_controls(draft: Draft, random: Random) -> tuple[str, str]:
    done = digit(draft, random)
    draft.lose_all()
    return done


def lost_control(draft: Draft, random: Random) -> tuple[str, str]:
    control = random.choice(_numbers(draft))
    said = draft.written(control)
    draft.lose(control)
    return said, "handwritten-equal"


def direction(draft: Draft, random: Random) -> tuple[str, str] | None:
    moved = [control for control in draft.controls if re.search("增长|下降|提高", draft.written(control))]
    if not moved:
        return None
    control = random.choice(moved)
    before = draft.written(control)
    opposite = {"增长": random.choice(["下降", "减少"]), "提高": "下降", "下降": "上升"}
    after = re.sub("增长|下降|提高", lambda match: opposite[match[0]], before)
    draft.write(control, random.choice([after, "与去年同期持平"]))
    if random.random() < 0.3:
        draft.lose_all()
    return f"{before} → {after}", "direction"


SWAPS = (
    ("开展公司级宣讲", "开展车间级宣讲"),
    ("开展车间级宣讲", "开展班组级宣讲"),
    ("开展班组级宣讲", "开展公司级宣讲"),
    ("组织中心组学习", "组织第一议题学习"),
    ("开展第一议题学习", "开展中心组学习"),
    ("内部网站刊发", "外部媒体刊发"),
    ("新媒体刊发", "内部报纸刊发"),
    ("参加志愿服务", "组织读书分享会"),
    ("召开党政工作会", "召开意识形态专题会议"),
    ("形成分析研判报告", "撰写论文"),
    ("开展谈心谈话", "开展主题党日"),
)


def other_words(draft: Draft, random: Random) -> tuple[str, str] | None:
    beside = [text for text in draft.plain() if getattr(text.getparent().getnext(), "tag", "") == f"{W}sdt"]
    places = [(text, swap) for text in beside for swap in SWAPS if text.text.endswith(swap[0])]
    if not places:
        return None
    text, (old, new) = random.choice(places)
    text.text = text.text.removesuffix(old) + new
    return f"{old} → {new}", "contradiction"


def swapped_numbers(draft: Draft, random: Random) -> tuple[str, str] | None:
    plain = [control for control in draft.controls if re.fullmatch(r"\d+", draft.written(control))]
    pairs = [(a, b) for a in plain for b in plain if draft.written(a) < draft.written(b)]
    if not pairs:
        return None
    one, other = random.choice(pairs)
    said = draft.written(one), draft.written(other)
    if random.random() < 0.5:
        draft.write(one, said[1])
        draft.write(other, said[0])
    else:
        behind = etree.Element(f"{W}r")
        other.addnext(behind)
        one.addprevious(other)
        behind.addprevious(one)
    return " ↔ ".join(said), WRONG


def emptied(draft: Draft, random: Random) -> tuple[str, str]:
    control = random.choice(_numbers(draft))
    said = draft.written(control)
    if random.random() < 0.5:
        draft.write(control, "")
    else:
        control.getparent().remove(control)
    return f"{said} gone", "deleted"


PERIODS = (
    ("2023年上半年", "2022年上半年"),
    ("2023年上半年", "2023年下半年"),
    ("2023年6月30日", "2023年6月20日"),
    ("2023年6月30日", "2022年6月30日"),
    ("2023年12月31日", "2023年11月30日"),
    ("2023年，", "2022年，"),
)


def period(draft: Draft, random: Random) -> tuple[str, str]:
    places = [(text, pair) for text in draft.plain() for pair in PERIODS if pair[0] in text.text.removesuffix(pair[0])]
    text, (old, new) = random.choice(places)
    text.text = text.text.replace(old, new, 1)
    if random.random() < 0.3:
        draft.lose_all()
    return f"{old} → {new}", "period"


def _body(draft: Draft) -> list[Any]:
    return [each for each in draft.paragraphs[4:12] if len("".join(each.itertext())) > 20]


def broken_sum(draft: Draft, random: Random) -> tuple[str, str]:
    one, other = random.randint(3, 40), random.randint(3, 40)
    total = one + other + random.choice([-2, -1, 1, 3])
    said = random.choice(
        [
            f"各部门共办理事项{total}件，其中咨询{one}件、投诉{other}件。",
            f"两个部门分别办理咨询{one}件、投诉{other}件，合计{total}件。",
        ]
    )
    draft.add(said, random.choice(_body(draft)))
    return said, "sum"


def broken_table(draft: Draft, random: Random) -> tuple[str, str]:
    one, other = random.randint(3, 40), random.randint(3, 40)
    if random.random() < 0.5:
        draft.table(("部门", "办件数"), ("甲科", str(one)), ("乙科", str(other)), ("合计", str(one + other + 1)))
    else:
        draft.table(("部门", "线上", "线下", "合计"), ("甲科", str(one), str(other), str(one + other - 1)))
    return f"{one} + {other}", "sum"


TYPED = (
    "上半年共开展谈心谈话{}次。",
    "组织中心组学习{}次，学习氛围更加浓厚。",
    "在外部媒体刊发{}篇。",
    "召开意识形态专题会议{}次。",
    "共参加志愿服务{}人次。",
    "开展公司级宣讲{}次。",
)


def typed(draft: Draft, random: Random) -> tuple[str, str]:
    said = random.choice(TYPED).format(random.randint(331, 900))
    draft.add(said, random.choice(_body(draft)))
    return said, "contradiction handwritten-near"


def wrong_cell(draft: Draft, random: Random) -> tuple[str, str]:
    value = str(random.randint(700, 900))
    draft.table(("单位", "谈心谈话次数"), ("白鹭公交分公司", value))
    return value, "table"


def unit(draft: Draft, random: Random) -> tuple[str, str] | None:
    places = [text for text in draft.plain() if re.search("白鹭公交分公司|流萤照明分公司", text.text)]
    text = random.choice(places)
    wrong = random.choice(["青禾供水分公司", "城北供热分公司"])
    text.text = re.sub("白鹭公交分公司|流萤照明分公司", wrong, text.text, count=1)
    return "unit", "contradiction"


def scale(draft: Draft, random: Random) -> tuple[str, str] | None:
    changes = [
        (text, old, new)
        for text in draft.texts
        for old, new in (("万元", "亿元"), ("余", ""), ("两", "三"), ("万", "亿"), ("近", ""))
        if old in text.text and (old == "万元") == (next(text.iterancestors(f"{W}sdt"), None) is None)
    ]
    if not changes:
        return None
    text, old, new = random.choice(changes)
    before = text.text
    text.text = text.text.replace(old, new, 1)
    return f"{before} → {text.text}", WRONG


def digit_beside(draft: Draft, random: Random) -> tuple[str, str]:
    control = random.choice([each for each in _numbers(draft) if draft.written(each)[0].isdigit()])
    run = etree.Element(f"{W}r")
    etree.SubElement(run, f"{W}t").text = "1"
    control.addprevious(run)
    return f"1{draft.written(control)}", WRONG


def copied(draft: Draft, random: Random) -> tuple[str, str]:
    control = random.choice(_numbers(draft))
    paragraph = next(control.iterancestors(f"{W}p"))
    paragraph.addnext(deepcopy(paragraph))
    return "copied paragraph", "duplicated"


PLANTS: dict[str, Plant] = {
    "digit": digit,
    "digit, control lost": digit_in_lost_control,
    "digit, all controls lost": digit_without_controls,
    "digit.txt": digit,
    "direction": direction,
    "direction.txt": direction,
    "other words": other_words,
    "swapped numbers": swapped_numbers,
    "emptied": emptied,
    "emptied.txt": emptied,
    "period": period,
    "broken sum": broken_sum,
    "broken table": broken_table,
    "typed": typed,
    "wrong cell": wrong_cell,
    "unit": unit,
    "scale": scale,
    "digit beside": digit_beside,
    "lost control": lost_control,
    "copied": copied,
}


# --- harmless changes ------------------------------------------------------------------------------------------------


def untouched(_: Draft, __: Random) -> tuple[str, str]:
    return "nothing", ""


def untouched_without_controls(draft: Draft, _: Random) -> tuple[str, str]:
    draft.lose_all()
    return "controls lost", ""


def spaces(draft: Draft, random: Random) -> tuple[str, str]:
    for text in random.sample(draft.plain(), 5):
        place = random.randint(0, len(text.text))
        text.text = text.text[:place] + random.choice([" ", "　", "  "]) + text.text[place:]
    return "spaces", ""


def fonts(draft: Draft, random: Random) -> tuple[str, str]:
    for run in random.sample(list(draft.root.iter(f"{W}r")), 8):
        properties = run.find(f"{W}rPr")
        if properties is None:
            properties = etree.Element(f"{W}rPr")
            run.insert(0, properties)
        etree.SubElement(properties, f"{W}b")
    return "bold", ""


SENTENCES = (
    "各级党组织认真落实部署，取得了较好成效。",
    "增强“四个意识”，坚定“四个自信”，做到“两个维护”。",
    "严格落实三会一课制度，学习贯彻党的二十大精神。",
    "一是加强领导。二是压实责任。三是务求实效。",
    "根据《关于加强学习的通知》（集团党〔2023〕5号）要求，制定了实施方案。",
    "进一步提高政治站位，减少形式主义，增加基层一线的交流。",
    "下一步，计划全年开展集中宣讲不少于60次。",
    "坚持每月一次例会，做到一岗双责。",
)


def sentence(draft: Draft, random: Random) -> tuple[str, str]:
    said = random.choice(SENTENCES)
    if random.random() < 0.5:
        draft.add(said, random.choice(_body(draft)))
    else:
        text = random.choice([each for each in draft.plain() if each.text.endswith("。")])
        text.text += said
    return said, ""


SYNONYMS = (
    ("按照", "根据"),
    ("现将有关情况报告如下", "现就有关情况报告如下"),
    ("现将有关情况总结如下", "现把有关情况总结如下"),
    ("逐笔登记", "逐项记录"),
    ("存在的不足", "存在的问题"),
    ("开展", "组织开展"),
    ("没有登记等级", "没有填写等级"),
    ("台账报送不齐", "台账没有报齐"),
    ("安排", "部署"),
    ("面向基层", "走进基层"),
    ("统计截至", "数据截至"),
    ("超过规定时限", "超出规定时限"),
)


def synonyms(draft: Draft, random: Random) -> tuple[str, str] | None:
    places = [(text, pair) for text in draft.plain() for pair in SYNONYMS if pair[0] in text.text]
    for text, (old, new) in random.sample(places, min(3, len(places))):
        text.text = text.text.replace(old, new)
    return f"{places[0][1]} …", ""


def restyled(draft: Draft, random: Random) -> tuple[str, str]:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for control in random.sample(_numbers(draft), 3):
        said = draft.written(control)
        draft.write(control, said.replace("增长", "上升") if "增长" in said else said.translate(wide))
    return "full-width digits, 上升 for 增长", ""


def reordered(draft: Draft, random: Random) -> tuple[str, str]:
    place = random.choice([3, 5, 7])
    one, two, other, following = draft.paragraphs[place : place + 4]
    one.addprevious(other)
    one.addprevious(following)
    assert two.getprevious() is one
    return f"paragraphs from {place + 1}", ""


def merged(draft: Draft, random: Random) -> tuple[str, str]:
    one = random.choice(draft.paragraphs[3:11])
    other = one.getnext()
    for each in list(other):
        if each.tag != f"{W}pPr":
            one.append(each)
    other.getparent().remove(other)
    return "two paragraphs merged", ""


def dates_in_chinese(draft: Draft, _: Random) -> tuple[str, str]:
    for text in draft.plain():
        text.text = text.text.replace("2023年6月30日", "二〇二三年六月三十日").replace(
            "2023年12月31日", "二〇二三年十二月三十一日"
        )
    return "dates in Chinese", ""


def signed_later(draft: Draft, _: Random) -> tuple[str, str]:
    last = [text for text in draft.plain() if re.fullmatch(r"\d+年\d+月\d+日", text.text)][-1]
    last.text = "2024年1月8日"
    return "signed later", ""


def right_sum(draft: Draft, _: Random) -> tuple[str, str]:
    draft.table(
        ("部门", "线上", "线下", "合计"), ("甲科", "3", "4", "7"), ("乙科", "5", "6", "11"), ("合计", "8", "10", "18")
    )
    return "a table that adds up", ""


HARMLESS: dict[str, Plant] = {
    "untouched": untouched,
    "untouched.txt": untouched,
    "untouched, controls lost": untouched_without_controls,
    "spaces": spaces,
    "spaces.txt": spaces,
    "fonts": fonts,
    "sentence": sentence,
    "sentence.txt": sentence,
    "synonyms": synonyms,
    "synonyms.txt": synonyms,
    "restyled": restyled,
    "reordered": reordered,
    "reordered.txt": reordered,
    "merged": merged,
    "dates": dates_in_chinese,
    "signed later": signed_later,
    "table": right_sum,
}
