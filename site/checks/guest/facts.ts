import { folderOf } from '../text.ts';
import { listCallables } from './callable.ts';
import { askCode, parseCode, type CodeFacts } from './code-facts.ts';
import type { CheckContext } from './context.ts';
import { expandIni, parseIni, valueOf, type IniFile } from './ini.ts';
import { askGone, parseGone, type GoneFolder } from './gone-folder.ts';
import { FIND_INSTALLER, parseInstaller, type Installer } from './installer.ts';
import { lastRun, LOG_BYTES, logLines } from './journal.ts';
import type { Keeper } from './keeper.ts';
import { listFolder } from './listing.ts';
import { configuredIdentity, FIND_NGINX_USER, nginxWorker, type NginxIdentity } from './nginx-identity.ts';
import { FIND_NGINX_SCRIPT, nginxService, type NginxService } from './nginx-service.ts';
import { parseParts, pathsTo, type PathPart } from './path-access.ts';
import { LIST_PROCESSES, parseProcesses, plainUnit, unitName, type GuestProcess } from './processes.ts';
import {
  serverBlocks,
  splitFiles,
  upstreamsOf,
  type ConfigurationFile,
  type ServerBlock,
  type Upstream,
} from './server-blocks.ts';
import {
  LIST_TCP_LISTENERS,
  LIST_UNIX_LISTENERS,
  parseTcpListeners,
  parseUnixListeners,
  type Listener,
  type UnixListener,
} from './sockets.ts';
import { NOTHING, outputOf, quote, survey } from './survey.ts';
import { FIREWALL_QUESTIONS, parseFirewall, type Firewall } from './ufw.ts';
import { needsOf, parseUnitFile, type UnitFile } from './unit-file.ts';
import { parseUnitFacts, showUnit, uwsgiConfigurationOf, type UnitFacts } from './unit-facts.ts';

/** What is known of a uWSGI, whoever starts it: what it said since it last started, and the files that it reads. */
export interface UwsgiFacts extends CodeFacts {
  readonly keeper: Keeper;
  /** The login as which uWSGI works. */
  readonly login: string;
  /** Lines of its log since it last started. */
  readonly log: readonly string[];
  /** Where it starts: relative paths of its configuration begin there. */
  readonly startFolder: string;
  /** Where the reader's Python files are. */
  readonly codeFolder: string;
  /** The folder of the programs of the environment in which it runs, and whether the reader activates that environment. */
  readonly environment: { readonly bin: string; readonly activated: boolean };
  /** Seconds since 1970 at which it last read its files, or 0; only while it runs. */
  readonly readAt: number;
  /** uWSGI's configuration, its placeholders filled in; `null` when none is named or it is not there. */
  readonly configuration: { readonly path: string; readonly ini: IniFile } | null;
  /** Python files of `codeFolder`. */
  readonly pythonFiles: readonly DatedFile[];
  /** What these files call the application, for `callableIn`. */
  readonly callables: string;
  /** As whom Nginx will come to the socket. */
  readonly nginx: NginxIdentity;
  /** Logins and groups of the guest, for a name that was misspelt. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
  /** The configuration and the Python files with the time of their last change. */
  readonly datedFiles: readonly DatedFile[];
}

/** What is known of a uWSGI that a unit of systemd starts. */
export interface UnitUwsgiFacts extends UwsgiFacts {
  readonly kind: 'unit';
  readonly unit: UnitFacts;
  /** Unit files of the administrator's that mention uWSGI, for a unit whose name was misspelt. */
  readonly similarUnits: readonly string[];
  /** What is in the folder in which the configuration should be, as {@link listFolder} prints it. */
  readonly besideConfiguration: string;
  /** The unit's file is there. systemd goes by what it has read from it until it reads again. */
  readonly unitFileExists: boolean;
  readonly executableExists: boolean;
  readonly workingDirectoryExists: boolean;
  /** The folder that is missing on the way to the program; `null` when none is. */
  readonly goneFolder: GoneFolder | null;
  /** The program that the unit starts is there, whether or not it may be executed. */
  readonly executableThere: boolean;
  /** The unit's file, if it is there, and after it its drop-ins. */
  readonly unitFiles: readonly UnitFile[];
  /** Files that may be the unit's, saved in another folder. */
  readonly unitElsewhere: readonly string[];
  /** pip counts uWSGI as installed in the environment of the unit's program, whether or not that is there. */
  readonly isUwsgiListed: boolean;
  /** uWSGI, installed in an environment of the reader's. */
  readonly uwsgiPrograms: readonly string[];
  /** The folder of such an environment; `null` when there is none. */
  readonly projectFolder: string | null;
  /** Every folder on the way to the working directory and to the program. */
  readonly parts: readonly PathPart[];
  /** Units without which it does not start and that systemd does not know; only while it does not run. */
  readonly missingNeeds: readonly string[];
}

