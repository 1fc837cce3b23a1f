import type { CommandAction } from '../../site/chapter/model.ts';
import type { ReplayDriver, TerminalEvent } from './driver.ts';

/**
 * Opens nano with `action`'s command, types `content` with keystrokes, and saves it as the chapters teach:
 * Ctrl+X, y, Enter. Resolves with what the terminal did last: `ended` when all is well.
 */
export async function typeInNano(
  driver: ReplayDriver,
  action: CommandAction,
  content: string,
  timeoutMs: number,
): Promise<TerminalEvent> {
  const { terminal } = action;
  await driver.startCommand(action);
  const opened = await driver.waitFor(terminal, { text: 'GNU nano', end: true }, timeoutMs);
  if (opened.kind !== 'text') return opened;
  // Esc before a key is Alt: to the first line, then cut all that follows. Nothing happens in a new file.
  for (const key of ['Esc', '\\', 'Esc', 't']) await driver.press(terminal, key);
  // nano puts the last line's end there by itself.
  await driver.type(terminal, content.replace(/\n$/, '').replaceAll('\n', '\r'));
  await driver.press(terminal, 'Ctrl+X');
  const asked = await driver.waitFor(terminal, { text: 'Save modified buffer', end: true }, timeoutMs);
  if (asked.kind !== 'text') return asked;
  await driver.press(terminal, 'y');
  const named = await driver.waitFor(terminal, { text: 'File Name to Write', end: true }, timeoutMs);
  if (named.kind !== 'text') return named;
  await driver.press(terminal, 'Enter');
  return driver.waitFor(terminal, { end: true }, timeoutMs);
}
