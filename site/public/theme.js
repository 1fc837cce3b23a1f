/*
 * Sets the colours before the page is painted, so that nothing flashes, and says that scripts run: without them,
 * buttons that need one are not shown. A plain script: it must not wait.
 */
(() => {
  let kept = null;
  try {
    kept = localStorage.getItem('typealong:theme');
  } catch {
    // Storage is forbidden; the system's choice then.
  }
  const dark = kept === 'dark' || (kept !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.scripts = '';
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
