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
import type { IniEntry } from '../guest/ini.ts';
import { hasWorkers, requestLines } from '../guest/journal.ts';
import { asWritten, configuredSockets } from '../guest/listening.ts';
import { isService, plainUnit } from '../guest/processes.ts';
import type { Proof } from '../guest/served.ts';
import { socketOfPass } from '../guest/server-blocks.ts';
import { gatherServer, socketOf, type AnyUwsgi, type ServerName } from '../guest/server.ts';
import { isOpenToAll, type ListeningProgram } from '../guest/sockets.ts';
import { quote, survey } from '../guest/survey.ts';
import { hasAllowRule, letsIn } from '../guest/ufw.ts';
import type { UnitFacts } from '../guest/unit-facts.ts';
import type { VassalFacts } from '../guest/vassal-facts.ts';
import { firstLine } from '../text.ts';
import { trouble, type Cause, type Trouble } from '../words/index.ts';
import { closedTrouble } from './firewall/closed.ts';
import { notRestartedTrouble, runningTrouble } from './nginx/nginx-trouble.ts';
import { ownErrorTrouble, ownRuleTrouble, paramsTrouble } from './nginx/own-rule.ts';
import { closedListenTrouble, passesTo, routeOf, type Route } from './nginx/route.ts';
import { notLinkedTrouble } from './nginx/unloaded.ts';
import { requestErrorTrouble } from './python/request-error.ts';
import { requestTrouble } from './python/request-trouble.ts';
import { stuckTrouble } from './python/stuck-trouble.ts';
import { textBodyTrouble } from './python/text-body.ts';
import { downTrouble, noApplicationTrouble, settingsTrouble } from './server.ts';
import { slowTrouble } from './slow.ts';
import { listeningTrouble } from './uwsgi/listening-trouble.ts';
import { identityTrouble } from './systemd/unit-file-trouble.ts';
import { mismatchTrouble, permissionTrouble } from './uwsgi/socket-trouble.ts';
import { staleTrouble } from './uwsgi/stale-trouble.ts';
import { lineOf } from './uwsgi/value-trouble.ts';
import { byHandTrouble, goneTrouble } from './uwsgi/vassal-trouble.ts';

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
  // Whatever it is, the way to mend it is closed.
  const { lostSudo: group } = machine;
  if (group !== null) return trouble('sudo-lost', { login: context.login, group });
  if (outcome.kind === 'timeout' && outcome.phase === 'connect') return blockedTrouble(machine, port);

  const nginx = await gatherNginx(context);
  const uwsgi = failure.server === null ? null : await gatherServer(failure.server, context);
  const gone = uwsgi?.kind === 'vassal' ? goneWithSite(uwsgi, nginx) : null;
  if (gone !== null) return gone;
  const running = runningTrouble(nginx);
  if (outcome.kind === 'refused') {
    // ufw's `reject` refuses a connection in place of the program.
    return running ?? blockedTrouble(machine, port) ?? notListeningTrouble(nginx, machine, url, port);
  }
  const bypass =
    outcome.kind === 'response'
      ? await bypassTrouble(outcome, failure, nginx, uwsgi, machine, port, context)
      : null;
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

