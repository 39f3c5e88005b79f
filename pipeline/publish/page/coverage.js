/** Who reported, and what became of every row that was read. */
const FATES = [["counted", "计入"], ["out_of_period", "不在本期"], ["duplicate", "重复"], ["rejected", "有错未计入"], ["structure", "标题合计等"]];
const TILES = [["due", "应报单位"], ["received", "已报单位"], ["rate", "报送率"]];

function coverage(book) {
  const { submission, silent, files, rows, accounts } = book.coverage;
  const tiles = TILES.filter(([part]) => submission[part]).map(([part, name]) => tile(name, submission[part]));
  tiles.splice(2, 0, tile("未报送", String(silent.length), silent.length ? "bad" : "good"));
  section("coverage").append(
    element("dl", { class: "tiles" }, tiles, tile("读出数据的文件", String(files)), tile("读取行数", String(rows.read))),
    silence(book, silent), fates(rows), filesRead(accounts));
}

function tile(name, text, kind = "") {
  return element("div", { class: `tile ${kind}` }, element("dt", {}, name), element("dd", {}, text));
}

function silence(book, silent) {
  if (!silent.length) return element("p", { class: "good" }, "✓ 应报的单位都已报送。");
  const names = silent.map((unit) => book.units.names[unit]);
  return element("p", { class: "silent" }, element("b", { class: "bad" }, `✗ 未报送 ${silent.length} 家：`), names.join("、"));
}

function fates(rows) {
  const parts = FATES.map(([fate, name]) => ({ fate, name, count: rows[fate] }));
  const strip = element("div", { class: "strip", "aria-hidden": "true" }, parts.filter(({ count }) => count).map(({ fate, count }) => {
    const part = element("span", { class: fate });
    part.style.flexGrow = count;
    return part;
  }));
  const legend = parts.map(({ fate, name, count }) => element("li", {}, element("i", { class: fate, "aria-hidden": "true" }), `${name} ${count} 行`));
  return element("div", { class: "fates" }, strip, element("ul", {}, legend));
}

function filesRead(accounts) {
  const cells = ["文件", "工作表", "台账", "单位", "读取", ...FATES.map(([, name]) => name)];
  const columns = cells.map((name, place) => ({
    name, cell: (row) => String(row[place]), order: (row) => row[place], kind: place > 3 ? "number" : null, width: ["21%", "10%", "10%", "14%"][place],
  }));
  const grid = new Grid("每个文件的行", columns);
  grid.node.classList.add("wide");
  grid.show(accounts);
  return element("details", {}, element("summary", {}, "每个文件的行都去了哪里"), grid.node, grid.note);
}
