"""What the clerk is told for every code of a finding: data only, filled and listed by problems.py.

A clause in square brackets is dropped if the finding has no value for one of its keys; outside of brackets stand no keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pipeline.model import Severity

ERROR, WARNING, NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE


class Wording(NamedTuple):
    """A short title, the usual severity, what was found and expected, and what to do about it."""

    title: str
    severity: Severity
    message: str
    advice: str


_FILES: Mapping[str, Wording] = {
    "file-encrypted": Wording(
        "文件有密码",
        ERROR,
        "文件设了打开密码，没有读取，里面的数据都没有计入。",
        "请报送单位去掉密码（文件→信息→保护工作簿）另存后重报。",
    ),
    "file-corrupt": Wording(
        "文件损坏",
        ERROR,
        "文件已损坏或没有传完，读不出来[（{found}）]，里面的数据都没有计入。",
        "试用 Excel 或 WPS 打开：能打开就另存为 .xlsx 放回原处，打不开就请报送单位重发。",
    ),
    "file-empty": Wording(
        "空文件",
        ERROR,
        "文件大小为 0，或者打开来一个字也没有。",
        "多半是没有传完，请报送单位重发。",
    ),
    "file-unsupported": Wording(
        "不是表格文件",
        ERROR,
        "文件不是能读的表格，没有计入。",
        "请报送单位用 Excel 或 WPS 填好台账，存为 .xlsx 重报；只改扩展名没有用。",
    ),
    "file-too-large": Wording(
        "文件过大",
        ERROR,
        "内容超过限度，没有读取[（只是离表格太远的 {cells} 个单元格，其余已读取）]。",
        "删去图片、多余的工作表和表格下方、右侧的空行空列，另存后重报。",
    ),
    "file-misnamed": Wording(
        "扩展名不符",
        NOTICE,
        "文件内容与扩展名不一致[：内容是 {kind}]，已按内容读取。",
        "不影响数字。可请报送单位以后另存为 .xlsx，不要直接改扩展名。",
    ),
    "file-duplicate": Wording(
        "文件重复",
        WARNING,
        "与另一个文件[“{other}”]完全相同，只计了一次。",
        "删去其中一份；如本应是另一家单位或另一个月的台账，请该单位重报。",
    ),
    "file-superseded": Wording(
        "旧版文件",
        WARNING,
        "有更新的一版[“{other}”]，本文件没有计入[（{why}）][；相同的记录 {count} 条]。",
        "核对留用的一版对不对：对就删去本文件；不对就删去另一份，留下本文件。",
    ),
    "file-conflict": Wording(
        "版本冲突",
        ERROR,
        "与[“{other}”等]其他文件是同一单位同一台账的不同版本，看不出哪个更新[（{why}）]，都没有计入。",
        "问清报送单位以哪份为准，只留那一份，或在文件名里加“最终版”。",
    ),
    "file-classified": Wording(
        "含密级标志",
        ERROR,
        "标题处有密级标志，文件没有继续读取。",
        "立即按保密规定处理，不要在本机转存或转发；台账请报送单位按不涉密的内容另报。",
    ),
}

_SHEETS: Mapping[str, Wording] = {
    "sheet-unrecognised": Wording(
        "工作表认不出",
        WARNING,
        "这张表与哪种台账都对不上[，表头像是：{found}][，标题写的是{why}][；最接近的是{near}]，没有计入。",
        "如是台账，请把表头改成台账的列名（如“学习时间”“学习形式”），标题里写“台账”；如不是台账（如计划），可以不管。",
    ),
    "sheet-ambiguous": Wording(
        "台账种类不明",
        ERROR,
        "这张表同时像几种台账[：{found}]，没有计入。",
        "在标题或工作表名里写明是哪种台账（如“学习台账”）。",
    ),
    "sheet-hidden": Wording(
        "隐藏的工作表",
        WARNING,
        "隐藏的工作表没有读取[，其中有 {count} 行]。",
        "如应计入，取消隐藏（右键工作表标签→取消隐藏）后重报；如不需要，请删去。",
    ),
    "sheet-summary": Wording(
        "汇总表不计入",
        NOTICE,
        "已有明细，这张汇总表只用来核对，没有计入[（合计 {stated}，明细 {counted}）]。",
        "不用处理；如汇总表里有明细没有的内容，请补进明细。",
    ),
    "sheet-duplicate-table": Wording(
        "同一表出现两次",
        WARNING,
        "同一张表在别处[（{other}）]又出现一次，只计了一次。",
        "删去重复的一份；如确是两张表，请让内容有所区别（如注明月份）。",
    ),
    "sheet-crosstab": Wording(
        "交叉统计表",
        WARNING,
        "这是单位×月份的统计表，没有逐条记录，只按月计了次数[（形式取“{found}”）]，人数等没有数据。",
        "请报送单位改报逐条登记的台账；次数如可采用，不用处理。",
    ),
}

_COLUMNS: Mapping[str, Wording] = {
    "column-missing": Wording(
        "缺少必填列",
        ERROR,
        "没有找到必填的列[“{expected}”][，可能是{near}]，这张表没有计入。",
        "把该列的表头改成规定的列名，或补上这一列；也可在 参考数据.xlsx 的“裁定”里写明哪一列是它。",
    ),
    "column-ambiguous": Wording(
        "一项有两列",
        ERROR,
        "有几列都像[“{expected}”][：{found}]，不能确定用哪一列，这一项没有计入；是必填项的，整张表没有计入。",
        "把不用的那一列改名或删去；也可在 参考数据.xlsx 的“裁定”里写明用哪一列。",
    ),
    "column-unknown": Wording(
        "不认识的列",
        NOTICE,
        "不认识这一列[“{header}”]，没有读取[；是不是“{near}”]。",
        "如不需要统计，不用处理；如要计入，请改用规定的列名，或把写法加进 ledgers.toml 的 synonyms。",
    ),
    "column-cumulative": Wording(
        "累计列不计入",
        NOTICE,
        "累计列[“{header}”]不参加求和，只用本期的列。",
        "不用处理。",
    ),
}

_UNITS: Mapping[str, Wording] = {
    "unit-unknown": Wording(
        "单位不在名册",
        ERROR,
        "单位[“{found}”]不在单位名册里[，相近的有：{near}]，有关的行没有计入[（{count} 行）]。",
        "如是已有单位的别名，在 参考数据.xlsx 的“单位名册”里给该单位加“简称及别名”；如是新单位，加一行；如写错了，改正单元格。",
    ),
    "unit-ambiguous": Wording(
        "单位指代不明",
        ERROR,
        "单位的这个写法[“{found}”]有两家以上在用[：{near}]，不能确定是哪家，有关的行没有计入。",
        "把单元格改成单位全称；或在 参考数据.xlsx 的“单位名册”里只给其中一家留这个别名。",
    ),
    "unit-conflict": Wording(
        "单位前后不一",
        ERROR,
        "单元格、标题、工作表名或文件名说的不是同一家单位[：{found}][，另一处是{other}]，有关的行没有计入。",
        "问清是哪家单位的台账，改正写错的一处；也可在 参考数据.xlsx 的“裁定”里写明这个文件是哪家的。",
    ),
    "unit-missing": Wording(
        "没有写单位",
        ERROR,
        "单元格、标题、工作表名、文件名和文件夹名里都没有单位，有关的行没有计入[（{count} 行）]。",
        "在表里加“填报单位：单位全称”，或把单位全称写进文件名。",
    ),
    "unit-silent": Wording(
        "未报送",
        WARNING,
        "应报的单位没有一份被接收的台账，它的数字都是未知，上级合计不含它。",
        "催报；如报了但没有被接收，先解决它文件里的错误；如不再要求报送，在“单位名册”的“是否应报”写“否”。",
    ),
}

_DATES: Mapping[str, Wording] = {
    "date-invalid": Wording(
        "日期不存在",
        ERROR,
        "日期[“{found}”]不存在或看不懂[（{why}）]，这一行没有计入。",
        "改成实际日期，如 2023-03-05。",
    ),
    "date-ambiguous": Wording(
        "日期有两种读法",
        ERROR,
        "日期[“{found}”]可以有两种读法，或不知道是哪一年[（{why}）][，可能是{near}]，这一行没有计入。",
        "写成带年月日的完整日期，如 2023-06-30；6月30日不要写成数字 6.3[；没有开展的删去这一行，开展了的改正“{status}”]。",
    ),
    "date-missing": Wording(
        "没有日期",
        ERROR,
        "日期是空的，这一行没有计入。",
        "补上实际日期；与上一行同一天的也要逐行写，或合并单元格。",
    ),
    "date-several": Wording(
        "一格多个日期",
        ERROR,
        "一个单元格里有几个日期[：{found}]，不能确定是几次，这一行没有计入。",
        "一次活动写一行，每行一个日期；连续几天的一次活动写成“3月5日至7日”。",
    ),
    "date-year-assumed": Wording(
        "年份由上下文补出",
        NOTICE,
        "日期[“{found}”]没有写年份，已按工作表、标题、文件或文件夹取[ {year} 年]。",
        "核对年份；以后请写完整日期。",
    ),
    "date-from-range": Wording(
        "日期是一段",
        NOTICE,
        "日期[“{found}”]是一段时间，按一次计，记在开始那天[（{kept}）]。",
        "不用处理；如是几次活动，请一次写一行。",
    ),
    "date-month-only": Wording(
        "日期没有写到日",
        NOTICE,
        "日期[“{found}”]没有写到日，按整段时间计入，不参加间隔天数的计算。",
        "不用处理；知道哪一天的请补上。",
    ),
    "date-column-assumed": Wording(
        "用别的日期列代替",
        NOTICE,
        "规定的日期[“{expected}”]没有列或空着，用[“{header}”]列代替。",
        "核对是否合适；以后请填规定的日期列。",
    ),
    "date-out-of-period": Wording(
        "不在报告期",
        WARNING,
        "日期[“{found}”]不在报告期[（{expected}）]内，这一行没有计入。",
        "如日期写错，改正；如确是别的时期的，不用处理。",
    ),
    "date-in-future": Wording(
        "晚于统计截止日",
        WARNING,
        "日期[“{found}”]晚于统计截止日[（{expected}）]，这一行没有计入。",
        "如日期写错，改正；如是计划中的活动，开展后再报。",
    ),
}

_CELLS: Mapping[str, Wording] = {
    "quantity-invalid": Wording(
        "不是数字",
        ERROR,
        "[“{header}”]这里应填数字，填的不是；这一项按未知处理，不影响这一行计次。",
        "改成阿拉伯数字；不适用填“/”，没有填“无”或 0。",
    ),
    "quantity-ambiguous": Wording(
        "数字不确定",
        ERROR,
        "数字[“{found}”]是一个范围、约数[或{ordinal}]，不能确定是多少；这一项按未知处理，不影响这一行计次。",
        "填实际数字；确实只知道大概的写“约25”或“20余”。"
        "[是{ordinal}的，把表头“{header}”改为“第几次”；是次数的，在 参考数据.xlsx 的“裁定”里写：列、{header}、{header}。]",
    ),
    "quantity-negative": Wording(
        "负数",
        ERROR,
        "数字[“{found}”]小于 0；这一项按未知处理，不影响这一行计次。",
        "改成实际数字。",
    ),
    "quantity-fraction": Wording(
        "人数、次数有小数",
        ERROR,
        "这里填的[“{found}”]是小数，人数、次数应是整数；这一项按未知处理，不影响这一行计次。",
        "改成整数；如单位是“万”，在表头注明（如“阅读量（万）”）。",
    ),
    "quantity-approximate": Wording(
        "约数",
        NOTICE,
        "这里填的[“{found}”]是约数，合计成为一个区间，报告里会写“约”或“余”。",
        "知道准确数字的请改成准确数字；否则不用处理。",
    ),
    "quantity-outlier": Wording(
        "数字异常大",
        WARNING,
        "这里填的[“{found}”]是本单位这一列中位数[（{expected}）]的 100 倍以上，已照数计入。",
        "核对是不是多写了零、或把单位“元”当成了“万元”；写错就改正，没错不用处理。",
    ),
    "choice-unknown": Wording(
        "类别不认识",
        WARNING,
        "[“{header}”]这里的类别[“{found}”]空着或不在规定的取值里[，相近的有：{near}]，按“其他”或未定计入。",
        "改成规定的取值；如是规定取值的另一种写法，把它加进 ledgers.toml 该字段的 choices。",
    ),
    "formula-error": Wording(
        "公式出错",
        ERROR,
        "单元格是公式错误值[ {found}]，按未知处理。",
        "修好公式，或直接填数字。",
    ),
    "formula-uncached": Wording(
        "公式没有结果",
        ERROR,
        "单元格是公式，文件里没有存它的结果，按未知处理。",
        "用 Excel 或 WPS 打开文件，保存一次后重报，或直接填数字。",
    ),
}

_ROWS: Mapping[str, Wording] = {
    "row-duplicate": Wording(
        "重复的行",
        WARNING,
        "与另一行[（{other}）]各列都相同[，或者是另几行之和（从{summed}起）]，只计一次。",
        "如是重复登记，删去一行；如确是两次活动，请在内容或时间上写出区别。",
    ),
    "row-suspect-duplicate": Wording(
        "疑似重复的行",
        WARNING,
        "与另一行[（{other}）]的单位、日期、形式和内容相同，其他列不同[；或者{summed}几行的合计，日期包含它们]，两行都计入了。",
        "核对是不是同一次活动：是就删去一行，不是就不用处理。",
    ),
    "row-joint": Wording(
        "几家单位的同一活动",
        WARNING,
        "另一家单位[（{other}）]也登记了同一天同一内容的联合活动，各家都计入了，上级合计里计了两次以上。",
        "如上级只应计一次，请商定由一家登记；如各计各的，不用处理。",
    ),
    "total-mismatch": Wording(
        "合计与明细不符",
        WARNING,
        "表里的合计与明细对不上[：{header}][，合计填 {stated}][，明细是 {counted}][，差在{rows}]；按明细计入。",
        "核对明细有没有漏登或多登，改正明细或合计。",
    ),
    "incident-order": Wording(
        "时间先后颠倒",
        WARNING,
        "几个时间[（{order}）]的先后不对，这条不参加及时率和中位用时。",
        "改正写错的时间。",
    ),
    "fill-down": Wording(
        "空格沿用上一行",
        NOTICE,
        "[“{header}”]这里是空的，按上面一格[“{found}”]计。",
        "核对是否同上；以后请逐行填写。",
    ),
}

_FIGURES: Mapping[str, Wording] = {
    "figure-inconsistent": Wording(
        "数字之间矛盾",
        WARNING,
        "指标[ {field} ]与有关的数字矛盾[：实为 {found}][，应当 {expected}][（{other}）]。",
        "查看有关台账的类别和数字有没有填错；核实以前不要用在正式报告里。",
    ),
    "figure-approximate": Wording(
        "约数进了报告",
        WARNING,
        "报告[“{found}”]用到的指标[“{name}”]由约数合成，文中已写成约数。",
        "要写准确数字，请有关单位补报准确数。",
    ),
    "figure-zero": Wording(
        "报告里出现 0",
        WARNING,
        "报告[“{found}”]用到的指标[“{name}”]是 0，句子可能不通。",
        "确实是 0 就改写这句话；不该是 0 就查有关台账。",
    ),
    "figure-unknown": Wording(
        "报告里有未知数",
        WARNING,
        "报告[“{found}”]用到的指标[“{name}”]没有数据，文中已作标记。",
        "催报有关台账；来不及就删改这句话，不要当成 0。",
    ),
}

CATALOGUE: Mapping[str, Wording] = {
    **_FILES,
    **_SHEETS,
    **_COLUMNS,
    **_UNITS,
    **_DATES,
    **_CELLS,
    **_ROWS,
    **_FIGURES,
}
"""By code, in the order in which lists show them."""
