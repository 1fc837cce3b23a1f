/** Programs of the folder `guest/`, run on the machine to be looked at in the browser pane. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { TerminalPane } from '../pages/terminal-pane.ts';

/**
 * Types a Python program into the guest, lets its port through the firewall (`null`: it is open), and starts it.
 * Resolves when it is ready.
 */
export async function serveWith(
  terminal: TerminalPane,
  name: string,
  {
    port = 5000,
    environment = {},
  }: { port?: number | null; environment?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  const content = gzipSync(await readFile(join(import.meta.dirname, 'guest', name)));
  await terminal.run(`echo ${content.toString('base64')} | base64 -d | gunzip > ${name}`);
  if (port !== null) await terminal.run(`sudo ufw allow ${port}`);
  const settings = Object.entries(environment).map(([key, value]) => `${key}=${value} `);
  await terminal.type(`${settings.join('')}python3 ${name}\n`);
  await terminal.waitForText('ready');
}
