import { expect, it } from 'vitest';
import { missingChromium } from './chromium.ts';
import { withoutPdfs } from './guide-pdfs.ts';

it('says where it has looked for a Chromium that is not there, and what to do', () => {
  expect(missingChromium({ executablePath: process.execPath })).toBeNull();
  const missing = missingChromium({ executablePath: '/nowhere/chromium' });
  expect(withoutPdfs(missing ?? '')).toMatch(/^The guides have no PDFs: .*\/nowhere\/chromium\. Install it/);
});
