import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QUESTION_REST_MS } from './driver.ts';
import { WatchedTerminal } from './watched-terminal.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const PROMPT = '\x1b]133;A\x07sammy@server:~$ ';
const started = (command: string): string => `${command}\r\n\x1b]133;C;cmdline=${command}\x07`;
const ended = (status: number): string => `\x1b]133;D;${status}\x07${PROMPT}`;

describe('WatchedTerminal', () => {
  let terminal: WatchedTerminal;
  beforeEach(() => {
    terminal = new WatchedTerminal(40, 6);
    terminal.feed(bytes(PROMPT));
  });
  afterEach(() => terminal.dispose());

  it('tells when a command has ended, and how', async () => {
    terminal.expectCommand();
    terminal.feed(bytes(started('false') + ended(1)));
    expect(await terminal.waitFor({ end: true }, 1000)).toEqual({ kind: 'ended', exit: 1 });
  });

  it('does not take the prompt before the command for its end', async () => {
    terminal.expectCommand();
    terminal.feed(bytes(PROMPT));
    expect(await terminal.waitFor({ end: true }, 20)).toEqual({ kind: 'timeout' });
  });

  it('finds text of this command only, across the edge and colours', async () => {
    terminal.expectCommand();
    terminal.feed(bytes(`${started('one')}Running on old${ended(0)}`));
    await terminal.waitFor({ end: true }, 1000);
    terminal.expectCommand();
    terminal.feed(bytes(started('echo Running on')));
    expect(await terminal.waitFor({ text: 'Running on' }, 20)).toEqual({ kind: 'timeout' });
    terminal.feed(bytes(`${'x'.repeat(35)}Run\x1b[32mning \x1b[0mon`));
    expect(await terminal.waitFor({ text: 'Running on' }, 1000)).toEqual({ kind: 'text' });
  });

  it('finds text after more lines than the screen has', async () => {
    terminal.expectCommand();
    terminal.feed(bytes(`${started('seq')}first\r\n${'line\r\n'.repeat(50)}`));
    expect(await terminal.waitFor({ text: 'first' }, 1000)).toEqual({ kind: 'text' });
  });

  it('sees a question, but not a line that is over', async () => {
    terminal.expectCommand();
    terminal.feed(bytes(`${started('apt')}Is it right?\r\nDone.\r\n`));
    expect(await terminal.waitFor({ question: true }, 2 * QUESTION_REST_MS)).toEqual({ kind: 'timeout' });
    terminal.feed(bytes('0% [1 InRelease 2136 B/2136 B 100%]'));
    expect(await terminal.waitFor({ question: true }, 2 * QUESTION_REST_MS)).toEqual({ kind: 'timeout' });
    terminal.feed(bytes('\rDo you want to continue? [Y/n] '));
    expect(await terminal.waitFor({ question: true, end: true }, 1000)).toEqual({ kind: 'question' });
  });

  it('does not take a line that is half printed for a question', async () => {
    terminal.expectCommand();
    terminal.feed(bytes(`${started('apt')}W:`));
    const asked = terminal.waitFor({ question: true, end: true }, 2 * QUESTION_REST_MS);
    terminal.feed(bytes(' the key is old\r\n'));
    expect(await asked).toEqual({ kind: 'timeout' });
  });

  it('looks at the screen of a full-screen program', async () => {
    terminal.expectCommand();
    terminal.feed(bytes(`${started('nano a')}\x1b[?1049h\x1b[H  GNU nano 7.2  a`));
    expect(await terminal.waitFor({ text: 'GNU nano', end: true }, 1000)).toEqual({ kind: 'text' });
    terminal.feed(bytes(`\x1b[?1049l${ended(0)}`));
    expect(await terminal.waitFor({ end: true }, 1000)).toEqual({ kind: 'ended', exit: 0 });
  });

  it('tells what was printed, and what of it is red', async () => {
    terminal.expectCommand();
    terminal.feed(
      bytes(
        `${started('sudo reboot')}\x1b[0;1;31mCall to Reboot failed: Access denied\x1b[0m\r\n` +
          `an \x1b[91mold\x1b[0m and a \x1b[38;5;196mnew\x1b[39m and \x1b[38;2;200;20;20mtrue\x1b[m red, \x1b[33myellow\x1b[m\r\n${ended(0)}`,
      ),
    );
    expect(await terminal.printedLines()).toEqual([
      { text: 'Call to Reboot failed: Access denied', red: ['Call to Reboot failed: Access denied'] },
      { text: 'an old and a new and true red, yellow', red: ['old', 'new', 'true'] },
      { text: 'sammy@server:~$', red: [] },
    ]);
  });

  it('puts wrapped lines together, with their red', async () => {
    terminal.expectCommand();
    terminal.feed(
      bytes(`${started('x')}${'x'.repeat(35)}\x1b[1;31mover the edge\x1b[m of it\r\n${ended(0)}`),
    );
    expect(await terminal.printedLines()).toMatchObject([
      { text: `${'x'.repeat(35)}over the edge of it`, red: ['over the edge'] },
      {},
    ]);
  });

  it('tells which lines reach the edge, where their program may have cut them', async () => {
    terminal.expectCommand();
    const texts = ['x'.repeat(40), 'y'.repeat(80), 'z'.repeat(39), 'w'.repeat(41)];
    terminal.feed(bytes(`${started('ps')}${texts.join('\r\n')}\r\n${ended(0)}`));
    const lines = await terminal.printedLines();
    expect(lines.map(({ reachesEdge }) => reachesEdge ?? false)).toEqual([true, true, false, false, false]);
    expect(lines.map(({ text }) => text).slice(0, 4)).toEqual(texts);
  });

  it('leaves out the command before, and what a full-screen program showed', async () => {
    terminal.expectCommand();
    terminal.feed(bytes(`${started('one')}\x1b[31mold\x1b[m\r\n${ended(1)}`));
    await terminal.waitFor({ end: true }, 1000);
    terminal.expectCommand();
    terminal.feed(
      bytes(`${started('nano a')}\x1b[?1049h\x1b[H\x1b[31m  GNU nano error\x1b[m\x1b[?1049l${ended(0)}`),
    );
    expect(await terminal.printedLines()).toEqual([{ text: 'sammy@server:~$', red: [] }]);
  });
});