/** With the folder of the application, the file is gone to which Nginx's link leads. */
function goneWithSite(uwsgi: VassalFacts, { brokenLinks }: NginxFacts): Trouble | null {
  const folder = uwsgi.goneFolder?.path;
  const isInIt = brokenLinks.some(({ target }) => folder !== undefined && target.startsWith(`${folder}/`));
  return isInIt ? goneTrouble(uwsgi) : null;
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
  const withLog = (found: Trouble): Trouble =>
    found.evidence !== undefined && found.evidence !== ''
      ? found
      : { ...found, ...(logged === undefined ? {} : { evidence: logged }) };

  const down = uwsgi === null ? null : downTrouble(uwsgi, context.login);
  const own = uwsgi === null ? null : socketOf(uwsgi, machine);
  const passed = socketOfPass(route.address) ?? route.address;
  if (down !== null && uwsgi !== null) {
    // A socket that cannot be made where it should not be is one with the wrong path.
    const elsewhere =
      NO_SOCKET.includes(down.cause) &&
      own !== null &&
      failure.socket !== undefined &&
      own !== failure.socket;
    const wrong = elsewhere
      ? mismatchTrouble({ ...route, path: passed }, own, failure.socket, uwsgi, machine, false)
      : null;
    return withLog(wrong === null ? down : { ...wrong, evidence: down.evidence });
  }
  const stale = uwsgi === null ? null : staleTrouble(uwsgi);

  // Nginx may have its answer only after the check has stopped waiting for one.
  const isBroken = /prematurely closed|sent invalid header|connect\(\) to .* failed/.test(logged ?? '');
  if (isStatus(failure.outcome, 502) || (failure.outcome.kind === 'timeout' && isBroken)) {
    if (stale !== null) return withLog(stale);
    const listens = own ?? (uwsgi === null ? null : addressOf(uwsgi));
    if (uwsgi !== null && listens !== null && !isSameAddress(passed, listens)) {
      return withLog(mismatchTrouble({ ...route, path: passed }, listens, failure.socket, uwsgi, machine));
    }
    const inner = await badGateway(failure, route, logged ?? '', nginx, uwsgi, machine, context);
    return inner === null ? null : withLog(inner);
  }
  if (
    isStatus(failure.outcome, 504) ||
    (failure.outcome.kind === 'timeout' && failure.outcome.phase === 'answer')
  ) {
    const stuck = uwsgi === null ? null : (stale ?? stuckTrouble(uwsgi));
    if (stuck !== null) return withLog(stuck);
    return withLog(await slowTrouble(uwsgi, machine, context));
  }
  if (uwsgi === null) return null;
  const shadowed = shadowedTrouble(failure, route, nginx, own);
  if (shadowed !== null) return shadowed;
  const { outcome, proof, url, mark, body } = failure;
  if (outcome.kind === 'response' && proof?.by === 'unknown') {
    const rule =
      (outcome.status === 500 ? ownErrorTrouble(nginx, route.block, logged ?? '') : null) ??
      ownRuleTrouble(nginx, route.block, url.pathname, outcome.status) ??
      paramsTrouble(nginx, route.block, url.pathname);
    if (rule !== null) return rule;
  }
  if (stale !== null) return stale;
  const failed = proof?.by === 'unit' && proof.app >= 0 && (body === '' || isStatus(outcome, 500));
  return (
    (failed ? await requestTrouble(uwsgi, mark, context) : null) ??
    (await emptyTrouble(failure, uwsgi, context)) ??
    (await answerTrouble(failure, uwsgi, context))
  );
}

/** Causes for which uWSGI cannot make its socket. */
const NO_SOCKET: readonly Cause[] = [
  'runtime-directory-missing',
  'runtime-directory-not-writable',
  'socket-not-creatable',
  'socket-folder-missing',
  'socket-folder-not-writable',
];

/** The address with a port on which uWSGI's configuration lets it listen for Nginx; `null` when that is a path, or nothing. */
function addressOf({ configuration, startFolder }: AnyUwsgi): string | null {
  const sockets = configuration === null ? [] : configuredSockets(configuration.ini, startFolder);
  return sockets.findLast(({ protocol, path }) => protocol === 'uwsgi' && path === null)?.entry.value ?? null;
}