export interface DatedFile {
  readonly path: string;
  /** Seconds since 1970. */
  readonly changedAt: number;
}

/** What is known of Nginx's side. */
export interface NginxFacts {
  readonly installed: boolean;
  readonly installer: Installer;
  readonly service: NginxService;
  readonly unit: UnitFacts;
  /** `nginx -t` accepts the configuration. */
  readonly valid: boolean;
  /** What `nginx -t` says. */
  readonly verdict: string;
  /** Files that Nginx loads, links resolved by name only; without a valid configuration, those in its folders. */
  readonly files: readonly ConfigurationFile[];
  readonly blocks: readonly ServerBlock[];
  /** Files under sites-available, and such as lie beside an application in /var/www, loaded or not. */
  readonly available: readonly ConfigurationFile[];
  /** Symbolic links in the folders that Nginx reads which lead nowhere. */
  readonly brokenLinks: readonly { readonly path: string; readonly target: string }[];
  /** Configuration files and links that changed after the running Nginx read them. */
  readonly newerThanRunning: readonly string[];
  readonly errorLog: readonly string[];
  readonly upstreams: readonly Upstream[];
  /** Files in which a server block could have been put, wherever they are, loaded or not. */
  readonly strays: readonly ConfigurationFile[];
  /** Symbolic links in the folders of sites, and the files that they lead to. */
  readonly links: readonly { readonly path: string; readonly target: string }[];
  /** The login that came with a package for Nginx to run as; `null` when there is none. */
  readonly packagedLogin: string | null;
}

/** What is known of the machine as a whole. */
export interface MachineFacts {
  readonly processes: readonly GuestProcess[];
  readonly listeners: readonly Listener[];
  readonly unixListeners: readonly UnixListener[];
  /** `null` on a machine without ufw. */
  readonly firewall: Firewall | null;
  /** Nginx's worker; while none runs, who it would be. */
  readonly nginx: NginxIdentity & { readonly pid?: number };
  readonly nginxService: NginxService;
  readonly installer: Installer;
  /** The group that may use sudo, when the reader's login is no longer allowed to; else `null`. */
  readonly lostSudo: string | null;
}

