/** What is wrong in whose file and what to do about it, by kind. */
const PLACES = 60;
const SIGNS = { error: "✗", warning: "!", notice: "i" };

class FindingList {
  constructor(book) {
    this.all = book.findings.groups.map(([severity, code, title, message, advice, unit, file, sheet, cells, count]) => (
      { severity, code, title, message, advice, unit, file, sheet, cells, count }));
    Object.assign(this, { found: book.findings, wanted: { severity: "", code: "", unit: "", file: "", typed: "" } });
    this.count = element("p", { class: "count", role: "status" });
    this.place = element("div", { class: "kinds" });
    section("findings").append(fields(this.fields()), this.count, this.place);
    this.show();
    onPrint((printing) => { if (printing) this.place.querySelectorAll("details").forEach((kind) => { kind.open = true; }); });
  }

  fields() {
    const changed = (name) => (value) => { this.wanted[name] = value; this.show(); };
    const { names, counts } = this.found;
    const severities = Object.entries(names).map(([severity, name]) => [severity, `${name} ${counts[severity]}`]);
    const codes = new Map(this.all.map((each) => [each.code, each.title]));
    return [
      choice("级别", [["", "全部级别"], ...severities], "", changed("severity")),
      choice("问题", [["", "全部问题"], ...codes], "", changed("code")),
      choice("单位", [["", "全部单位"], ...this.occurring("unit")], "", changed("unit")),
      choice("文件", [["", "全部文件"], ...this.occurring("file")], "", changed("file")),
      search("查找", changed("typed")),
    ].map((field) => field.node);
  }

  occurring(name) {
    const found = [...new Set(this.all.map((each) => each[name]).filter(Boolean))].sort(WORDS.compare);
    return found.map((each) => [each, each]);
  }

  fits(each) {
    const { typed, ...wanted } = this.wanted;
    const same = Object.entries(wanted).every(([name, value]) => value === "" || each[name] === value);
    return same && (typed === "" || matches(typed, each.title, each.message, each.advice, each.unit, each.file, each.sheet, each.cells));
  }

  show() {
    const kinds = new Map();
    for (const each of this.all.filter((one) => this.fits(one))) {
      const key = `${each.severity} ${each.code}`;
      if (!kinds.has(key)) kinds.set(key, []);
      kinds.get(key).push(each);
    }
    const groups = [...kinds.values()];
    this.place.replaceChildren(...groups.map((group, place) => this.kind(group, place === 0)));
    this.count.textContent = this.summary(groups.flat());
  }

  summary(shown) {
    if (!this.all.length) return "✓ 没有发现问题。";
    const total = shown.reduce((sum, each) => sum + each.count, 0);
    const more = this.found.left_out ? `；另有 ${this.found.left_out} 项没有列在这里，见 问题清单.xlsx` : "";
    return shown.length ? `${shown.length} 项，${total} 处${more}` : `没有符合条件的问题${more}`;
  }

  kind(group, isOpen) {
    const [{ severity, title, advice }] = group;
    const shared = group.every((each) => each.advice === advice);
    const total = group.reduce((sum, each) => sum + each.count, 0);
    const list = element("ul");
    const node = element("details", { class: `kind ${severity}` },
      element("summary", {},
        element("b", { class: "sign" }, `${SIGNS[severity]} ${this.found.names[severity]}`),
        element("span", { class: "title" }, title),
        element("span", { class: "many" }, `${total} 处`)),
      shared ? element("p", { class: "advice" }, element("b", {}, "怎么办："), advice) : null, list);
    node.addEventListener("toggle", () => {
      if (node.open && !list.firstChild) list.after(inSteps(list, group, PLACES, (each) => place(each, shared)));
    });
    node.open = isOpen;
    return node;
  }
}

function place(each, shared) {
  const where = [each.unit, each.file, each.sheet, each.cells].filter(Boolean);
  return element("li", {}, element("p", { class: "where" }, where.join(" › ")), element("p", {}, each.message),
    shared ? null : element("p", { class: "advice" }, element("b", {}, "怎么办："), each.advice));
}
