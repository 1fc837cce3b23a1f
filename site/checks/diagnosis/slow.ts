/** Nginx passed a request on, and nothing came back in time. */
import type { CheckContext } from '../guest/context.ts';
import type { MachineFacts } from '../guest/facts.ts';
import { hasWorkers } from '../guest/journal.ts';
import type { AnyUwsgi } from '../guest/server.ts';
import { quote, survey } from '../guest/survey.ts';
import { trouble, type Trouble } from '../words/index.ts';

/** What lets a request wait: a loop without end, a pause, a program or an address that is waited for. */
const WAITS =
  '^[[:space:]]*(while (True|1)[[:space:]]*:|(time\\.)?sleep\\(|.*(time\\.sleep|requests\\.(get|post)|urlopen|subprocess\\.\\w+)\\()';

export async function slowTrouble(
  uwsgi: AnyUwsgi | null,
  { processes, listeners }: MachineFacts,
  context: CheckContext,
): Promise<Trouble> {
  if (uwsgi === null) return trouble('app-too-slow', { keeper: null, place: null });
  const { keeper, codeFolder, codeLines, log } = uwsgi;
  const files = `${quote(codeFolder)}/*.py`;
  const { waits } = await survey(context, {
    waits: `grep -HnsE ${quote(WAITS)} ${files}; true`,
  });
  const isReady = hasWorkers(log);
  // A server that the application starts when it is imported keeps uWSGI from ever coming to its workers.
  const own =
    uwsgi.kind === 'unit' ? processes.filter(({ unit }) => unit === uwsgi.unit.id) : uwsgi.processes;
  const pids = new Set(own.map(({ pid }) => pid));
  const held = listeners.find(({ programs }) => programs.some(({ pid }) => pids.has(pid)));
  const run = codeLines.find(({ text }) => /^[A-Za-z_]+\.run\(/.test(text)) ?? null;
  const entries = uwsgi.configuration?.ini.entries ?? [];
  const isConfigured = entries.some(({ value }) => value.endsWith(`:${held?.port ?? ''}`));
  if (!isReady && held !== undefined && !isConfigured && run !== null) {
    return trouble('app-run-at-import', { port: held.port, place: run, keeper });
  }
  return isReady
    ? trouble('app-too-slow', { keeper, place: placeIn(waits.output) })
    : trouble('app-still-loading', { keeper, place: placeIn(waits.output) });
}

/** The first line that `grep -Hn` has found. */
function placeIn(
  output: string,
): { readonly file: string; readonly line: number; readonly text: string } | null {
  const [, file = '', line = '', text = ''] = /^(\/[^:]+):(\d+):(.*)$/m.exec(output) ?? [];
  return file === '' ? null : { file, line: Number(line), text: text.trim() };
}