/** Asks everything about a unit that runs uWSGI: two runs of the agent. */
export async function gatherUwsgi(unitAsWritten: string, context: CheckContext): Promise<UnitUwsgiFacts> {
  const id = unitName(unitAsWritten);
  const first = await survey(context, {
    unit: showUnit(id),
    journal: `journalctl -q --no-pager -o cat -n 400 -u ${quote(id)}`,
    similar: 'grep -ls uwsgi /etc/systemd/system/*; true',
    names: 'cut -d: -f1 /etc/passwd; echo --; cut -d: -f1 /etc/group',
    nginxUser: FIND_NGINX_USER,
    elsewhere: listUnitElsewhere(id, context.home),
    programs: `ls -1d ${quote(context.home)}/*/bin/uwsgi ${quote(context.home)}/*/*/bin/uwsgi 2>/dev/null; true`,
  });
  const unit = parseUnitFacts(outputOf(first.unit, 'systemctl'), id);
  const path = uwsgiConfigurationOf(unit);
  const executable = unit.command[0] ?? '';
  const folder = unit.workingDirectory;
  const second = await survey(context, {
    unitFile: `test -e ${quote(unit.file || '/')}`,
    executable: `test -x ${quote(executable)}`,
    folder: `test -d ${quote(folder || '/')}`,
    ini: path === null ? 'false' : `head -c 65536 ${quote(path)}`,
    dated: `stat -L -c '%Y %n' ${path === null ? '' : quote(path)} ${folder === '' ? '' : `${quote(folder)}/*.py`} 2>/dev/null; true`,
    callables: listCallables(quote(folder)),
    ...askCode(folder, path, context.home, unit.user || 'root', executable.replace(/\/uwsgi$/, '')),
    gone: executable.startsWith('/') ? askGone(folderOf(executable)) : NOTHING,
    beside: path === null ? NOTHING : listFolder(folderOf(path)),
    listed: executable.endsWith('/bin/uwsgi')
      ? `ls -d ${quote(executable.slice(0, -'/bin/uwsgi'.length))}/lib/python*/site-packages/[uU][wW][sS][gG][iI]-*info 2>/dev/null; true`
      : NOTHING,
    there: `[ -e ${quote(executable)} ]`,
    sources: listFiles(
      [unit.file || `/etc/systemd/system/${id}`, ...unit.dropIns].map((file) => quote(file)).join(' '),
    ),
    way: `stat -L -c '%a %U %G %n %F' ${[...new Set([...pathsTo(folder || '/'), ...pathsTo(executable || '/')])].map(quote).join(' ')} 2>/dev/null; true`,
  });
  const uwsgiPrograms = first.programs.output.split('\n').filter((file) => file.startsWith('/'));
  const ini = path !== null && second.ini.code === 0 ? expandIni(parseIni(second.ini.output), path) : null;
  const [users = '', groups = ''] = first.names.output.split('\n--\n');
  const datedFiles = parseDates(second.dated.output);
  const unitFiles = splitFiles(second.sources.output).map((file) => parseUnitFile(file.path, file.text));
  const needs = unit.activeState === 'active' ? [] : needsOf(unitFiles);
  return {
    kind: 'unit',
    keeper: { kind: 'unit', name: unit.name },
    unit,
    // The configuration's `uid`, else the unit's `User=`, else root.
    login: (ini === null ? undefined : valueOf(ini, 'uwsgi', 'uid')) ?? (unit.user || 'root'),
    log: lastRun(logLines(outputOf(first.journal, 'journalctl'))),
    startFolder: folder,
    codeFolder: folder,
    environment: { bin: unit.command[0]?.replace(/\/uwsgi$/, '') ?? '', activated: true },
    readAt: unit.activeState === 'active' ? unit.loadedAt : 0,
    similarUnits: first.similar.output.split('\n').filter((file) => file !== '' && !file.endsWith(`/${id}`)),
    configuration: path !== null && ini !== null ? { path, ini } : null,
    pythonFiles: datedFiles.filter((file) => file.path.endsWith('.py')),
    callables: second.callables.output,
    nginx: configuredIdentity(first.nginxUser),
    besideConfiguration: second.beside.code === 0 ? second.beside.output : '',
    unitFileExists: second.unitFile.code === 0,
    executableExists: second.executable.code === 0,
    workingDirectoryExists: second.folder.code === 0,
    goneFolder: parseGone(second.gone.output, context.home),
    users: users.split('\n').filter(Boolean),
    groups: groups.split('\n').filter(Boolean),
    datedFiles,
    ...parseCode(second, folder),
    executableThere: second.there.code === 0,
    unitFiles,
    missingNeeds: needs.length === 0 ? [] : await missingOf(needs, context),
    unitElsewhere: first.elsewhere.output.split('\n').filter((file) => file.startsWith('/')),
    isUwsgiListed: second.listed.output.trim() !== '',
    uwsgiPrograms,
    projectFolder: uwsgiPrograms[0]?.replace(/\/[^/]+\/bin\/uwsgi$/, '') ?? null,
    parts: parseParts(second.way.output),
  };
}

/** Those of these units that systemd does not know. */
async function missingOf(units: readonly string[], context: CheckContext): Promise<readonly string[]> {
  const { needs } = await survey(context, {
    needs: `systemctl show -p Id,LoadState -- ${units.map(quote).join(' ')}`,
  });
  const isMissing = (shown: string): boolean => /^LoadState=not-found$/m.test(shown);
  return needs.output
    .split(/\n\s*\n/)
    .filter(isMissing)
    .flatMap((shown) => /^Id=(.+)$/m.exec(shown)?.[1] ?? []);
}

/** Where people save a unit's file by mistake: in a folder beside, in the home or the project, or without its ending. */
function listUnitElsewhere(id: string, home: string): string {
  const name = plainUnit(id);
  const folders = [
    '/etc/systemd',
    '/etc/systemd/user',
    '/etc/systemd/network',
    '/lib/systemd',
    '/etc',
    '/etc/init',
    '/etc/init.d',
    home,
    '/root',
  ];
  const places = [
    ...folders.flatMap((folder) => [quote(`${folder}/${id}`), quote(`${folder}/${id}s`)]),
    `${quote(home)}/*/${quote(id)}`,
    quote(`/etc/systemd/system/${name}`),
    quote(`/etc/systemd/${name}`),
  ];
  return `grep -lsE '^ *(ExecStart|WorkingDirectory) *=' ${places.join(' ')}; true`;
}

/** Longest listing of Nginx's files that is read. */
const LISTING_BYTES = 1_048_576;

/** Prints files as `nginx -T` does. */
export function listFiles(patterns: string): string {
  return `for f in ${patterns}; do [ -f "$f" ] && { echo "# configuration file $f:"; head -c 65536 "$f"; echo; }; done 2>/dev/null | head -c ${LISTING_BYTES}; true`;
}

const LIST_FILES = listFiles('/etc/nginx/nginx.conf /etc/nginx/sites-enabled/* /etc/nginx/conf.d/*.conf');
const LIST_AVAILABLE = listFiles('/etc/nginx/sites-available/* /var/www/*/*.conf');
const LIST_BROKEN_LINKS =
  'for f in /etc/nginx/sites-enabled/* /etc/nginx/conf.d/*.conf; do [ -L "$f" ] && [ ! -e "$f" ] && echo "$f $(readlink "$f")"; done; true';
/** Where people put a server block by mistake: beside Nginx's folders of sites, under another name, at home. */
const LIST_STRAYS = listFiles(
  "$(grep -lsd skip -E '^[[:space:]]*(uwsgi_pass|server_name)[[:space:]]' /etc/nginx/* /etc/nginx/*/* /etc/sites-*/* /home/*/* /home/*/*/* /root/* 2>/dev/null | head -n 20)",
);
const LIST_SITE_LINKS =
  'for f in /etc/nginx/sites-enabled/* /etc/nginx/conf.d/*; do [ -L "$f" ] && [ -e "$f" ] && echo "$f $(readlink -f "$f")"; done; true';
/** Both the links and the files behind them, since a new link to an old file is a change. */
const LIST_DATES =
  'D=$(ls -d /etc/nginx/nginx.conf /etc/nginx/sites-enabled /etc/nginx/sites-enabled/* /etc/nginx/conf.d /etc/nginx/conf.d/*.conf 2>/dev/null); stat -c "%Y %n" $D 2>/dev/null; stat -L -c "%Y %n" $D 2>/dev/null; true';
/** Ages in seconds of Nginx's processes, and the time of now. */
const NGINX_AGES = 'ps -C nginx -o etimes=,args=; date +%s';

/** Asks everything about Nginx: one run of the agent. */
export async function gatherNginx(context: CheckContext): Promise<NginxFacts> {
  const readings = await survey(context, {
    program: 'command -v nginx',
    installer: FIND_INSTALLER,
    script: FIND_NGINX_SCRIPT,
    unit: showUnit('nginx.service'),
    verdict: 'nginx -t',
    dump: `nginx -T 2>/dev/null | head -c ${LISTING_BYTES}`,
    files: LIST_FILES,
    available: LIST_AVAILABLE,
    broken: LIST_BROKEN_LINKS,
    dates: LIST_DATES,
    ages: NGINX_AGES,
    errorLog: `tail -n 40 /var/log/nginx/error.log | tail -c ${LOG_BYTES}`,
    strays: LIST_STRAYS,
    links: LIST_SITE_LINKS,
    login: 'getent passwd nginx www-data; true',
  });
  const unit = parseUnitFacts(outputOf(readings.unit, 'systemctl'), 'nginx.service');
  const valid = readings.verdict.code === 0;
  const files = splitFiles(valid ? readings.dump.output : readings.files.output);
  const readAt = Math.max(unit.startedAt, unit.changedAt, reloadedByHandAt(readings.ages.output));
  const newer = parseDates(readings.dates.output).filter(({ changedAt }) => changedAt > readAt);
  return {
    installed: readings.program.code === 0,
    installer: parseInstaller(readings.installer),
    service: nginxService(readings.script),
    unit,
    valid,
    verdict: readings.verdict.output,
    files,
    blocks: serverBlocks(files),
    available: splitFiles(readings.available.output),
    brokenLinks: parseLinks(readings.broken.output),
    newerThanRunning: unit.activeState === 'active' ? [...new Set(newer.map(({ path }) => path))] : [],
    errorLog: logLines(readings.errorLog.output).filter(Boolean),
    upstreams: upstreamsOf(files),
    strays: splitFiles(readings.strays.output),
    links: parseLinks(readings.links.output),
    packagedLogin: /^(nginx|www-data):/m.exec(readings.login.output)?.[1] ?? null,
  };
}

function parseLinks(output: string): NginxFacts['links'] {
  return output
    .split('\n')
    .map((line) => /^(\S+) (.+)$/.exec(line))
    .flatMap((match) => (match === null ? [] : [{ path: match[1] ?? '', target: match[2] ?? '' }]));
}

/**
 * When Nginx was last reloaded behind systemd's back (`sudo nginx -s reload`), or 0: its workers are then
 * younger than their master. Otherwise systemd's own record is better, because a restored machine's clock
 * makes every process look younger than it is.
 */
function reloadedByHandAt(output: string): number {
  const lines = output.trim().split('\n');
  const now = Number(lines.at(-1));
  const agesOf = (kind: string): readonly number[] =>
    lines.flatMap((line) => new RegExp(`^\\s*(\\d+)\\s+nginx: ${kind}`).exec(line)?.[1] ?? []).map(Number);
  const master = Math.max(...agesOf('master'));
  const worker = Math.min(...agesOf('worker'));
  return Number.isFinite(now) && master - worker > 2 ? now - worker : 0;
}

/** Asks about processes, ports, sockets and the firewall: one run of the agent. */
export async function gatherMachine(context: CheckContext): Promise<MachineFacts> {
  const readings = await survey(context, {
    processes: LIST_PROCESSES,
    listeners: LIST_TCP_LISTENERS,
    unixListeners: LIST_UNIX_LISTENERS,
    nginxUser: FIND_NGINX_USER,
    installer: FIND_INSTALLER,
    nginxScript: FIND_NGINX_SCRIPT,
    ...FIREWALL_QUESTIONS,
    sudo: `LC_ALL=C sudo -l -U ${quote(context.login)}`,
    sudoers: 'getent group wheel sudo; true',
  });
  const processes = parseProcesses(outputOf(readings.processes, 'ps'));
  return {
    processes,
    listeners: parseTcpListeners(outputOf(readings.listeners, 'ss')),
    unixListeners: parseUnixListeners(outputOf(readings.unixListeners, 'ss')),
    firewall: parseFirewall(readings),
    nginx: nginxWorker(processes) ?? configuredIdentity(readings.nginxUser),
    nginxService: nginxService(readings.nginxScript),
    installer: parseInstaller(readings.installer),
    lostSudo: /is not allowed to run sudo/.test(readings.sudo.output)
      ? (readings.sudoers.output.split(':')[0] ?? '').trim() || 'sudo'
      : null,
  };
}

export function parseDates(output: string): readonly DatedFile[] {
  return output.split('\n').flatMap((line) => {
    const match = /^(\d+) (.+)$/.exec(line);
    return match === null ? [] : [{ changedAt: Number(match[1]), path: match[2] ?? '' }];
  });
}
