/** The buttons in the chapter's text (and of the checks): finds what they belong to and asks the workspace for it. */
import { bytesOfKeys } from '../chapter/keys.ts';
import type { Action, FileAction, Step, VisitAction } from '../chapter/model.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { announce, notify } from './announcer.ts';
import type { ChapterSession } from './chapter-session.ts';
import { copyText } from './clipboard.ts';
import { showComparison } from './compare-dialog.ts';
import { compareWithListing, writeListing } from './guest-files.ts';

/** What the buttons need of the workspace. */
export interface ActionHost {
  readonly session: ChapterSession;
  ensureRunning(): Promise<Sandbox>;
  run(command: string, terminal: number): Promise<void>;
  press(bytes: string, terminal: number): Promise<void>;
  visit(url: string, action: VisitAction): Promise<void>;
  checkSteps(steps: readonly Step[]): Promise<void>;
  whileBusy(work: () => Promise<void>): Promise<void>;
  report(error: unknown): void;
}

/** Listens on the whole document: the text is swapped when the reader goes on to the next chapter. */
export function listenToActions(host: ActionHost, signal: AbortSignal): void {
  document.addEventListener(
    'click',
    (event) => {
      const button = event.target instanceof Element ? event.target.closest('button') : null;
      if (!button) return;
      act(host, button)?.catch((error: unknown) => host.report(error));
    },
    { signal },
  );
}

function act(host: ActionHost, button: HTMLButtonElement): Promise<unknown> | null {
  const { session } = host;
  const { dataset } = button;
  const id = button.closest<HTMLElement>('[data-action-id]')?.dataset['actionId'];
  const action = id === undefined ? null : session.action(id);
  if ('copy' in dataset) return copy(button, textOf(action) ?? dataset['text'] ?? '');
  if ('run' in dataset) {
    return action?.kind === 'command'
      ? host.run(action.command, action.terminal)
      : host.run(dataset['text'] ?? '', 1);
  }
  if ('press' in dataset && action?.kind === 'press')
    return host.press(bytesOfKeys(action.keys), action.terminal);
  if ('visit' in dataset && action?.kind === 'visit') return host.visit(action.url, action);
  if ('write' in dataset && action?.kind === 'file') return write(host, action);
  if ('compare' in dataset && action?.kind === 'file') return compare(host, action);
  if ('checkAll' in dataset) return host.checkSteps(session.data.chapter.steps);
  if ('checkNow' in dataset) {
    const step = session.step(button.closest<HTMLElement>('[data-check-group]')?.dataset['checkGroup'] ?? '');
    return step === null ? null : host.checkSteps([step]);
  }
  return null;
}

function textOf(action: Action | null): string | null {
  if (action?.kind === 'command') return action.command;
  return action?.kind === 'file' ? action.content : null;
}

async function copy(button: HTMLButtonElement, text: string): Promise<void> {
  await copyText(text);
  announce('Copied.');
  button.dataset['copied'] = '';
  setTimeout(() => delete button.dataset['copied'], 1500);
}

async function write(host: ActionHost, action: FileAction): Promise<void> {
  const sandbox = await host.ensureRunning();
  await host.whileBusy(async () => {
    try {
      await writeListing(sandbox.agent, action, host.session.data.guide.login);
      host.session.written(action);
      notify(`${action.shownPath} is written.`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      notify(
        `${action.shownPath} could not be written: ${reason} If its folder does not exist yet, create that first.`,
      );
    }
  });
}

async function compare(host: ActionHost, action: FileAction): Promise<void> {
  const sandbox = await host.ensureRunning();
  await host.whileBusy(async () => {
    const copyOnMachine = await sandbox.agent.readFile(action.path);
    host.session.did({ kind: 'help', what: 'compare', id: action.id });
    showComparison(action.shownPath, compareWithListing(copyOnMachine, action));
  });
}
