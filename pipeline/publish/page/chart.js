/** The months of a figure as bars; unknown months keep their place and bear their mark. */
const WIDTH = 240;
const HEIGHT = 84;
const TOP = 16;
const BASE = 66;
const LABELS = 32;
/** Characters that fit above the bars; with more, only the tallest bar is labelled. */

function bars(months, percent) {
  const tallest = Math.max(percent ? 1 : 0, ...months.map((month) => month.size || 0)) || 1;
  const each = WIDTH / Math.max(months.length, 1);
  const peak = months.reduce((best, month) => Math.max(best, month.size || 0), 0);
  const roomy = months.reduce((sum, month) => sum + month.text.length, 0) <= LABELS;
  const shapes = months.flatMap((month, place) => bar(month, place * each, each, tallest, roomy || month.size === peak));
  const said = months.map((month) => `${month.label} ${month.text}`).join("，");
  return drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": said },
    drawn("line", { class: "axis", x1: 0, x2: WIDTH, y1: BASE, y2: BASE }), shapes);
}

function bar(month, left, width, tallest, labelled) {
  const middle = left + width / 2;
  const name = drawn("text", { x: middle, y: HEIGHT - 5, class: "month" }, month.label);
  if (month.size === null) return [drawn("text", { x: middle, y: BASE - 4, class: "gap" }, month.text[0]), name];
  const height = (BASE - TOP) * Math.max(month.size, 0) / tallest;
  const shape = drawn("rect", { class: "bar", x: left + width * 0.2, y: BASE - height, width: width * 0.6, height, rx: 1.5 },
    drawn("title", {}, `${month.label} ${month.text}`));
  const label = labelled ? [drawn("text", { x: middle, y: BASE - height - 4, class: "label" }, month.text)] : [];
  return [shape, ...label, name];
}
