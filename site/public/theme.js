/*
 * Sets the colours before the page is painted, so that nothing flashes, and says that scripts run: without them,
 * buttons that need one are not shown. A plain script: it must not wait.
 */
(() => {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const show = () => {
    let kept = null;
    try {
      kept = localStorage.getItem('typealong:theme');
    } catch {
      // Storage is forbidden; the system's choice then.
    }
    const dark = kept === 'dark' || (kept !== 'light' && system.matches);
    root.dataset.theme = dark ? 'dark' : 'light';
  };
  root.dataset.scripts = '';
  show();
  // Many systems turn dark in the evening. What the reader has chosen on this page stays, also without storage.
  system.addEventListener('change', () => {
    if (root.dataset.themeChosen === undefined) show();
  });
})();
