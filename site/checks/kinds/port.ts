import type { z } from 'zod';
import { callableIn, listCallables, type Callable } from '../guest/callable.ts';
import type { CheckContext } from '../guest/context.ts';
import {
  isOpenToAll,
  LIST_TCP_LISTENERS,
  parseTcpListeners,
  type ListeningProgram,
} from '../guest/sockets.ts';
import { outputOf, quote, survey } from '../guest/survey.ts';
import { fail, pass, type CheckResult } from '../verdict.ts';
import { nameProgram } from '../words/en/phrases.ts';
import { trouble, type Trouble } from '../words/index.ts';
import { defineCheck, type Zod } from './define-check.ts';

const schema = (z: Zod) =>
  z.strictObject({
    port: z.number().int(),
    listening: z.boolean().optional(),
    /** `any`: on all addresses; `local`: on 127.0.0.1 only. */
    address: z.enum(['any', 'local']).optional(),
  });

type PortCheck = z.infer<ReturnType<typeof schema>>;

/** A TCP port in the guest: listened on, on which address, and whether the outside reaches it. */
export const portCheck = defineCheck({
  kind: 'port',
  schema,
  paths: [],
  settles: () => null,
  run: checkPort,
});

/** A TCP port is listened on, on the right addresses; or nothing listens on it. */
async function checkPort(check: PortCheck, context: CheckContext): Promise<CheckResult> {
  const { port } = check;
  const wanted = check.listening ?? true;
  const expected = describe(port, wanted, check.address);
  const { listeners: reading } = await survey(context, { listeners: LIST_TCP_LISTENERS });
  const listeners = parseTcpListeners(outputOf(reading, 'ss')).filter((listener) => listener.port === port);
  const programs = listeners.flatMap((listener) => listener.programs);

  if (!wanted) {
    if (listeners.length === 0) return pass(expected, `Nothing listens on port ${port}.`);
    return fail(expected, await takenTrouble(port, programs, context));
  }
  if (listeners.length === 0) {
    return fail(expected, trouble('nothing-listens', { port, start: null }));
  }
  const address = listeners.map((listener) => listener.address).join(' and ');
  const open = listeners.some(isOpenToAll);
  if (check.address === 'any' && !open) {
    const callable = await readCallable(context);
    return fail(expected, trouble('bound-to-localhost', { port, programs, address, callable }));
  }
  if (check.address === 'local' && open) {
    return fail(expected, trouble('bound-to-all-addresses', { port, programs, address }));
  }
  return pass(expected, `${nameProgram(programs)} listens on ${address}:${port}.`);
}

/** Another program has the port: which, from where, and whether it sleeps. */
async function takenTrouble(
  port: number,
  programs: readonly ListeningProgram[],
  context: CheckContext,
): Promise<Trouble> {
  const pid = programs[0]?.pid;
  if (pid === undefined) return trouble('port-taken', { port, programs, folder: undefined, sleeps: false });
  const { folder, state } = await survey(context, {
    folder: `readlink /proc/${pid}/cwd`,
    state: `sed -n 's/^State:[[:space:]]*//p' /proc/${pid}/status`,
  });
  return trouble('port-taken', {
    port,
    programs,
    folder: folder.code === 0 ? folder.output.trim() : undefined,
    sleeps: state.output.startsWith('T'),
  });
}

/** What the reader's projects call their application. */
async function readCallable(context: CheckContext): Promise<Callable> {
  const { callables } = await survey(context, { callables: listCallables(`${quote(context.home)}/*`) });
  return callableIn(callables.output);
}

function describe(port: number, wanted: boolean, address: 'any' | 'local' | undefined): string {
  if (!wanted) return `Nothing listens on port ${port}.`;
  if (address === 'any') return `A program listens on port ${port} of all addresses.`;
  if (address === 'local') return `A program listens on port ${port} of 127.0.0.1 only.`;
  return `A program listens on port ${port}.`;
}