/** Of addresses with ports, the ports count. */
function isSameAddress(passed: string, own: string): boolean {
  const port = /:(\d+)$/;
  const [one, other] = [port.exec(passed)?.[1], port.exec(own)?.[1]];
  return passed === own || (one !== undefined && one === other);
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

/** Keys with which uWSGI speaks something else than its own protocol. */
const OTHER_PROTOCOL: readonly string[] = [
  'http',
  'http-socket',
  'http11-socket',
  'https',
  'fastcgi-socket',
  'scgi-socket',
];

/** The socket is there, but in a `/tmp` that systemd has given to uWSGI alone, or Nginx has another. */
function privateTmpTrouble(
  socket: string,
  wanted: string | undefined,
  uwsgi: AnyUwsgi,
  nginx: NginxFacts,
  { unixListeners }: MachineFacts,
): Trouble | null {
  if (!/^\/(?:var\/)?tmp\//.test(socket) || !unixListeners.some(({ path }) => path === socket)) return null;
  const isPrivate = (unit: UnitFacts): boolean => unit.properties.get('PrivateTmp') === 'yes';
  const { keeper } = uwsgi;
  if (isPrivate(nginx.unit)) return trouble('socket-in-private-tmp', { socket, of: null, wanted, keeper });
  return uwsgi.kind === 'unit' && isPrivate(uwsgi.unit)
    ? trouble('socket-in-private-tmp', { socket, of: uwsgi.unit.name, wanted, keeper })
    : null;
}

/** What Nginx says of a request takes more room than uWSGI has for it. */
function bufferTrouble(uwsgi: AnyUwsgi, logged: string): Trouble | null {
  // Without that, what uWSGI has said was of an earlier request.
  if (!/prematurely closed|reset by peer/.test(logged)) return null;
  const { log, configuration, keeper } = uwsgi;
  const evidence = log.findLast((line) => TOO_LARGE.test(line));
  const [, size, max] = TOO_LARGE.exec(evidence ?? '')?.map(Number) ?? [];
  if (size === undefined || max === undefined || HTTP_SIZES.includes(size)) return null;
  const entry = lineOf(uwsgi, 'buffer-size', 'b');
  return trouble('buffer-too-small', { path: configuration?.path, keeper, size, max, entry }, evidence);
}

/** In uWSGI's protocol the second and the third byte are the size: of a request in HTTP, letters of its method. */
const HTTP_SIZES = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'].map(
  (method) => method.charCodeAt(1) + 256 * method.charCodeAt(2),
);

const TOO_LARGE = /^invalid request block size: (\d+) \(max (\d+)\)/;

/** A 502: Nginx could not speak with uWSGI. */
async function badGateway(
  failure: Failure,
  route: Route,
  logged: string,
  nginx: NginxFacts,
  uwsgi: AnyUwsgi | null,
  machine: MachineFacts,
  context: CheckContext,
): Promise<Trouble | null> {
  const socket = socketOfPass(route.address);
  if (socket !== null && logged.includes('(13: Permission denied)')) {
    const closed = await permissionTrouble(socket, uwsgi, machine, context);
    // The unit may name the group, in a line that systemd passes over.
    const line =
      closed?.cause === 'unit-group-missing' && uwsgi?.kind === 'unit' ? identityTrouble(uwsgi) : null;
    return line === null ? closed : { ...line, symptom: closed?.symptom };
  }
  const inTmp =
    socket === null || uwsgi === null
      ? null
      : privateTmpTrouble(socket, failure.socket, uwsgi, nginx, machine);
  if (inTmp !== null) return inTmp;
  const buffer = uwsgi === null ? null : bufferTrouble(uwsgi, logged);
  if (buffer !== null) return buffer;
  const name = uwsgi?.keeper.name ?? 'myproject';
  const path = failure.socket ?? socket;
  const wanted = uwsgi === null || path === null ? undefined : asWritten(path, uwsgi.startFolder);
  const entries = uwsgi?.configuration?.ini.entries ?? [];
  const ended = logged.includes('prematurely closed');
  if (ended || logged.includes('sent invalid header')) {
    const isOther = ({ key, value }: IniEntry): boolean =>
      (key === 'protocol' && value !== 'uwsgi') || OTHER_PROTOCOL.includes(key);
    const hasSocket = entries.some(({ key }) => key === 'socket' || key === 'uwsgi-socket');
    const http = entries.find((entry) => isOther(entry) && (entry.key === 'protocol' || !hasSocket));
    const keeper = uwsgi?.keeper ?? null;
    if (http !== undefined) {
      const line = { number: http.line, key: http.key, value: http.value };
      return trouble('uwsgi-protocol-mismatch', { line, socket: wanted, keeper });
    }
    return (
      paramsTrouble(nginx, route.block, failure.url.pathname) ??
      (uwsgi === null ? null : await requestTrouble(uwsgi, failure.mark, context)) ??
      (ended ? trouble('uwsgi-protocol-mismatch', { line: null, socket: undefined, keeper }) : null)
    );
  }
  const elsewhere = uwsgi === null ? null : listeningTrouble(socket, uwsgi);
  if (elsewhere !== null) return elsewhere;
  const settings = uwsgi === null ? null : settingsTrouble(uwsgi);
  if (settings !== null) return settings;
  if (logged.includes('(2: No such file or directory)') || logged.includes('(111: Connection refused)')) {
    if (uwsgi !== null && !hasWorkers(uwsgi.log)) return slowTrouble(uwsgi, machine, context);
    const { keeper } = uwsgi ?? { keeper: { kind: 'unit', name } as const };
    return trouble('socket-missing', { seenBy: 'nginx', address: socket, name, keeper });
  }
  return null;
}

/** Somebody answered, but not as the check wants. */
async function answerTrouble(
  failure: Failure,
  uwsgi: AnyUwsgi,
  context: CheckContext,
): Promise<Trouble | null> {
  const { outcome, proof, body, wanted } = failure;
  if (outcome.kind !== 'response') return null;
  const { keeper } = uwsgi;
  const { name } = keeper;
  if (outcome.status === 500) {
    const noApplication = (proof?.by === 'unit' && proof.app < 0) || body.trim() === 'Internal Server Error';
    if (noApplication) return noApplicationTrouble(uwsgi);
    return (
      requestErrorTrouble(uwsgi, requestLines(uwsgi.log, failure.mark)) ??
      trouble('app-answers-500', { keeper: uwsgi.keeper })
    );
  }
  if (proof?.by === 'other-uwsgi') {
    if (uwsgi.kind === 'vassal') return outsideJobTrouble(uwsgi, proof.unit);
    return trouble('uwsgi-outside-unit', {
      seen: 'page',
      unit: name,
      other: proof.unit,
      isService: isService(proof.unit),
    });
  }
  if (outcome.status === 404 && wanted.status !== 404) {
    return trouble('route-missing', {
      path: failure.url.pathname,
      callable: callableIn(uwsgi.callables),
      keeper,
    });
  }
  if (outcome.status === wanted.status && proof?.by === 'unit') {
    const place = await placeOf(firstLine(body), uwsgi, context);
    return trouble('page-differs', { wanted: wanted.contains ?? '', body, place, keeper });
  }
  if (outcome.status === wanted.status && proof?.by === 'unknown') {
    const path = uwsgi.configuration?.path ?? '';
    const elsewhere = uwsgi.kind === 'unit' ? lineOf(uwsgi, ...LOG_KEYS) : undefined;
    if (elsewhere !== undefined) return trouble('request-not-logged', { path, ...elsewhere, keeper });
    const otherwise = lineOf(uwsgi, ...FORMAT_KEYS);
    if (otherwise !== undefined) return trouble('request-logged-otherwise', { path, ...otherwise, keeper });
    return trouble('not-served-by-uwsgi', { keeper });
  }
  return null;
}

/** Keys with which uWSGI does not log its requests to its standard error. */
const LOG_KEYS: readonly string[] = [
  'logto',
  'logto2',
  'logger',
  'req-logger',
  'daemonize2',
  'disable-logging',
  'log-syslog',
];

/** Keys with which uWSGI logs its requests in another form than its own. */
const FORMAT_KEYS: readonly string[] = ['log-format', 'logformat'];

/** The one line of the reader's code in which a text stands; `null` when there is none, or no text. */
async function placeOf(
  text: string,
  { codeFolder }: AnyUwsgi,
  context: CheckContext,
): Promise<{ readonly file: string; readonly line: number } | null> {
  if (text === '') return null;
  const { lines } = await survey(context, {
    lines: `grep -HnsF -e ${quote(text)} ${quote(codeFolder)}/*.py | head -n 2; true`,
  });
  const [first, ...others] = [...lines.output.matchAll(/^(\/[^:]+):(\d+):/gm)];
  return first === undefined || others.length > 0 ? null : { file: first[1] ?? '', line: Number(first[2]) };
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
  const other = nginx.blocks.find((candidate) => passesTo(nginx, candidate, own));
  if (other === undefined) return notLinkedTrouble(nginx, own);
  if (other.names.includes(url.hostname)) return null;
  return trouble('default-site-shadowed', {
    host: url.hostname,
    answering: block.file,
    own: other.file,
    service: nginx.service,
  });
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
  const closed = closedListenTrouble(nginx, port);
  if (closed !== null) return closed;
  if (listeners.some((listener) => listener.port === port && isOpenToAll(listener))) return null;
  const route = routeOf(nginx, url.hostname, port, url.pathname);
  if ('cause' in route && NOT_LOADED.includes(route.cause)) return route;
  return trouble('listen-port-wrong', { port, own: null, service: nginx.service });
}

/** Causes for which a server block that should listen is not loaded. */
const NOT_LOADED: readonly Cause[] = [
  'server-block-not-linked',
  'server-block-misnamed',
  'server-block-misplaced',
  'nginx-sites-not-included',
];

/** Somebody other than Nginx answers on its port, or one that its service did not start. */
async function bypassTrouble(
  outcome: Extract<HttpOutcome, { kind: 'response' }>,
  { socket }: Failure,
  nginx: NginxFacts,
  uwsgi: AnyUwsgi | null,
  { listeners, processes, nginxService: service }: MachineFacts,
  port: number,
  context: CheckContext,
): Promise<Trouble | null> {
  const programs = parentsFirst(
    listeners.filter((listener) => listener.port === port).flatMap((listener) => listener.programs),
    processes,
  );
  const runner = processes.find(({ pid }) => pid === programs[0]?.pid)?.unit ?? '';
  if (serverOf(outcome).startsWith('nginx')) {
    const state = nginx.unit.activeState;
    const isByHand = programs[0]?.name === 'nginx' && runner !== nginx.unit.id;
    const master = processes.find(
      ({ command, unit }) => command.startsWith('nginx: master process') && unit !== nginx.unit.id,
    );
    return nginx.valid && isByHand && master !== undefined && (state === 'inactive' || state === 'failed')
      ? trouble('nginx-outside-unit', { state, pid: master.pid, service })
      : null;
  }
  const entries = uwsgi?.configuration?.ini.entries ?? [];
  const http = entries.find(({ key, value }) => OTHER_PROTOCOL.includes(key) && value.endsWith(`:${port}`));
  if (programs[0]?.name === 'uwsgi' && uwsgi?.configuration && http !== undefined) {
    const hasSocket = entries.some(({ key }) => key === 'socket');
    return trouble('uwsgi-holds-port', {
      port,
      line: { number: http.line, key: http.key, value: http.value },
      path: uwsgi.configuration.path,
      socket: hasSocket ? null : socket === undefined ? null : asWritten(socket, uwsgi.startFolder),
      keeper: uwsgi.keeper,
      service,
    });
  }
  if (!isService(runner)) {
    return trouble('nginx-bypassed', { port, programs, unit: null, service });
  }
  const { enabled } = await survey(context, { enabled: `systemctl is-enabled ${quote(runner)}` });
  const unit = { name: plainUnit(runner), isEnabled: enabled.output.startsWith('enabled') };
  return trouble('nginx-bypassed', { port, programs, unit, service });
}

/** The same programs, and one that is nobody's child among them at the beginning: with it, all end. */
function parentsFirst(
  programs: readonly ListeningProgram[],
  processes: MachineFacts['processes'],
): readonly ListeningProgram[] {
  const isChild = ({ pid }: ListeningProgram): boolean =>
    programs.some((other) => other.pid === processes.find((process) => process.pid === pid)?.parentPid);
  return programs.toSorted((one, other) => Number(isChild(one)) - Number(isChild(other)));
}

function isStatus(outcome: HttpOutcome, status: number): boolean {
  return outcome.kind === 'response' && outcome.status === status;
}
