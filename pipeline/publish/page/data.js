/** The data of the page, and the questions that its parts ask of it. */
const SCOPES = ["own", "all"];
const SCOPE_NAMES = { own: "本级", all: "本级及所属" };
const MARKS = ["… 未知", "/ 不适用"];
const SPANS = { year: "全年", half: "半年", quarter: "季度", month: "月" };
const RESULTS = ["✓ 已达标", "✗ 未达标", "→ 进行中", "约 待核实", "… 待补报", "… 未知"];
const BELOW = 1;
const DOUBTFUL = [3, 4, 5];

async function unpacked() {
  const stored = JSON.parse(document.getElementById("data").textContent);
  if (!stored.deflate) return stored;
  return JSON.parse(await inflated(bytesOf(atob(stored.deflate))));
}

/** A loop: mapping 3 MB char by char takes half a second. */
function bytesOf(text) {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** `bytes` are those of a zlib stream: two bytes of header, then deflated data. */
async function inflated(bytes) {
  if (typeof DecompressionStream === "undefined") return new TextDecoder().decode(new Inflater(bytes.subarray(2)).all());
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
}

function sums(steps) {
  let sum = 0;
  return steps.map((step) => { sum += step; return sum; });
}

/** A figure is named by a number: indicator, scope and unit in one, so that 61,000 of them can be sorted at once. */
class Book {
  constructor(data) {
    Object.assign(this, data);
    this.size = data.units.names.length;
    this.root = data.units.tree[0];
    this.rank = [];
    data.units.tree.forEach((unit, rank) => { this.rank[unit] = rank; });
    this.children = data.units.names.map(() => []);
    data.units.tree.forEach((unit) => { if (unit !== this.root) this.children[data.units.parents[unit]].push(unit); });
    this.changed = new Map((data.changes || []).map(([unit, scope, indicator, before]) => [this.row(indicator, scope, unit), before]));
    this.worded = this.wordingsByFigure();
    this.trails = data.figures.map(() => null);
  }

  row(indicator, scope, unit) {
    return (indicator * 2 + SCOPES.indexOf(scope)) * this.size + unit;
  }

  indicatorOf(row) { return Math.floor(row / this.size / 2); }
  scopeOf(row) { return SCOPES[Math.floor(row / this.size) % 2]; }
  unitOf(row) { return row % this.size; }
  nameOf(row) { return this.units.names[this.unitOf(row)]; }
  described(row) { return this.indicators[this.indicatorOf(row)]; }
  columns(row) { return this.figures[this.indicatorOf(row)][this.scopeOf(row)]; }

  /** The cell of a column such as `value` or `last_year` as it is shown, without its measure word. */
  text(row, column) {
    return this.numberText(this.indicatorOf(row), this.columns(row)[column][this.unitOf(row)]);
  }

  numberText(indicator, code) {
    return code < MARKS.length ? MARKS[code] : this.figures[indicator].texts[code];
  }

  /** For sorting only; null where there is no number. */
  amount(row, column) {
    return this.figures[this.indicatorOf(row)].sizes[this.columns(row)[column][this.unitOf(row)]];
  }

  count(row, column) { return this.columns(row)[column][this.unitOf(row)]; }
  isKnown(row) { return this.count(row, "value") >= MARKS.length; }
  change(row, column) { return this.figures[this.indicatorOf(row)].changes[this.count(row, column)]; }
  bounds(row) { return this.columns(row).bounds[this.unitOf(row)] || ""; }
  parts(row) { return this.columns(row).parts[this.unitOf(row)] || ""; }

  /** Value with measure word. */
  wordedValue(row) {
    return this.text(row, "value") + (this.isKnown(row) && this.described(row).word ? ` ${this.described(row).word}` : "");
  }

  target(row) {
    const found = this.columns(row).targets[this.unitOf(row)];
    if (!found) return null;
    const [minimum, span, result, basis] = found;
    return { minimum: this.numberText(this.indicatorOf(row), minimum), span: SPANS[span], result, basis };
  }

  byMonth(row) {
    const { sizes } = this.figures[this.indicatorOf(row)];
    return this.columns(row).months.map((codes, month) => {
      const code = codes[this.unitOf(row)];
      return { label: this.months[month], text: this.numberText(this.indicatorOf(row), code), size: sizes[code] };
    });
  }

  /** The unit itself and all under it, in the order of the tree. */
  below(unit) {
    return [unit, ...this.children[unit].flatMap((child) => this.below(child))];
  }

  depth(unit) {
    return unit === this.root ? 0 : 1 + this.depth(this.units.parents[unit]);
  }

  /** What stands for a unit as a part of the one above it. */
  partScope(unit) { return this.children[unit].length ? "all" : "own"; }

  ledgerName(id) {
    const ledger = this.ledgers.find((each) => each.id === id);
    return ledger ? ledger.name : "报送和其他";
  }

  /** The records behind a figure, as far as they stand in the page, and how many there are. */
  records(row) {
    const indicator = this.indicatorOf(row);
    const units = this.scopeOf(row) === "own" ? [this.unitOf(row)] : this.below(this.unitOf(row));
    const trail = this.trail(indicator);
    const found = units.map((unit) => trail.at.get(unit)).filter((at) => at !== undefined);
    const { totals } = this.behind[indicator];
    return {
      total: found.reduce((sum, at) => sum + totals[at], 0),
      shown: found.flatMap((at) => this.recordsAt(indicator, at)),
    };
  }

  /** Of an indicator: where each unit stands, where its records end, and the place of each record. */
  trail(indicator) {
    if (!this.trails[indicator]) {
      const { units, totals, steps } = this.behind[indicator];
      const at = new Map(units.map((unit, index) => [unit, index]));
      this.trails[indicator] = { at, ends: sums(totals.map((total) => Math.min(total, this.cap))), places: sums(steps) };
    }
    return this.trails[indicator];
  }

  recordsAt(indicator, at) {
    const { units, totals, adds, texts } = this.behind[indicator];
    const { ends, places } = this.trail(indicator);
    const end = ends[at];
    const first = end - Math.min(totals[at], this.cap);
    return places.slice(first, end).map((place, each) => {
      const [file, sheet] = this.places.tables[this.places.table[place]];
      const day = this.places.days[this.places.day[place]];
      return { unit: this.units.names[units[at]], day, file, sheet, row: this.places.row[place], adds: texts[adds[first + each]] || "—" };
    });
  }

  wordingsByFigure() {
    const found = new Map();
    for (const [report, indicators, unit, scope, text] of this.wordings) {
      for (const indicator of indicators) {
        const row = this.row(indicator, scope, unit);
        found.set(row, [...(found.get(row) || []), `${report}：${text}`]);
      }
    }
    return found;
  }
}
