// Runs before the first paint, so that the page starts in the colours and in the view that
// the reader chose. src/client/preferences.rs writes what is read here.
try {
  const chosen = localStorage.getItem('gpu-observatory.1') ?? '';
  for (const name of ['theme', 'view']) {
    const value = new RegExp(`(?:^| )${name}=(\\w+)`).exec(chosen)?.[1];
    if (value) document.documentElement.dataset[name] = value;
  }
} catch {
  // A browser that stores nothing: the page starts as it does for everybody.
}
