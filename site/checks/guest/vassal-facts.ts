/** What is known of a vassal: the job that starts its Emperor, the link, the file, its logs and its processes. */
import { baseName, closestLine, trimSlashes } from '../text.ts';
import { listCallables } from './callable.ts';
import { askCode, parseCode } from './code-facts.ts';
import type { CheckContext } from './context.ts';
import { parseDates, type DatedFile, type UwsgiFacts } from './facts.ts';
import { askGone, parseGone, type GoneFolder } from './gone-folder.ts';
import { expandIni, parseIni, valueOf, type IniFile } from './ini.ts';
import { gatherJob, type JobFacts } from './job-facts.ts';
import { optionOf } from './job-file.ts';
import { lastStart, logLines, readLastStart } from './journal.ts';
import { configuredIdentity, FIND_NGINX_USER } from './nginx-identity.ts';
import { parseParts, pathsTo, type PathPart } from './path-access.ts';
import { isUwsgi, LIST_PROCESSES, parseProcesses, type GuestProcess } from './processes.ts';
import { NOTHING, outputOf, quote, survey } from './survey.ts';

export interface VassalFacts extends UwsgiFacts {
  readonly kind: 'vassal';
  /** The job that starts its Emperor; `null` for a uWSGI that the reader starts by hand with this file. */
  readonly job: JobFacts | null;
  /** Its configuration, the file itself. */
  readonly file: string;
  readonly fileExists: boolean;
  /** The folder that is missing on the way to `file`; `null` when none is. */
  readonly goneFolder: GoneFolder | null;
  /** Other .ini files in the folder of `file`, also such as have another ending behind that. */
  readonly siblings: readonly string[];
  /** The folder that the Emperor watches. */
  readonly folder: string;
  readonly folderExists: boolean;
  /** The folder that was probably meant, when the Emperor's is not there. */
  readonly meantFolder: string | null;
  /** What is in that folder. */
  readonly entries: readonly VassalEntry[];
  /** The entry that leads to `file`. */
  readonly entry: VassalEntry | null;
  /** What the Emperor logged since it started. */
  readonly emperorLog: readonly string[];
  readonly emperorLogFile: string;
  /** What was said of this vassal since it was last tried, before it had a log of its own. */
  readonly beforeLog: readonly string[];
  /** The file of its `logto`, absolute; `null` when it has none. */
  readonly logFile: string | null;
  /** Folders and files on the way to the log and to the socket. */
  readonly wayToLog: readonly PathPart[];
  readonly wayToSocket: readonly PathPart[];
  /** Absolute; `null` when it listens on a port, or nowhere. */
  readonly socket: string | null;
  /** `home`, absolute; `null` when there is none. */
  readonly home: string | null;
  readonly homeExists: boolean;
  /** There is a pyvenv.cfg in `home`. */
  readonly homeIsEnvironment: boolean;
  /** Environments beside the file. */
  readonly environments: readonly string[];
  /** Its own processes: those that the Emperor of the job has started for it, the master first. */
  readonly processes: readonly GuestProcess[];
  /** A uWSGI with the same file that somebody started by hand. */
  readonly byHand: GuestProcess | null;
}

/** What lies in the folder that an Emperor watches. */
export interface VassalEntry {
  readonly path: string;
  readonly name: string;
  /** The text of the link; `''` when it is a file. */
  readonly link: string;
  /** What it leads to; `''` when that is nothing. */
  readonly leadsTo: string;
}

const DEFAULT_FOLDER = '/etc/uwsgi/vassals';

