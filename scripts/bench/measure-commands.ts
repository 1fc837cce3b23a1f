import type { Browser } from 'playwright';
import { chapterPath } from '../../e2e/pages/chapter-page.ts';
import { COMMANDS, type BenchCommand, type CommandTimes } from './commands.ts';
import type { CountingServer } from './counting-server.ts';
import { openPlainPage } from './measure-plain.ts';
import { openChapter } from './measure-typealong.ts';
import { type BenchPage, type BenchTerminal, runInGuest, timeToPrompt, VIEWPORT } from './tab.ts';

/** Every command on a machine of its own, at the start of its chapter in our site. */
export async function measureCommands(
  browser: Browser,
  server: CountingServer,
): Promise<readonly CommandTimes[]> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  return measureIn(COMMANDS, ({ chapter }) => openChapter(context, server, chapterPath(chapter)));
}

/**
 * The same in the plain embedding, whose machine must be that of the commands' chapter. `slow`: with those that take
 * more than a minute there.
 */
export async function measureCommandsPlainly(
  browser: Browser,
  server: CountingServer,
  { slow }: { readonly slow: boolean },
): Promise<readonly CommandTimes[]> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const possible = COMMANDS.filter(
    ({ internet, slowInPlain }) => internet !== true && (slow || slowInPlain !== true),
  );
  return measureIn(possible, () => openPlainPage(context, server));
}

async function measureIn(
  commands: readonly BenchCommand[],
  open: (command: BenchCommand) => Promise<BenchPage>,
): Promise<readonly CommandTimes[]> {
  const times: CommandTimes[] = [];
  for (const command of commands) {
    const bench = await open(command);
    await timeToPrompt(bench);
    times.push(await timeCommand(bench, command));
    await bench.page.close();
  }
  return times;
}

/** How far the counter of instructions goes before it begins again. */
const COUNTER = 2 ** 32;

/** Runs a command twice in a terminal that shows its prompt. */
export async function timeCommand(
  terminal: BenchTerminal & Pick<BenchPage, 'instructions'>,
  { command, fullScreen }: BenchCommand,
): Promise<CommandTimes> {
  const run = async (): Promise<{ ms: number; instructions?: number }> => {
    const before = await terminal.instructions?.();
    const ms = await runInGuest(terminal, command, { everyMs: 20, ...(fullScreen && { fullScreen }) });
    const after = await terminal.instructions?.();
    if (before === undefined || after === undefined) return { ms };
    return { ms, instructions: (after - before + COUNTER) % COUNTER };
  };
  const first = await run();
  const second = await run();
  return {
    command,
    firstMs: first.ms,
    secondMs: second.ms,
    ...(first.instructions !== undefined && { firstInstructions: first.instructions }),
    ...(second.instructions !== undefined && { secondInstructions: second.instructions }),
  };
}
