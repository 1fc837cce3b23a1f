/** How the build, the tests and the bench start Debian's Chromium. */
import { existsSync } from 'node:fs';

export const CHROMIUM = {
  executablePath: process.env['TYPEALONG_CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    // The browser's own traffic would disturb what is measured and cannot get out of a test machine anyway.
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    // Chromium's own sandbox refuses to work for root, whom continuous integration often is.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ],
};

/** Where Chromium was looked for and is not; `null` when it is there. */
export function missingChromium({ executablePath }: { executablePath: string } = CHROMIUM): string | null {
  return existsSync(executablePath) ? null : executablePath;
}
