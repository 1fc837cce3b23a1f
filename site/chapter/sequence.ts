/** Whether a chapter's actions can be played in their order. */
import { runsScript, staysInForeground } from './command.ts';
import type { Report } from './error.ts';
import { savedListing } from './listing.ts';
import type { CommandAction, Step } from './model.ts';

/**
 * Reports actions that a replay could not play: a server that nobody ends, a key that nothing waits for, an
 * editor with nothing to type.
 */
export function checkSequence(steps: readonly Step[], report: Report): void {
  /** Per terminal: the command that has it, until a key ends it. */
  const foreground = new Map<number, { readonly command: CommandAction; ended: boolean }>();
  /** Paths of listings that start a server of their own, by file name. */
  const servers = new Set<string>();

  for (const step of steps) {
    for (const action of step.actions) {
      if (action.kind === 'file') {
        if (/\.run\(/.test(action.content)) servers.add(baseName(action.path));
      } else if (action.kind === 'press') {
        const running = foreground.get(action.terminal);
        if (running) running.ended = true;
        else
          report(
            action.line,
            'Press',
            'no command in the foreground before it; a command that stays there has until="…"',
          );
      } else if (action.kind === 'command') {
        const running = foreground.get(action.terminal);
        if (running && !running.ended) reportUnended(running.command, report);
        foreground.delete(action.terminal);
        if (action.reboots) foreground.clear();
        if (action.until !== undefined) foreground.set(action.terminal, { command: action, ended: false });
        else if (keepsTerminal(action.command, servers)) {
          report(
            action.line,
            'until',
            `"${action.command}" stays in the foreground; say what shows that it is ready: until="…"`,
          );
          foreground.set(action.terminal, { command: action, ended: true });
        }
        if (action.edits !== undefined && !savedListing(step.actions, action)) {
          report(
            action.line,
            'nano',
            `no listing of ${action.edits} follows; show what to type in a fence with title="…"`,
          );
        }
      }
    }
  }
  for (const { command, ended } of foreground.values()) if (!ended) reportUnended(command, report);
}

function reportUnended(command: CommandAction, report: Report): void {
  report(
    command.line,
    'until',
    `"${command.command}" keeps terminal ${command.terminal}, and nothing ends it before the next command or the chapter's end; ` +
      'add <Press keys="Ctrl+C" />',
  );
}

function keepsTerminal(command: string, servers: ReadonlySet<string>): boolean {
  const script = runsScript(command);
  return staysInForeground(command) || (script !== null && servers.has(baseName(script)));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
