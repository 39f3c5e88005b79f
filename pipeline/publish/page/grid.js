/** A sortable table of any length: only the rows in sight are in the page. Arrow keys move, Enter opens. */
const SPARE = 12;
const PRINTED = 2000;
const GUESS = 40;
const WORDS = new Intl.Collator("zh");

class Grid {
  /** `columns` are {name, cell, order, kind, width, opens}; `open` is called with a row. */
  constructor(label, columns, open = null) {
    Object.assign(this, { columns, open, given: [], rows: [], sorted: null, down: false, active: 0, height: GUESS, printing: false });
    this.heads = columns.map((column, place) => this.head(column, place));
    this.body = element("tbody", { click: (event) => this.clicked(event), keydown: (event) => this.key(event) });
    this.table = element("table", { class: "grid", role: "table", "aria-label": label },
      element("colgroup", {}, columns.map((column) => element("col", { class: column.kind || null }))),
      element("thead", {}, element("tr", { role: "row" }, this.heads)), this.body);
    columns.forEach((column, place) => { this.table.querySelectorAll("col")[place].style.width = column.width; });
    this.node = element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${label}，可以上下滚动`, scroll: () => this.draw() }, this.table);
    this.note = element("p", { class: "print-only" });
    new ResizeObserver(() => this.resized()).observe(this.node);
    onPrint((printing) => this.print(printing));
  }

  head(column, place) {
    const plain = element("span", { class: column.order ? "print-only" : null }, column.name);
    const name = column.order ? [element("button", { type: "button", click: () => this.sort(place) }, column.name), plain] : plain;
    return element("th", { scope: "col", role: "columnheader", class: column.kind || null, "aria-sort": column.order ? "none" : null }, name);
  }

  show(rows) {
    this.given = rows;
    this.active = 0;
    this.node.scrollTop = 0;
    this.arrange();
  }

  /** Up, down, then as it came. */
  sort(place) {
    if (this.sorted !== place) [this.sorted, this.down] = [place, false];
    else if (!this.down) this.down = true;
    else [this.sorted, this.down] = [null, false];
    const says = (head) => (head !== this.sorted ? "none" : this.down ? "descending" : "ascending");
    this.heads.forEach((head, each) => { if (this.columns[each].order) head.setAttribute("aria-sort", says(each)); });
    this.arrange();
  }

  arrange() {
    this.rows = this.sorted === null ? this.given : ordered(this.given, this.columns[this.sorted].order, this.down);
    this.table.setAttribute("aria-rowcount", this.rows.length + 1);
    this.draw(true);
  }

  draw(again = false) {
    const [first, last] = this.window();
    if (!again && first === this.first && last === this.last) return;
    [this.first, this.last] = [first, last];
    const focused = this.body.contains(document.activeElement);
    const rows = this.rows.slice(first, last).map((row, place) => this.line(row, first + place));
    this.body.replaceChildren(this.space(first), ...rows, this.space(this.rows.length - last));
    if (focused) this.focus();
    this.measure(rows[0]);
  }

  resized() {
    this.draw();
    this.measure(this.body.querySelector("tr[data-place]"));
  }

  window() {
    if (this.printing) return [0, Math.min(this.rows.length, PRINTED)];
    const first = Math.max(0, Math.floor(this.node.scrollTop / this.height) - SPARE);
    const seen = Math.ceil(this.node.clientHeight / this.height) + 2 * SPARE;
    return [Math.min(first, Math.max(0, this.rows.length - seen)), Math.min(this.rows.length, first + seen)];
  }

  line(row, place) {
    const cells = this.columns.map((column) => this.cell(column, row, place));
    return element("tr", { role: "row", "aria-rowindex": place + 2, "data-place": place }, cells);
  }

  cell(column, row, place) {
    const content = column.cell(row);
    const inside = column.opens && this.open
      ? element("button", { type: "button", class: "open", tabindex: place === this.active ? "0" : "-1", "aria-label": column.opens(row) }, content)
      : content;
    return element("td", { role: "cell", class: column.kind || null, title: typeof content === "string" ? content : null }, inside);
  }

  space(rows) {
    const space = element("tr", { "aria-hidden": "true", class: "space" });
    space.style.height = `${this.printing ? 0 : rows * this.height}px`;
    return space;
  }

  /** Rows are as high as the reader's letters make them. */
  measure(line) {
    const height = line ? line.getBoundingClientRect().height : 0;
    if (this.printing || height < 1 || Math.abs(height - this.height) < 0.5) return;
    this.height = height;
    this.draw(true);
  }

  clicked(event) {
    const line = event.target.closest("tr[data-place]");
    if (!this.open || !line) return;
    this.active = Number(line.dataset.place);
    this.open(this.rows[this.active]);
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.node.clientHeight / this.height) - 2);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (!this.open || !(event.key in steps)) return;
    event.preventDefault();
    this.active = Math.min(Math.max(this.active + steps[event.key], 0), this.rows.length - 1);
    this.reveal();
    this.draw(true);
    this.focus();
  }

  /** Scrolls so far that the active row is in sight under the header. */
  reveal() {
    const top = this.active * this.height;
    const room = this.node.clientHeight - this.heads[0].offsetHeight - this.height;
    if (top < this.node.scrollTop) this.node.scrollTop = top;
    else if (top > this.node.scrollTop + room) this.node.scrollTop = top - room;
  }

  focus() {
    const button = this.body.querySelector(`tr[data-place="${this.active}"] button.open`);
    (button || this.node).focus({ preventScroll: true });
  }

  print(printing) {
    this.printing = printing;
    this.note.textContent = this.rows.length > PRINTED ? `只打印前 ${PRINTED} 行，共 ${this.rows.length} 行。全部数字在 汇总表.xlsx。` : "";
    this.draw(true);
  }
}

/** What has no order stands last, whatever the direction. */
function ordered(rows, order, down) {
  const keyed = rows.map((row) => [order(row), row]);
  const known = keyed.filter(([key]) => key !== null && key !== undefined && key !== "");
  const rest = keyed.filter(([key]) => key === null || key === undefined || key === "");
  const compare = ([one], [other]) => (typeof one === "string" ? WORDS.compare(one, other) : one - other);
  known.sort(down ? (one, other) => compare(other, one) : compare);
  return [...known, ...rest].map(([, row]) => row);
}

function onPrint(prepare) {
  addEventListener("beforeprint", () => prepare(true));
  addEventListener("afterprint", () => prepare(false));
}
