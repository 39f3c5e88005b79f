/** Elements, made of text and never of markup: whatever a cell said stays text. */
const SVG = document.querySelector("svg").namespaceURI;

function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function drawn(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== ""));
  return node;
}

function section(id) { return document.getElementById(id); }

/** A labelled choice; `options` are [value, text], or [text, options] of a group. */
function choice(label, options, value, changed) {
  const select = element("select", { change: () => changed(select.value) }, options.map(option));
  select.value = value;
  return { node: labelled(label, select), select };
}

let controls = 0;

function labelled(label, control) {
  control.id = `control-${controls += 1}`;
  return element("div", { class: "field" }, element("label", { for: control.id }, label), control);
}

function fields(...nodes) {
  return element("form", { class: "fields", submit: (event) => event.preventDefault() }, nodes);
}

function option([value, text]) {
  if (Array.isArray(text)) return element("optgroup", { label: value }, text.map(option));
  return element("option", { value }, text);
}

function search(label, changed) {
  const input = element("input", { type: "search", autocomplete: "off", input: () => changed(input.value) });
  return { node: labelled(label, input), input };
}

function tick(label, changed) {
  const input = element("input", { type: "checkbox", change: () => changed(input.checked) });
  return { node: element("label", { class: "tick" }, input, label), input };
}

/** Whether each word that was typed stands somewhere in the texts. */
function matches(typed, ...texts) {
  const all = texts.join("\n").toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => all.includes(word));
}

/** The units as they stand under one another. */
function unitOptions(book) {
  return book.units.tree.map((unit) => [String(unit), "　".repeat(book.depth(unit)) + book.units.names[unit]]);
}

/** The indicators under the names of their ledgers. */
function indicatorOptions(book) {
  const groups = new Map();
  book.indicators.forEach((indicator, place) => {
    const name = book.ledgerName(indicator.ledger);
    groups.set(name, [...(groups.get(name) || []), [String(place), indicator.name]]);
  });
  return [...groups];
}

/** A plain table for few rows; each cell a text or a node. */
function table(headers, rows, classes = []) {
  const cell = (tag) => (content, column) => element(tag, { class: classes[column] || null, scope: tag === "th" ? "col" : null }, content);
  return element("div", { class: "across", tabindex: "0" }, element("table", {},
    element("thead", {}, element("tr", {}, headers.map(cell("th")))),
    element("tbody", {}, rows.map((row) => element("tr", {}, row.map(cell("td")))))));
}

/** `items` as nodes, the first `step` of them and a button for more. */
function inSteps(place, items, step, make) {
  let shown = 0;
  const more = element("button", { type: "button", class: "more", click: () => next() });
  const next = () => {
    const added = items.slice(shown, shown + step).map(make);
    place.append(...added);
    shown += added.length;
    more.textContent = `再显示 ${Math.min(step, items.length - shown)} 个（还有 ${items.length - shown} 个）`;
    more.hidden = shown >= items.length;
  };
  next();
  return more;
}
