import { afterEach, expect, test, vi } from 'vitest';
import { copyText } from './clipboard.ts';

afterEach(() => void vi.unstubAllGlobals());

test('text goes to the clipboard', async () => {
  const writeText = vi.fn(() => Promise.resolve());
  vi.stubGlobal('navigator', { clipboard: { writeText } });
  await copyText('ls');
  expect(writeText).toHaveBeenCalledWith('ls');
});

test('a browser that refuses, or has no clipboard, is told in a sentence', async () => {
  vi.stubGlobal('navigator', {});
  await expect(copyText('ls')).rejects.toThrow('did not allow copying');
  const refuse = (): Promise<void> => Promise.reject(new DOMException('no', 'NotAllowedError'));
  vi.stubGlobal('navigator', { clipboard: { writeText: refuse } });
  await expect(copyText('ls')).rejects.toThrow('did not allow copying');
});
