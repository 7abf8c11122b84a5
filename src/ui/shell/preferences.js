// Runs before the first paint, so that the page starts in the colours, in the view and with
// the cards folded that the reader chose. src/client/preferences.rs writes what is read here.
try {
  const root = document.documentElement;
  const [chosen] = (localStorage.getItem('gpu-observatory.1') ?? '').split(' filter=');
  for (const name of ['theme', 'view']) {
    const value = new RegExp(`(?:^| )${name}=(\\w+)`).exec(chosen)?.[1];
    if (value) root.dataset[name] = value;
  }
  // Until the client has the cards in hand, which then takes the attribute away.
  const keys = / fold=([\w#,-]+)/.exec(chosen)?.[1]?.split(',').filter(Boolean);
  if (keys) {
    const cards = `[data-fold] :is(${keys.map((key) => `.card[data-key="${key}"]`)})`;
    const sheet = new CSSStyleSheet();
    sheet.insertRule(`${cards} { align-self: start }`);
    sheet.insertRule(`${cards} :is(.body, .id, .what) { display: none }`);
    sheet.insertRule(`${cards} > .brief { display: flex !important }`);
    document.adoptedStyleSheets = [sheet];
    root.dataset.fold = '';
  }
} catch {
  // A browser that stores nothing: the page starts as it does for everybody.
}
