/**
 * Explains why a request from outside did not get its page from uWSGI through Nginx, by walking the chain:
 * firewall, Nginx, its configuration, the socket and its permissions, the unit, uWSGI's configuration, the
 * application. The first link that is broken is the cause.
 */
import type { HttpOutcome } from '../../sandbox/types.ts';
import { callableIn } from '../guest/callable.ts';
import type { CheckContext } from '../guest/context.ts';
import { gatherMachine, gatherNginx, type MachineFacts, type NginxFacts } from '../guest/facts.ts';
import { portOf, serverOf } from '../guest/http.ts';
import type { Proof } from '../guest/served.ts';
import { socketOfPass, uwsgiPasses } from '../guest/server-blocks.ts';
import { gatherServer, socketOf, type AnyUwsgi, type ServerName } from '../guest/server.ts';
import { quote } from '../guest/survey.ts';
import { hasAllowRule, letsIn } from '../guest/ufw.ts';
import type { VassalFacts } from '../guest/vassal-facts.ts';
import { excerpt } from '../text.ts';
import { afterCode, afterSocket, showLog } from '../words/en/keeper.ts';
import { nameProgram } from '../words/en/phrases.ts';
import { trouble, type Trouble } from '../words/index.ts';
import { closedTrouble } from './firewall/closed.ts';
import {
  notLinkedTrouble,
  notRestartedTrouble,
  routeOf,
  runningTrouble,
  type Route,
} from './nginx/nginx-trouble.ts';
import { requestErrorTrouble } from './python/request-error.ts';
import { stuckTrouble } from './python/stuck-trouble.ts';
import { textBodyTrouble } from './python/text-body.ts';
import { downTrouble, noApplicationTrouble, settingsTrouble } from './server.ts';
import { listeningTrouble } from './uwsgi/listening-trouble.ts';
import { mismatchTrouble, permissionTrouble } from './uwsgi/socket-trouble.ts';
import { staleTrouble } from './uwsgi/stale-trouble.ts';
import { byHandTrouble } from './uwsgi/vassal-trouble.ts';

/** The request, what came of it, and what the check knows of the guide's names. */
export interface Failure {
  readonly url: URL;
  readonly mark: string;
  readonly outcome: HttpOutcome;
  /** The body as text; `''` without a response. */
  readonly body: string;
  readonly wanted: { readonly status: number; readonly contains: string | undefined };
  readonly proof: Proof | null;
  readonly server: ServerName | null;
  readonly socket: string | undefined;
}

/** The first broken link, or `null` when the chain looks whole. */
export async function explain(failure: Failure, context: CheckContext): Promise<Trouble | null> {
  const { outcome, url } = failure;
  const port = portOf(url);
  const machine = await gatherMachine(context);
  if (outcome.kind === 'timeout' && outcome.phase === 'connect') return blockedTrouble(machine, port);

  const nginx = await gatherNginx(context);
  const uwsgi = failure.server === null ? null : await gatherServer(failure.server, context);
  const running = runningTrouble(nginx);
  if (outcome.kind === 'refused') return running ?? notListeningTrouble(nginx, machine, url, port);
  const bypass = outcome.kind === 'response' ? bypassTrouble(outcome, machine, port) : null;
  if (bypass !== null) return bypass;

  const route = routeOf(nginx, url.hostname, port, url.pathname);
  if ('cause' in route) {
    // The old configuration may still answer; what is on disk would not after the next restart.
    return running ?? route;
  }
  return (
    running ??
    notRestartedTrouble(nginx) ??
    (await beyondNginx(failure, route, nginx, uwsgi, machine, context))
  );
}

