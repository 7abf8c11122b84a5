// Begins after the first paint, for which a small machine needs both of its cores. A page
// that nobody sees is not painted, and starts at once.
let begun = false;
const begin = async () => {
  if (begun) return;
  begun = true;
  const client = await import(`${path}.js`);
  await client.default({ module_or_path: `${path}.wasm` });
  client.hydrate();
};
if (document.hidden) {
  begin();
} else {
  new PerformanceObserver(begin).observe({ type: 'paint', buffered: true });
  setTimeout(begin, 1000);
}
