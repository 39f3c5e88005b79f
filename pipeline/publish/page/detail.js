/** One figure: how it came about, its months, its parts and the records behind it. */
const PARTS = 50;

class Detail {
  constructor(book) {
    this.book = book;
    this.node = document.getElementById("detail");
    this.trail = [];
    this.node.addEventListener("close", () => document.documentElement.classList.remove("reading"));
    this.node.addEventListener("click", (event) => { if (event.target === this.node) this.node.close(); });
  }

  open(row) {
    this.trail = [row];
    this.show();
    if (!this.node.open) this.node.showModal();
    document.documentElement.classList.add("reading");
  }

  follow(row) {
    this.trail.push(row);
    this.show();
  }

  back() {
    this.trail.pop();
    this.show();
  }

  show() {
    const row = this.trail[this.trail.length - 1];
    this.node.replaceChildren(element("article", {}, this.heading(row), this.facts(row), this.chart(row), this.under(row), this.records(row)));
    this.node.scrollTop = 0;
    this.node.querySelector("h2").focus();
  }

  heading(row) {
    const { book } = this;
    const buttons = [
      this.trail.length > 1 ? element("button", { type: "button", click: () => this.back() }, "‹ 返回") : null,
      element("button", { type: "button", class: "close", click: () => this.node.close() }, "关闭"),
    ];
    return [element("div", { class: "bar-top" }, buttons),
      element("h2", { id: "detail-title", tabindex: "-1" }, `${book.nameOf(row)}　${book.described(row).name}`),
      element("p", { class: "big" },
        element("b", { class: book.isKnown(row) ? null : "mute" }, book.wordedValue(row)),
        element("span", {}, SCOPE_NAMES[book.scopeOf(row)]))];
  }

  facts(row) {
    const { book } = this;
    const target = book.target(row);
    const facts = [
      ["口径", book.described(row).rule],
      ["分子 ÷ 分母", book.parts(row)],
      ["约数，实际在", book.bounds(row)],
      ["去年同期", this.past(row, "last_year", "on_year")],
      ["上期", this.past(row, "previous", "on_period")],
      ["目标", target ? `${target.span}不少于 ${target.minimum}：${RESULTS[target.result]}${target.basis ? `（${target.basis}）` : ""}` : ""],
      ["未报送", book.count(row, "silent") ? `${book.count(row, "silent")} 家单位的这类台账没有报送或没有被接收，没有算在内` : ""],
      ["不明", book.count(row, "unknown") ? `${book.count(row, "unknown")} 条记录的这一项空着或看不清，没有加进去` : ""],
      ["上次运行", book.changed.has(row) ? book.changed.get(row) || MARKS[0] : ""],
      ["报告里写作", (book.worded.get(row) || []).join("；")],
    ];
    const stated = facts.filter(([, text]) => text);
    return element("dl", { class: "facts" }, stated.map(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]));
  }

  past(row, column, change) {
    const { book } = this;
    if (book.amount(row, column) === null) return "";
    return [book.text(row, column), book.change(row, change)].filter(Boolean).join("，");
  }

  chart(row) {
    const months = this.book.byMonth(row);
    if (months.every((month) => month.size === null)) return [];
    return [element("h3", {}, "分月"), element("div", { class: "large" }, bars(months, this.book.described(row).percent))];
  }

  /** The unit's own level and each unit right under it. */
  under(row) {
    const { book } = this;
    const unit = book.unitOf(row);
    if (book.scopeOf(row) === "own" || !book.children[unit].length) return [];
    const rows = [[unit, "own"], ...book.children[unit].map((child) => [child, book.partScope(child)])]
      .map(([part, scope]) => book.row(book.indicatorOf(row), scope, part));
    const lines = rows.map((part) => this.part(part, unit));
    return [element("h3", {}, "本级和所属单位"), table(["单位", "数值", "记录"], lines, [null, "number", "number"])];
  }

  part(row, unit) {
    const { book } = this;
    const name = book.unitOf(row) === unit ? `${book.nameOf(row)}（本级）` : book.nameOf(row);
    const open = element("button", { type: "button", class: "open", click: () => this.follow(row) }, name);
    return [open, book.wordedValue(row), String(book.count(row, "records"))];
  }

  records(row) {
    const { total, shown } = this.book.records(row);
    if (!total) return [element("h3", {}, "记录"), element("p", {}, this.none(row))];
    const several = this.book.scopeOf(row) === "all";
    const rows = shown.slice(0, PARTS).map((each) => [...(several ? [each.unit] : []), each.day, each.file, each.sheet, String(each.row), each.adds]);
    const headers = [...(several ? ["单位"] : []), "日期", "文件", "工作表", "行", "计入"];
    const kinds = [...(several ? [null] : []), "day", "path", null, "number", "number"];
    return [element("h3", {}, `记录 ${total} 条`), table(headers, rows, kinds), unclear(shown), this.rest(row, total - rows.length)];
  }

  none(row) {
    if (this.book.isKnown(row)) return "没有可以列出的记录：已报送，没有符合口径的；或者这个数不是由台账的记录算出的。";
    return "没有记录。";
  }

  rest(row, count) {
    if (!count) return [];
    const ledger = this.book.ledgers.find((each) => each.id === this.book.described(row).ledger);
    const where = ledger && ledger.sheet ? `汇总表.xlsx 的工作表“${ledger.sheet}”` : "“单位”文件夹里各单位自己的汇总";
    return [element("p", { class: "rest" }, `其余 ${count} 条见 ${where}。`)];
  }
}

function unclear(records) {
  return records.some((each) => each.adds === "—") ? element("p", { class: "rest" }, "“—”：这一条的数不明，或这个指标只看日期。") : null;
}