/** Asks everything about a vassal, or about a uWSGI by hand: three runs of the agent. */
export async function gatherVassal(
  file: string,
  jobName: string | undefined,
  context: CheckContext,
): Promise<VassalFacts> {
  const job = jobName === undefined ? null : await gatherJob(jobName, context);
  const folder = plainFolder(optionOf(job?.command ?? [], '--emperor') ?? DEFAULT_FOLDER);
  const emperorLogFile =
    optionOf(job?.command ?? [], '--logto') ?? `/var/log/upstart/${jobName ?? 'uwsgi'}.log`;
  const base = file.slice(0, file.lastIndexOf('/')) || '/';
  const first = await survey(context, {
    folder: `test -d ${quote(folder)}`,
    meant: `test -d ${quote(DEFAULT_FOLDER)}`,
    entries: listEntries(folder),
    ini: `head -c 65536 ${quote(file)}`,
    gone: askGone(base),
    siblings: `ls -1d ${quote(base)}/*.ini ${quote(base)}/*.ini.* 2>/dev/null | head -n 50; true`,
    emperorLog: `tail -c 65536 ${quote(emperorLogFile)} 2>/dev/null; true`,
    names: 'cut -d: -f1 /etc/passwd; echo --; cut -d: -f1 /etc/group',
    nginxUser: FIND_NGINX_USER,
    zone: 'date +%z',
    processes: LIST_PROCESSES,
  });
  const entries = parseEntries(first.entries.output);
  const entry = entries.find(({ leadsTo }) => leadsTo === file) ?? null;
  const path = job === null ? file : (entry?.path ?? `${folder}/${baseName(file)}`);
  const read = first.ini.code === 0 ? expandIni(parseIni(first.ini.output), path) : null;
  const value = (...keys: readonly string[]): string | undefined =>
    keys
      .map((key) => (read === null ? undefined : valueOf(read, 'uwsgi', key)))
      .find((text) => text !== undefined);
  // Where it starts; by hand that can be anywhere, and its log will say.
  const startFolder = job === null ? base : folder;
  const absolute = (text: string): string => (text.startsWith('/') ? text : `${startFolder}/${text}`);
  const logto = value('logto', 'logto2', 'daemonize');
  const logFile = logto === undefined || /:\d+$/.test(logto) ? null : absolute(logto);
  const listens = value('socket', 'uwsgi-socket');
  const socket = listens === undefined || /^[^/]*:\d+$/.test(listens) ? null : absolute(listens);
  const homeValue = value('home', 'virtualenv', 'venv', 'pyhome');
  const home = homeValue === undefined ? null : absolute(homeValue);
  const code = absolute(value('pythonpath', 'python-path', 'pp', 'chdir') ?? base);
  const codeFolder = code === folder ? base : trimSlashes(code);

  const all = parseProcesses(outputOf(first.processes, 'ps'));
  const processes = job === null ? [] : processesOf(baseName(path), job, all);
  const login = processes[0]?.user ?? optionOf(job?.command ?? [], '--uid') ?? 'root';
  const second = await survey(context, {
    log: logFile === null ? NOTHING : readLastStart(logFile),
    wayToLog: logFile === null ? NOTHING : statParts(logFile),
    wayToSocket: socket === null ? NOTHING : statParts(socket),
    home: `test -d ${quote(home ?? '/')}`,
    environment: `test -e ${quote(`${home ?? ''}/pyvenv.cfg`)}`,
    environments: `ls -1d ${quote(base)}/*/pyvenv.cfg 2>/dev/null | head -n 20; true`,
    dated: `stat -L -c '%Y %n' ${quote(file)} ${quote(codeFolder)}/*.py 2>/dev/null | head -n 200; true`,
    callables: listCallables(quote(codeFolder)),
    ...askCode(codeFolder, file, context.home, login, `${home ?? `${base}/venv`}/bin`),
  });
  const { lines: log, at } = lastStart(logLines(second.log.output));
  const started = timeOf(at, first.zone.output);
  const dated = parseDates(second.dated.output);
  const pythonFiles = dated.filter((dates) => dates.path.endsWith('.py'));
  const [users = '', groups = ''] = first.names.output.split('\n--\n');
  const emperorLog = sinceEmperorStarted(logLines(first.emperorLog.output));
  const name = baseName(path);
  const shownLog = logFile ?? emperorLogFile;
  return {
    kind: 'vassal',
    keeper:
      job === null
        ? { kind: 'hand', name, log: shownLog }
        : { kind: 'emperor', name, ini: file, job: job.name, log: shownLog },
    login,
    log,
    startFolder: /^current working directory: (\/.*)$/m.exec(log.join('\n'))?.[1] ?? startFolder,
    codeFolder,
    readAt: processes.length > 0 ? started : 0,
    environment: { bin: `${home ?? `${base}/venv`}/bin`, activated: false },
    configuration: read === null ? null : { path: file, ini: read },
    pythonFiles,
    callables: second.callables.output,
    nginx: configuredIdentity(first.nginxUser),
    users: users.split('\n').filter(Boolean),
    groups: groups.split('\n').filter(Boolean),
    datedFiles: readFiles(file, value('module', 'wsgi'), dated),
    job,
    file,
    fileExists: first.ini.code === 0,
    goneFolder: parseGone(first.gone.output, context.home),
    siblings: first.siblings.output.split('\n').filter((other) => other !== '' && other !== file),
    folder,
    folderExists: first.folder.code === 0,
    meantFolder:
      folder !== DEFAULT_FOLDER &&
      first.folder.code !== 0 &&
      (first.meant.code === 0 || closestLine(folder, [DEFAULT_FOLDER], 2) !== null)
        ? DEFAULT_FOLDER
        : null,
    entries,
    entry,
    emperorLog,
    emperorLogFile,
    beforeLog: lastAttempt(name, emperorLog),
    logFile,
    wayToLog: parseParts(second.wayToLog.output),
    wayToSocket: parseParts(second.wayToSocket.output),
    socket,
    home,
    homeExists: second.home.code === 0,
    homeIsEnvironment: second.environment.code === 0,
    environments: second.environments.output
      .split('\n')
      .filter(Boolean)
      .map((config) => config.slice(0, -'/pyvenv.cfg'.length)),
    processes,
    byHand: startedByHand(file, job, all),
    ...parseCode(second, codeFolder),
  };
}

