/** All figures in one table, with what narrows them down. */
const ONLY = {
  "": ["全部", () => true],
  changed: ["与上次运行不同", (book, row) => book.changed.has(row)],
  year: ["与去年同期不同", (book, row) => ![null, 0].includes(growth(book, row))],
  unknown: ["未知", (book, row) => book.count(row, "value") === 0],
  below: ["未达标", (book, row) => resultOf(book, row) === BELOW],
  doubtful: ["能否达标还说不准", (book, row) => DOUBTFUL.includes(resultOf(book, row))],
  about: ["约数", (book, row) => book.bounds(row) !== ""],
  partial: ["有记录不明", (book, row) => book.count(row, "unknown") > 0],
};

class FigureTable {
  constructor(book, detail) {
    this.book = book;
    this.start();
    this.grid = new Grid("数据", figureColumns(book), (row) => detail.open(row));
    this.count = element("p", { class: "count", role: "status" });
    this.fields = this.makeFields();
    const again = element("button", { type: "button", click: () => this.clear() }, "清除筛选");
    const nodes = Object.values(this.fields).map((field) => field.node);
    section("figures").append(fields(nodes, again), this.count, this.grid.node, this.grid.note);
    this.show();
  }

  start() {
    this.wanted = { unit: String(this.book.root), under: false, indicator: "", scope: "", only: "", typed: "" };
  }

  makeFields() {
    const { book } = this;
    const changed = (name) => (value) => this.narrow(name, value);
    const only = Object.entries(ONLY).map(([key, [name]]) => [key, name]);
    return {
      unit: choice("单位", [["", "全部单位"], ...unitOptions(book)], this.wanted.unit, changed("unit")),
      under: tick("含所属单位", changed("under")),
      indicator: choice("指标", [["", "全部指标"], ...this.ledgerOptions(), ...indicatorOptions(book)], "", changed("indicator")),
      scope: choice("范围", [["", "各指标的常用范围"], ["own", "本级"], ["all", "本级及所属"], ["both", "两种都列"]], "", changed("scope")),
      only: choice("只看", only, "", changed("only")),
      typed: search("查找单位或指标", changed("typed")),
    };
  }

  ledgerOptions() {
    const ids = [...new Set(this.book.indicators.map((indicator) => indicator.ledger))];
    return [["整本台账", ids.map((id) => [`ledger:${id}`, this.book.ledgerName(id)])]];
  }

  narrow(name, value) {
    this.wanted[name] = value;
    this.show();
  }

  clear() {
    this.start();
    for (const [name, field] of Object.entries(this.fields)) {
      if (name === "under") field.input.checked = false;
      else (field.select || field.input).value = this.wanted[name];
    }
    this.show();
  }

  show() {
    const rows = this.rows();
    this.count.textContent = rows.length ? `${rows.length} 行` : "没有符合条件的数。可以放宽条件，或点“清除筛选”。";
    this.grid.show(rows);
  }

  rows() {
    const { book } = this;
    const [, fits] = ONLY[this.wanted.only];
    const rows = [];
    for (const unit of this.units()) {
      book.indicators.forEach((indicator, place) => {
        if (!this.takes(indicator, place, unit)) return;
        for (const scope of this.scopes(indicator)) {
          const row = book.row(place, scope, unit);
          if (fits(book, row)) rows.push(row);
        }
      });
    }
    return rows;
  }

  units() {
    const { unit, under } = this.wanted;
    if (unit === "") return this.book.units.tree;
    return under ? this.book.below(Number(unit)) : [Number(unit)];
  }

  takes(indicator, place, unit) {
    const { indicator: wanted, typed } = this.wanted;
    const fits = wanted === "" || wanted === String(place) || wanted === `ledger:${indicator.ledger}`;
    return fits && (typed === "" || matches(typed, this.book.units.names[unit], indicator.name, indicator.id));
  }

  scopes(indicator) {
    const { scope } = this.wanted;
    if (scope === "both") return SCOPES;
    return [scope || indicator.scope];
  }
}

function figureColumns(book) {
  const unit = (row) => book.rank[book.unitOf(row)];
  const scope = (row) => book.scopeOf(row);
  const amount = (column) => (row) => book.amount(row, column);
  const records = (row) => book.count(row, "records");
  return [
    { name: "单位", kind: "unit", width: "16%", cell: (row) => unitCell(book, row), order: unit },
    { name: "指标", kind: "spare", width: "16%", cell: (row) => book.described(row).name, order: (row) => book.indicatorOf(row) },
    { name: "范围", kind: "spare", width: "9%", cell: (row) => SCOPE_NAMES[scope(row)], order: (row) => SCOPES.indexOf(scope(row)) },
    { name: "数值", kind: "value number", width: "12%", cell: (row) => valueCell(book, row), order: amount("value"), opens: (row) => said(book, row) },
    { name: "去年同期", kind: "last number", width: "8%", cell: (row) => pastText(book, row, "last_year"), order: amount("last_year") },
    { name: "同比", kind: "spare", width: "12%", cell: (row) => changeText(book, row), order: (row) => growth(book, row) },
    { name: "目标", kind: "spare", width: "12%", cell: (row) => targetCell(book, row), order: (row) => resultOf(book, row) },
    { name: "记录", kind: "spare number", width: "5%", cell: (row) => String(records(row)), order: records },
    { name: "说明", kind: "spare", width: "10%", cell: (row) => remarks(book, row) },
  ];
}

/** The whole of a row, for those who hear it. */
function said(book, row) {
  return `${book.nameOf(row)}，${book.described(row).name}，${SCOPE_NAMES[book.scopeOf(row)]}：${book.wordedValue(row)}，看明细`;
}

function changeText(book, row) {
  return book.change(row, "on_year").replace(/^同比/, "");
}

/** On a narrow screen the indicator stands over the scope and the unit. */
function unitCell(book, row) {
  const [unit, scope] = [book.nameOf(row), SCOPE_NAMES[book.scopeOf(row)]];
  const name = element("span", { class: "name", title: unit }, element("span", { class: "also" }, `${scope}　`), unit);
  return [element("span", { class: "also" }, book.described(row).name), name];
}

function valueCell(book, row) {
  if (!book.isKnown(row)) return element("span", { class: "mute" }, book.text(row, "value"));
  return [element("b", {}, book.text(row, "value")), element("small", {}, book.described(row).word)];
}

function pastText(book, row, column) {
  return book.amount(row, column) === null ? "" : book.text(row, column);
}

/** For sorting only: the wording of the change has been computed exactly. */
function growth(book, row) {
  const [now, then] = [book.amount(row, "value"), book.amount(row, "last_year")];
  if (now === null || then === null) return null;
  if (book.described(row).percent) return now - then;
  return then ? now / then - 1 : now ? Infinity : 0;
}

function resultOf(book, row) {
  const target = book.target(row);
  return target ? target.result : null;
}

function targetCell(book, row) {
  const target = book.target(row);
  if (!target) return "";
  return element("span", { class: `result-${target.result}`, title: `${target.span}不少于 ${target.minimum}` }, `${RESULTS[target.result]}（≥${target.minimum}）`);
}

function remarks(book, row) {
  return [
    book.changed.has(row) ? `上次 ${book.changed.get(row) || MARKS[0]}` : "",
    book.count(row, "silent") ? `${book.count(row, "silent")} 家未报` : "",
    book.count(row, "unknown") ? `${book.count(row, "unknown")} 条不明` : "",
    book.bounds(row),
  ].filter(Boolean).join("；");
}
