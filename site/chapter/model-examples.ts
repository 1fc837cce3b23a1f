/** Parts of the chapter model as plain as can be, for tests. */
import type { Action, Chapter, CommandAction, PlacedCheck } from './model.ts';

/** A command in the first terminal that is expected to go well. */
export function exampleCommand(command: string, more: Partial<CommandAction> = {}): CommandAction {
  return {
    kind: 'command',
    id: `s/${command}`,
    line: 7,
    command,
    output: '',
    terminal: 1,
    exit: 0,
    alternative: false,
    reboots: false,
    ...more,
  };
}

/** A chapter of one step. */
export function exampleChapter(actions: readonly Action[], checks: readonly PlacedCheck[] = []): Chapter {
  return {
    guide: 'g',
    slug: 'c',
    number: 1,
    title: 'C',
    summary: '',
    minutes: 5,
    file: 'content/guides/g/01-c.mdx',
    hints: [],
    steps: [{ id: 's', title: 'Set up', actions, checks }],
  };
}