/** The worker processes of a vassal. */
export function workersOf({ processes }: VassalFacts): readonly GuestProcess[] {
  return processes.slice(1);
}

/** The entry of a configuration with one of these keys, the last one. */
export function entryOf(ini: IniFile, ...keys: readonly string[]): IniFile['entries'][number] | undefined {
  return ini.entries.findLast((entry) => entry.section === 'uwsgi' && keys.includes(entry.key));
}

function listEntries(folder: string): string {
  return `for f in ${quote(folder)}/*; do [ -L "$f" ] || [ -e "$f" ] || continue; printf '%s\\t%s\\t%s\\n' "$f" "$(readlink "$f")" "$(readlink -e "$f")"; done | head -n 100`;
}

function parseEntries(output: string): readonly VassalEntry[] {
  return output.split('\n').flatMap((line) => {
    const [path = '', link = '', leadsTo = ''] = line.split('\t');
    return path.startsWith('/') ? [{ path, name: baseName(path), link, leadsTo }] : [];
  });
}

function statParts(path: string): string {
  return `stat -L -c '%a %U %G %n %F' ${pathsTo(path).map(quote).join(' ')} 2>/dev/null; true`;
}

/** Without `dir://` and a slash at the end. */
function plainFolder(folder: string): string {
  return trimSlashes(folder.replace(/^dir:\/\//, ''));
}

/** The Emperors of a job have the option, their vassals do not. */
function processesOf(name: string, job: JobFacts, all: readonly GuestProcess[]): readonly GuestProcess[] {
  const own = all.filter(({ unit }) => unit === job.unit.id);
  const emperors = new Set(own.filter(({ command }) => command.includes('--emperor')).map(({ pid }) => pid));
  const vassals = own.filter(({ command }) => !command.includes('--emperor') && givenFile(command) === name);
  const masters = vassals.filter(({ parentPid }) => emperors.has(parentPid));
  const master = masters.at(-1);
  return master === undefined ? [] : [master, ...vassals.filter(({ parentPid }) => parentPid === master.pid)];
}

/** What stands behind `--ini`. */
function givenFile(command: string): string | undefined {
  return optionOf(command.split(/\s+/), '--ini');
}

function startedByHand(
  file: string,
  job: JobFacts | null,
  all: readonly GuestProcess[],
): GuestProcess | null {
  const name = baseName(file);
  return (
    all.find(
      (process) =>
        isUwsgi(process) &&
        process.unit !== job?.unit.id &&
        baseName(givenFile(process.command) ?? '') === name,
    ) ?? null
  );
}

function sinceEmperorStarted(lines: readonly string[]): readonly string[] {
  const start = lines.findLastIndex((line) => line.startsWith('*** starting uWSGI Emperor'));
  return lines.slice(Math.max(start, 0)).filter((line) => line.trim() !== '');
}

/** From the line in which the vassal reads its file, which it says before it opens its log. */
function lastAttempt(name: string, emperorLog: readonly string[]): readonly string[] {
  const start = emperorLog.findLastIndex((line) => line === `[uWSGI] getting INI configuration from ${name}`);
  return start < 0 ? [] : emperorLog.slice(start);
}

/** The configuration, and the code if the module is among these files. */
function readFiles(
  file: string,
  module: string | undefined,
  dated: readonly DatedFile[],
): readonly DatedFile[] {
  const name = (module ?? '').split(':')[0] ?? '';
  const isThere = dated.some(({ path }) => path.endsWith(`/${name}.py`));
  return isThere ? dated : dated.filter(({ path }) => path === file);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Seconds since 1970 of `Thu Nov 26 11:02:41 2026` in a zone as `date +%z` prints it; 0 when it cannot be read. */
function timeOf(text: string, zone: string): number {
  const match = /^\w{3} (\w{3}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})$/.exec(text);
  const offset = /^([+-])(\d\d)(\d\d)$/.exec(zone.trim());
  if (match === null) return 0;
  const [, month = '', ...numbers] = match;
  const [day = 0, hour = 0, minute = 0, second = 0, year = 0] = numbers.map(Number);
  const utc = Date.UTC(year, MONTHS.indexOf(month), day, hour, minute, second) / 1000;
  const east = (Number(offset?.[2] ?? 0) * 60 + Number(offset?.[3] ?? 0)) * 60;
  return offset?.[1] === '-' ? utc + east : utc - east;
}
