/** Small charts side by side: the indicators of a unit, or the units of an indicator. */
const CHARTS = 72;

class MonthCharts {
  constructor(book, detail) {
    Object.assign(this, { book, detail });
    this.wanted = { compare: "indicators", unit: String(book.root), indicator: "0", scope: "" };
    this.place = element("div", { class: "charts" });
    this.fields = this.makeFields();
    section("months").append(fields(this.fields.map((field) => field.node)), this.place);
    this.show();
  }

  makeFields() {
    const changed = (name) => (value) => { this.wanted[name] = value; this.show(); };
    return [
      choice("看", [["indicators", "一个单位的各项指标"], ["units", "一项指标的各单位"]], this.wanted.compare, changed("compare")),
      choice("单位", unitOptions(this.book), this.wanted.unit, changed("unit")),
      choice("指标", indicatorOptions(this.book), this.wanted.indicator, changed("indicator")),
      choice("范围", [["", "各指标的常用范围"], ["own", "本级"], ["all", "本级及所属"]], "", changed("scope")),
    ];
  }

  show() {
    this.fields[2].select.disabled = this.wanted.compare === "indicators";
    this.place.replaceChildren();
    const more = inSteps(this.place, this.rows(), CHARTS, (row) => this.card(row));
    if (this.more) this.more.remove();
    this.more = more;
    this.place.after(more);
  }

  rows() {
    const unit = Number(this.wanted.unit);
    if (this.wanted.compare === "units") return this.book.below(unit).map((each) => this.row(Number(this.wanted.indicator), each));
    const isKnown = (row) => this.book.byMonth(row).some((month) => month.size !== null);
    return this.book.indicators.map((_, indicator) => this.row(indicator, unit)).filter(isKnown);
  }

  row(indicator, unit) {
    return this.book.row(indicator, this.wanted.scope || this.book.indicators[indicator].scope, unit);
  }

  card(row) {
    const { book } = this;
    const name = this.wanted.compare === "units" ? book.nameOf(row) : book.described(row).name;
    return element("button", { type: "button", class: "card", click: () => this.detail.open(row) },
      element("span", { class: "name" }, name),
      element("span", { class: "sum" }, book.wordedValue(row)),
      bars(book.byMonth(row), book.described(row).percent));
  }
}
