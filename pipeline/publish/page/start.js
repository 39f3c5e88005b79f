/** Fills the page; if that fails, says so in words. */
async function start() {
  const book = new Book(await unpacked());
  const detail = new Detail(book);
  coverage(book);
  new FigureTable(book, detail);
  changeList(book, detail);
  new MonthCharts(book, detail);
  new FindingList(book);
  wordingList(book, detail);
  document.documentElement.classList.add("ready");
  performance.mark("ready");
}

start().catch((trouble) => {
  const place = section("trouble");
  place.textContent = `这一页没有显示完整（${trouble.message}）。请换用较新的浏览器打开，或看 汇总表.xlsx。`;
  place.hidden = false;
});
