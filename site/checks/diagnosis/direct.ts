/** Explains a request to a program that the reader runs in a terminal: Flask's own server, or uWSGI speaking HTTP. */
import type { HttpOutcome } from '../../sandbox/types.ts';
import { callableIn, listCallables, type Callable } from '../guest/callable.ts';
import type { CheckContext } from '../guest/context.ts';
import { portOf } from '../guest/http.ts';
import { isOpenToAll, LIST_TCP_LISTENERS, parseTcpListeners, type Listener } from '../guest/sockets.ts';
import { outputOf, quote, survey } from '../guest/survey.ts';
import { FIREWALL_QUESTIONS, letsIn, parseFirewall } from '../guest/ufw.ts';
import { trouble, type Trouble } from '../words/index.ts';
import { closedTrouble } from './firewall/closed.ts';
import { pythonErrorTrouble } from './files/python-error.ts';
import { textBodyTrouble } from './python/text-body.ts';

export interface DirectRequest {
  readonly url: URL;
  readonly outcome: HttpOutcome;
  /** Who should have answered; `undefined` when it does not matter. */
  readonly program: 'uwsgi' | 'flask' | undefined;
}

/** The trouble that is recognised, or `null`: then the right program answered, or nothing is known. */
export async function explainDirect(request: DirectRequest, context: CheckContext): Promise<Trouble | null> {
  const { outcome, url, program } = request;
  const port = portOf(url);
  const readings = await survey(context, {
    listeners: LIST_TCP_LISTENERS,
    callables: listCallables(`${quote(context.home)}/*`),
    ...FIREWALL_QUESTIONS,
  });
  const callable = callableIn(readings.callables.output);
  const listeners = parseTcpListeners(outputOf(readings.listeners, 'ss')).filter(
    (listener) => listener.port === port,
  );
  const firewall = parseFirewall(readings);

  switch (outcome.kind) {
    case 'timeout':
      if (outcome.phase === 'connect' && firewall !== null && !letsIn(firewall, port)) {
        return port === 80
          ? closedTrouble(firewall, 'Nginx Full', [80, 443])
          : closedTrouble(firewall, String(port), [port]);
      }
      return null;
    case 'refused':
      return refusedTrouble(listeners, port, program, callable, context);
    case 'broken':
      return runs(listeners, 'uwsgi') ? trouble('protocol-http-missing', { port, callable }) : null;
    case 'response':
      return (
        wrongProgramTrouble(listeners, port, program, callable) ??
        (outcome.status === 500 ? errorTrouble(listeners, callable, context) : null) ??
        (outcome.body.length === 0 ? emptyTrouble(listeners, context) : null)
      );
  }
}

async function refusedTrouble(
  listeners: readonly Listener[],
  port: number,
  program: 'uwsgi' | 'flask' | undefined,
  callable: Callable,
  context: CheckContext,
): Promise<Trouble | null> {
  const first = listeners[0];
  if (first !== undefined) {
    if (listeners.some(isOpenToAll)) return null;
    return trouble('bound-to-localhost', {
      port,
      programs: first.programs,
      address: first.address,
      callable,
    });
  }
  // A program that is gone again often stopped at a line that Python cannot read.
  const broken = await findUnreadableFile(`${context.home}/*/*.py`, context);
  if (broken !== null) return broken;
  return trouble('nothing-listens', {
    port,
    start: program === undefined ? undefined : { server: program, callable },
  });
}

function wrongProgramTrouble(
  listeners: readonly Listener[],
  port: number,
  program: 'uwsgi' | 'flask' | undefined,
  callable: Callable,
): Trouble | null {
  if (program === undefined || listeners.length === 0) return null;
  const wanted = program === 'uwsgi' ? 'uwsgi' : 'python';
  if (runs(listeners, wanted)) return null;
  return trouble('answered-by-another-program', {
    port,
    programs: listeners.flatMap(({ programs }) => programs),
    wanted: program,
    callable,
  });
}

/** uWSGI answers "Internal Server Error" when it could not load the application. */
async function errorTrouble(
  listeners: readonly Listener[],
  callable: Callable,
  context: CheckContext,
): Promise<Trouble | null> {
  if (!runs(listeners, 'uwsgi')) return null;
  return (
    (await findUnreadableFile(`${context.home}/*/*.py`, context)) ?? trouble('app-not-loaded', { callable })
  );
}

/** uWSGI answers with an empty page when the application gives it text instead of bytes. */
function emptyTrouble(listeners: readonly Listener[], context: CheckContext): Promise<Trouble | null> | null {
  if (!runs(listeners, 'uwsgi')) return null;
  return textBodyTrouble(`${quote(context.home)}/*`, [], null, context);
}

/** The first of these files that Python cannot compile. One Python for all of them. */
async function findUnreadableFile(pattern: string, context: CheckContext): Promise<Trouble | null> {
  const program = 'import sys\nfor f in sys.argv[1:]: compile(open(f, "rb").read(), f, "exec")';
  const { compiled } = await survey(context, { compiled: `python3 -I -S -B -c '${program}' ${pattern}` });
  const file = [...compiled.output.matchAll(/File "(\/[^"]+)", line \d+/g)].at(-1)?.[1];
  return compiled.code === 0 || file === undefined ? null : pythonErrorTrouble(compiled.output, file);
}

function runs(listeners: readonly Listener[], program: string): boolean {
  return listeners.some(({ programs }) => programs.some(({ name }) => name.startsWith(program)));
}
