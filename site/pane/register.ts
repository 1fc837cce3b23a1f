/** Registers the pane's service worker and waits until it works. */

/** Its scope is the whole site: absolute paths of the guest's pages lead anywhere in it. */
export async function registerPaneWorker(base: string): Promise<void> {
  if (!('serviceWorker' in navigator)) {
    throw new Error(
      'This browser has no service workers (private windows of some browsers switch them off), so the browser pane cannot show pages. curl in the terminal can.',
    );
  }
  const registration = await navigator.serviceWorker.register(`${base}pane-worker.js`, {
    scope: base,
    updateViaCache: 'none',
  });
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  if (worker === null)
    throw new Error('The browser pane’s service worker vanished while it was registered. Reload the page.');
  await activated(worker);
}

function activated(worker: ServiceWorker): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (worker.state === 'activated') resolve();
      else if (worker.state === 'redundant')
        reject(new Error('The browser pane’s service worker could not start. Reload the page.'));
    };
    worker.addEventListener('statechange', look);
    look();
  });
}