/** Nginx is sound and hands the request on: what happens behind it? */
async function beyondNginx(
  failure: Failure,
  route: Route,
  nginx: NginxFacts,
  uwsgi: AnyUwsgi | null,
  machine: MachineFacts,
  context: CheckContext,
): Promise<Trouble | null> {
  const logged = nginx.errorLog.findLast((line) => line.includes(failure.mark));
  const withLog = (trouble: Trouble): Trouble =>
    trouble.evidence !== undefined && trouble.evidence !== ''
      ? trouble
      : { ...trouble, ...(logged === undefined ? {} : { evidence: logged }) };

  const down = uwsgi === null ? null : downTrouble(uwsgi, context.login);
  if (down !== null) return withLog(down);
  const own = uwsgi === null ? null : socketOf(uwsgi, machine);
  const passed = socketOfPass(route.address);
  const stale = uwsgi === null ? null : staleTrouble(uwsgi);

  if (isStatus(failure.outcome, 502)) {
    const stuck = uwsgi === null ? null : (stale ?? stuckTrouble(uwsgi));
    if (stuck !== null) return withLog(stuck);
    if (uwsgi !== null && passed !== null && own !== null && passed !== own) {
      return withLog(mismatchTrouble({ ...route, path: passed }, own, failure.socket, uwsgi, machine));
    }
    const refused = /\((?:2|13|111): /.test(logged ?? '');
    const failed =
      uwsgi === null || refused
        ? null
        : (requestErrorTrouble(uwsgi, failure.mark) ?? requestErrorTrouble(uwsgi));
    if (failed !== null) return withLog(failed);
    const inner = await badGateway(passed, logged ?? '', uwsgi, machine, context);
    return inner === null ? null : withLog(inner);
  }
  if (
    isStatus(failure.outcome, 504) ||
    (failure.outcome.kind === 'timeout' && failure.outcome.phase === 'answer')
  ) {
    const stuck = uwsgi === null ? null : (stale ?? stuckTrouble(uwsgi));
    if (stuck !== null) return withLog(stuck);
    return withLog({
      cause: 'app-too-slow',
      found: 'Nginx passed the request on, and the application has not answered.',
      advice: `See what it is doing with \`${uwsgi === null ? 'sudo journalctl -u myproject' : showLog(uwsgi.keeper)}\`; look for a loop or a wait in your code.`,
    });
  }
  if (uwsgi === null) return null;
  const shadowed = shadowedTrouble(failure, route, nginx, own);
  if (shadowed !== null) return shadowed;
  if (stale !== null) return stale;
  return (
    requestErrorTrouble(uwsgi, failure.mark) ??
    (await emptyTrouble(failure, uwsgi, context)) ??
    answerTrouble(failure, uwsgi)
  );
}

/** The application answered, with nothing in the page. */
function emptyTrouble(
  { outcome, proof, body }: Failure,
  { codeFolder, log, keeper }: AnyUwsgi,
  context: CheckContext,
): Promise<Trouble | null> | null {
  if (!isStatus(outcome, 200) || body !== '' || proof?.by !== 'unit' || proof.app < 0) return null;
  return textBodyTrouble(quote(codeFolder), log, keeper, context);
}

/** A 502: Nginx could not speak with uWSGI. */
async function badGateway(
  socket: string | null,
  logged: string,
  uwsgi: AnyUwsgi | null,
  machine: MachineFacts,
  context: CheckContext,
): Promise<Trouble | null> {
  if (socket !== null && logged.includes('(13: Permission denied)')) {
    return permissionTrouble(socket, uwsgi, machine, context);
  }
  const name = uwsgi?.keeper.name ?? 'myproject';
  const again = uwsgi === null ? `Then \`sudo systemctl restart ${name}\`.` : afterSocket(uwsgi.keeper);
  if (logged.includes('prematurely closed')) {
    const http = uwsgi?.configuration?.ini.entries.find(
      ({ key }) => key === 'protocol' || key === 'http-socket',
    );
    return {
      cause: 'uwsgi-protocol-mismatch',
      found:
        http === undefined
          ? 'uWSGI took the request and ended the connection without an answer.'
          : `uWSGI speaks another protocol than Nginx on this socket: line ${http.line} of its configuration says \`${http.key} = ${http.value}\`.`,
      advice:
        http === undefined
          ? `Read why with \`${uwsgi === null ? `sudo journalctl -u ${name}` : showLog(uwsgi.keeper)}\`: a worker may have died.`
          : `Take that line out, so that uWSGI speaks the uwsgi protocol. ${again}`,
    };
  }
  const elsewhere = uwsgi === null ? null : listeningTrouble(socket, uwsgi);
  if (elsewhere !== null) return elsewhere;
  const settings = uwsgi === null ? null : settingsTrouble(uwsgi);
  if (settings !== null) return settings;
  if (logged.includes('(2: No such file or directory)') || logged.includes('(111: Connection refused)')) {
    const { keeper } = uwsgi ?? { keeper: { kind: 'unit', name } as const };
    return trouble('socket-missing', { seenBy: 'nginx', address: socket, name, keeper });
  }
  return null;
}

/** Somebody answered, but not as the check wants. */
function answerTrouble(failure: Failure, uwsgi: AnyUwsgi): Trouble | null {
  const { outcome, proof, body, wanted } = failure;
  if (outcome.kind !== 'response') return null;
  const name = uwsgi.keeper.name;
  if (outcome.status === 500) {
    const noApplication = (proof?.by === 'unit' && proof.app < 0) || body.trim() === 'Internal Server Error';
    if (noApplication) return noApplicationTrouble(uwsgi);
    return requestErrorTrouble(uwsgi) ?? trouble('app-answers-500', { keeper: uwsgi.keeper });
  }
  if (proof?.by === 'other-uwsgi') {
    if (uwsgi.kind === 'vassal') return outsideJobTrouble(uwsgi, proof.unit);
    return {
      cause: 'uwsgi-outside-unit',
      found: `A uWSGI made the page that the unit ${name} did not start (it belongs to ${proof.unit}).`,
      advice: `Stop the one in your terminal with Ctrl+C, then \`sudo systemctl restart ${name}\`.`,
    };
  }
  if (outcome.status === 404 && wanted.status !== 404) {
    return {
      cause: 'route-missing',
      found: `The chain works, but the application knows no page ${failure.url.pathname}.`,
      advice: `See that \`@${callableIn(uwsgi.callables)}.route("${failure.url.pathname}")\` stands right above your function. ${afterCode(uwsgi.keeper)}`,
    };
  }
  if (outcome.status === wanted.status && proof?.by === 'unit') {
    return {
      cause: 'page-differs',
      found: `The chain works, but the page does not say "${wanted.contains ?? ''}". It says: ${excerpt(body)}`,
      advice: `Compare the text that your function returns with the guide's. ${afterCode(uwsgi.keeper)}`,
    };
  }
  if (outcome.status === wanted.status && proof?.by === 'unknown') {
    return {
      cause: 'not-served-by-uwsgi',
      found: `Nginx answered, but none of ${name}'s workers made this page: its log has no line for the request.`,
      advice:
        uwsgi.kind === 'vassal'
          ? 'Look for what answers first: another vassal whose line `socket` names the same file (`grep -H socket /etc/uwsgi/vassals/*`), another rule in your server block, or a file in the folder in which `try_files` looks.'
          : "Look for a file or another rule that answers first: the location of your server block must hold only `include uwsgi_params;` and `uwsgi_pass …;`. If uWSGI's log is switched off or sent to a file, take that option out of its configuration.",
    };
  }
  return null;
}

/** The page came from a uWSGI with the vassal's log that is no part of the job. */
function outsideJobTrouble(uwsgi: VassalFacts, who: string): Trouble {
  return (
    byHandTrouble(uwsgi) ??
    trouble('uwsgi-outside-job', {
      seen: 'page',
      owner: who,
      job: uwsgi.job?.name ?? '',
      keeper: uwsgi.keeper,
    })
  );
}

/** Another block than the one of this application takes the request, because none has the name. */
function shadowedTrouble(
  { url }: Failure,
  { block, address }: Route,
  nginx: NginxFacts,
  own: string | null,
): Trouble | null {
  const passed = socketOfPass(address);
  if (own === null || passed === null || passed === own || block.names.includes(url.hostname)) return null;
  const other = nginx.blocks.find((candidate) =>
    uwsgiPasses(candidate).some(({ args }) => socketOfPass(args[0] ?? '') === own),
  );
  if (other === undefined) return notLinkedTrouble(nginx, own);
  if (other.names.includes(url.hostname)) return null;
  return {
    cause: 'default-site-shadowed',
    found: `No block is called ${url.hostname}, so the first one that Nginx reads answers: ${block.file}.`,
    advice: `Write \`server_name ${url.hostname};\` into ${other.file}. Then \`sudo nginx -t\` and \`${nginx.service.reload}\`.`,
  };
}

function blockedTrouble({ firewall }: MachineFacts, port: number): Trouble | null {
  if (firewall === null || letsIn(firewall, port)) return null;
  const web = port === 80 || port === 443;
  const named = web && firewall.profiles.has('Nginx Full') && !hasAllowRule(firewall, port);
  return named
    ? closedTrouble(firewall, 'Nginx Full', [80, 443])
    : closedTrouble(firewall, String(port), [port]);
}

function notListeningTrouble(
  nginx: NginxFacts,
  { listeners }: MachineFacts,
  url: URL,
  port: number,
): Trouble | null {
  const stale = notRestartedTrouble(nginx);
  if (stale !== null) return stale;
  if (listeners.some((listener) => listener.port === port)) return null;
  const route = routeOf(nginx, url.hostname, port, url.pathname);
  if ('cause' in route && route.cause === 'server-block-not-linked') return route;
  return {
    cause: 'listen-port-wrong',
    found: `Nginx runs, but listens on no port ${port}.`,
    advice: `Write \`listen ${port};\` in your server block, then \`sudo nginx -t\` and \`${nginx.service.restart}\`.`,
  };
}

/** Somebody other than Nginx answers on its port. */
function bypassTrouble(
  outcome: Extract<HttpOutcome, { kind: 'response' }>,
  { listeners, nginxService }: MachineFacts,
  port: number,
): Trouble | null {
  if (serverOf(outcome).startsWith('nginx')) return null;
  const programs = listeners
    .filter((listener) => listener.port === port)
    .flatMap((listener) => listener.programs);
  return {
    cause: 'nginx-bypassed',
    found: `Not Nginx but ${nameProgram(programs)} answers on port ${port}.`,
    advice: `Stop that program (Ctrl+C in its terminal), then \`${nginxService.restart}\`.`,
  };
}

function isStatus(outcome: HttpOutcome, status: number): boolean {
  return outcome.kind === 'response' && outcome.status === status;
}
