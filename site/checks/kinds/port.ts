import type { z } from 'zod';
import { callableIn, listCallables, type Callable } from '../guest/callable.ts';
import type { CheckContext } from '../guest/context.ts';
import { isOpenToAll, LIST_TCP_LISTENERS, parseTcpListeners } from '../guest/sockets.ts';
import { outputOf, quote, survey } from '../guest/survey.ts';
import { fail, pass, type CheckResult } from '../verdict.ts';
import { adviseOpenAddress, nameProgram } from '../words/en/phrases.ts';
import type { Trouble } from '../words/index.ts';
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
  const program = nameProgram(listeners.flatMap(({ programs }) => programs));

  if (!wanted) {
    if (listeners.length === 0) return pass(expected, `Nothing listens on port ${port}.`);
    const pid = listeners.flatMap(({ programs }) => programs)[0]?.pid;
    return fail(expected, await takenTrouble(port, program, pid, context));
  }
  if (listeners.length === 0) {
    return fail(expected, {
      cause: 'nothing-listens',
      found: `Nothing listens on port ${port}.`,
      advice: 'Start the program as this step shows, read what it prints, and leave it running.',
    });
  }
  const addresses = listeners.map(({ address }) => address).join(' and ');
  const open = listeners.some(isOpenToAll);
  if (check.address === 'any' && !open) {
    return fail(expected, {
      cause: 'bound-to-localhost',
      found: `${program} listens on ${addresses}:${port}, which only programs on this machine can reach.`,
      advice: adviseOpenAddress(port, await readCallable(context)),
    });
  }
  if (check.address === 'local' && open) {
    return fail(expected, {
      cause: 'bound-to-all-addresses',
      found: `${program} listens on ${addresses}:${port}, open to the outside.`,
      advice: `Bind it to 127.0.0.1:${port} instead and start it again.`,
    });
  }
  return pass(expected, `${program} listens on ${addresses}:${port}.`);
}

/** Another program has the port: which, from where, and whether it sleeps. */
async function takenTrouble(
  port: number,
  program: string,
  pid: number | undefined,
  context: CheckContext,
): Promise<Trouble> {
  const advice = 'Go to the terminal in which it runs and press Ctrl+C.';
  if (pid === undefined) {
    return { cause: 'port-taken', found: `${program} still listens on port ${port}.`, advice };
  }
  const { folder, state } = await survey(context, {
    folder: `readlink /proc/${pid}/cwd`,
    state: `sed -n 's/^State:[[:space:]]*//p' /proc/${pid}/status`,
  });
  const from = folder.code === 0 ? `, started in ${folder.output.trim()},` : '';
  const sleeps = state.output.startsWith('T');
  return {
    cause: 'port-taken',
    found: `${program}${from} still listens on port ${port}${sleeps ? ', although it was put to sleep with Ctrl+Z' : ''}.`,
    advice: sleeps
      ? 'In the terminal in which you started it, `fg` brings it to the front. Then press Ctrl+C.'
      : advice,
  };
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
