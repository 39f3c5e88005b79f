/** What differs from the last run, and how each report words a figure. */
function changeList(book, detail) {
  const place = section("changes");
  if (book.changes === null) return place.append(element("p", {}, "这是第一次运行，没有上次的数可比。"));
  if (!book.changes.length) return place.append(element("p", { class: "good" }, "✓ 与上次运行相比，没有数字变化。"));
  const rowOf = ([unit, scope, indicator]) => book.row(indicator, scope, unit);
  const grid = new Grid("变动", [
    ...nameColumns(book, rowOf),
    { name: "上次", kind: "number", cell: ([, , , before]) => before || MARKS[0], width: "14%" },
    { name: "这次", kind: "number", cell: ([, , , , now]) => now || MARKS[0], opens: (change) => `${book.nameOf(rowOf(change))}，看明细`, width: "14%" },
  ], (change) => detail.open(rowOf(change)));
  place.append(element("p", { class: "count" }, `${book.changes.length} 个数与上次不同`), grid.node, grid.note);
  return grid.show(book.changes);
}

function wordingList(book, detail) {
  const place = section("wordings");
  if (!book.wordings.length) return place.append(element("p", {}, "这次没有生成报告，或报告里没有用到数字。"));
  const rowOf = ([, [indicator], unit, scope]) => book.row(indicator, scope, unit);
  const known = book.wordings.filter(([, indicators]) => indicators.length);
  const names = ([, indicators]) => indicators.map((indicator) => book.indicators[indicator].name).join(" + ");
  const values = ([, indicators, unit, scope]) => indicators.map((indicator) => book.wordedValue(book.row(indicator, scope, unit))).join(" + ");
  const [unit, , scope] = nameColumns(book, rowOf);
  const grid = new Grid("写法", [
    { name: "报告", cell: ([report]) => report, order: ([report]) => report, width: "26%" },
    unit,
    { name: "指标", kind: "spare", cell: names, order: names, width: "20%" },
    scope,
    { name: "数值", kind: "number", cell: values, opens: (wording) => `${names(wording)}，看明细`, width: "14%" },
    { name: "写作", cell: ([, , , , text]) => text, order: ([, , , , text]) => text, width: "14%" },
  ], (wording) => detail.open(rowOf(wording)));
  place.append(element("p", { class: "count" }, `${known.length} 处`), grid.node, grid.note);
  return grid.show(known);
}

function nameColumns(book, rowOf) {
  return [
    { name: "单位", kind: "unit", cell: (each) => unitCell(book, rowOf(each)), order: (each) => book.rank[book.unitOf(rowOf(each))], width: "22%" },
    { name: "指标", kind: "spare", cell: (each) => book.described(rowOf(each)).name, order: (each) => book.indicatorOf(rowOf(each)), width: "24%" },
    { name: "范围", kind: "spare", cell: (each) => SCOPE_NAMES[book.scopeOf(rowOf(each))], order: (each) => SCOPES.indexOf(book.scopeOf(rowOf(each))), width: "12%" },
  ];
}
