import type { Keeper } from '../../guest/keeper.ts';
import type { NginxIdentity } from '../../guest/nginx-identity.ts';
import type { PathPart } from '../../guest/path-access.ts';
import type { GuestProcess } from '../../guest/processes.ts';
import { baseName } from '../../text.ts';
import type { ProgramWords } from '../words.ts';
import { afterConfiguration, afterSocket, makeSocketAnew, readAgain, showLog } from './keeper.ts';
import { adviseLogin, describePart, restartUnit, shellWord } from './phrases.ts';
import { describeSocket } from './symptoms.ts';

/** A configuration file of uWSGI, and who starts the uWSGI that reads it. */
interface Configuration {
  readonly path: string;
  readonly keeper: Keeper;
}

/** A line of a configuration, `key = value`. */
interface Entry extends Configuration {
  /** From 1. */
  readonly line: number;
  readonly key: string;
  readonly value: string;
}

/** A line that names the virtual environment. */
interface Home extends Entry {
  /** What it should say; `undefined` when that is not known. */
  readonly wanted: string | undefined;
}

/** A unit of systemd: as people type it, and its file. */
interface Unit {
  readonly name: string;
  readonly file: string;
}

/** A job of Upstart's, and its file. */
type Job = Unit;

/** A folder on the way to the socket that does not let Nginx through. */
interface ClosedFolder {
  readonly folder: PathPart;
  /** As whom Nginx runs. */
  readonly user: string;
  /** The command that restarts Nginx. */
  readonly restart: string;
}

/** A line that is there, or should be. */
interface MaybeLine {
  readonly line: number;
  readonly key: string;
  readonly value: string;
}

/** Something that a vassal's login may not write to. */
interface NotWritable {
  readonly login: string;
  readonly part: PathPart;
  readonly folder: string;
  readonly nginx: NginxIdentity;
  readonly job: Job;
}

/** uWSGI: its configuration, its start, its socket, its Emperor. */
export const UWSGI = {
  'ini-not-found': (facts: NotFound) => {
    const { name, folder, near } = facts;
    return {
      found: `uWSGI found no ${name}${name.startsWith('/') ? '' : ` in its working directory, ${folder}`}${near === null ? '.' : `, but there is a ${near}${name.startsWith('/') ? ' in that folder' : ''}.`}`,
      advice: adviseConfiguration(facts),
    };
  },

  'exec-start-misspelt': (
    facts:
      | { readonly wrong: 'option'; readonly option: string; readonly unit: Unit }
      /** A command of the unit's shell. */
      | { readonly wrong: 'command'; readonly command: string; readonly unit: Unit }
      /** The shell is none that knows `source`. */
      | { readonly wrong: 'no-bash'; readonly program: string; readonly unit: Unit }
      /** The shell itself. */
      | { readonly wrong: 'shell'; readonly program: string; readonly meant: string; readonly unit: Unit },
  ) => {
    const again = restartUnit(facts.unit);
    switch (facts.wrong) {
      case 'option':
        return {
          found: `uWSGI does not know the option ${facts.option}, which stands in the unit's ExecStart.`,
          advice: `Fix the line \`ExecStart=\` in ${facts.unit.file}. ${again}`,
        };
      case 'command':
        return {
          found: `The unit's shell knows no command ${facts.command}.`,
          advice: `Compare the line \`ExecStart=\` in ${facts.unit.file} with the text. ${again}`,
        };
      case 'no-bash':
        return {
          found: `The unit starts ${facts.program}, which has no command \`source\`; that is one of bash's. So the environment is not activated, and uwsgi is not found.`,
          advice: `In ${facts.unit.file}, make \`ExecStart=\` begin with \`/usr/bin/bash\`. ${again}`,
        };
      case 'shell':
        return {
          found: `There is no program ${facts.program}, which the unit starts.`,
          advice: `In ${facts.unit.file}, make \`ExecStart=\` begin with \`${facts.meant}\`. ${again}`,
        };
    }
  },

  'ini-socket-missing': ({ path, keeper }: { readonly path: string | null; readonly keeper: Keeper }) => ({
    found: `uWSGI was given no socket${path === null ? '' : ` in ${path}`}.`,
    advice: `Write the line \`socket = …\` under [uwsgi], as the text shows it. ${afterConfiguration(keeper)}`,
  }),

  'ini-section-misspelt': ({
    path,
    section,
    header,
    keeper,
  }: Configuration & {
    /** The first section that there is. */
    readonly section: string | undefined;
    /** A line that begins like a section and does not end like one; `null` when there is none. */
    readonly header: { readonly line: number; readonly text: string } | null;
  }) => ({
    found:
      header !== null
        ? `Line ${header.line} of ${path} is \`${header.text}\`, which uWSGI does not read as [uwsgi].`
        : section === undefined
          ? `${path} has no section.`
          : `The section of ${path} is called [${section}], so uWSGI reads nothing of it.`,
    advice: `${header === null ? 'Write `[uwsgi]` in the first line.' : `Change line ${header.line} to \`[uwsgi]\`.`} ${afterConfiguration(keeper)}`,
  }),

  'ini-key-misspelt': ({
    path,
    line,
    key,
    near,
    keeper,
  }: Omit<Entry, 'value'> & { readonly near: string }) => ({
    found: `Line ${line} of ${path} says \`${key}\`, which uWSGI does not know and passes over.${/[^ -~]/.test(key) ? ' One of its signs only looks right.' : ''}`,
    advice: `Change it to \`${near}\`. ${afterConfiguration(keeper)}`,
  }),

  'ini-byte-order-mark': ({ path, keeper }: Configuration) => ({
    found: `${path} begins with a sign that no editor shows (a byte order mark), so uWSGI does not see its section [uwsgi].`,
    advice: `Take it out: \`sudo sed -i '1s/^\\xEF\\xBB\\xBF//' ${shellWord(path)}\`. ${afterConfiguration(keeper)}`,
  }),

  'ini-value-malformed': ({
    path,
    line,
    key,
    value,
    excess,
    plain,
    keeper,
  }: Entry & {
    /** What the value has too much of. */
    readonly excess: 'comment' | 'quotes' | 'foreign' | 'ending';
    /** The value without it. */
    readonly plain: string;
  }) => {
    const why = {
      comment:
        'uWSGI knows comments only in lines of their own; here everything behind the equals sign is the value.',
      quotes: 'uWSGI takes quotes for a part of the value.',
      foreign:
        'It has a sign in it that only looks like a plain quote, blank or hyphen, or like nothing at all.',
      ending: 'uWSGI takes the sign at its end for a part of the value.',
    }[excess];
    return {
      found: `Line ${line} of ${path} says \`${key} = ${value}\`. ${why}`,
      advice: `Write \`${key} = ${plain}\` in line ${line}${excess === 'foreign' ? ', typed by hand' : ''}. ${/sock|^ch(?:mod|own)$/.test(key) ? afterSocket(keeper) : afterConfiguration(keeper)}`,
    };
  },

  'chmod-socket-invalid': ({ path, line, key, value, keeper }: Entry) => ({
    found: `Line ${line} of ${path} says \`${key} = ${value}\`, and uWSGI takes only three digits from 0 to 7 for the permissions.`,
    advice: `Write \`${key} = 660\` in line ${line}. ${afterSocket(keeper)}`,
  }),

  'login-needs-root': ({
    path,
    lines,
    user,
    unit,
  }: {
    readonly path: string;
    /** The lines that ask for another login or group, as they stand. */
    readonly lines: readonly { readonly line: number; readonly text: string }[];
    /** As whom the unit starts uWSGI. */
    readonly user: string;
    readonly unit: Unit;
  }) => ({
    found: `The unit starts uWSGI as ${user}, and ${lines.length === 0 ? 'its configuration' : lines.map(({ line, text }) => `line ${line} of ${path}, \`${text}\`,`).join(' and ')} asks for another login or group. Only root may change that.`,
    advice: `Take ${lines.length === 1 ? 'that line' : 'those lines'} out of ${path}: the unit's \`User=\` and \`Group=\` already say as whom uWSGI runs. Then \`sudo systemctl restart ${unit.name}\`.`,
  }),

  'chown-socket-not-permitted': ({
    path,
    line,
    value,
    user,
    group,
    wanted,
    bornAsRoot,
    unit,
  }: {
    readonly path: string;
    readonly line: number;
    readonly value: string;
    /** As whom the unit starts uWSGI. */
    readonly user: string;
    readonly group: string;
    /** Nginx's group. */
    readonly wanted: string;
    /** The configuration names a login of its own (`uid`), so uWSGI should start as root. */
    readonly bornAsRoot: boolean;
    readonly unit: Unit;
  }) => ({
    found: `Line ${line} of ${path} says \`chown-socket = ${value}\`, and uWSGI may not give its socket away: the unit starts it as ${user}, and only root may do that.`,
    advice: bornAsRoot
      ? `Take \`User=\` and \`Group=\` out of ${unit.file}: started as root, uWSGI gives the socket away and then goes on as the login of \`uid\`. ${restartUnit(unit)}`
      : `Take line ${line} out of ${path}. ${group === wanted ? `The socket gets the unit's group, ${group}, anyway.` : `In ${unit.file}, under [Service], write \`Group=${wanted}\`, the group that the socket then gets.`} ${restartUnit(unit)}`,
  }),

  'uwsgi-ended': ({
    said,
    entry,
    unit,
  }: {
    /** Its own last line. */
    readonly said: string;
    /** The line of its configuration that this is about, if one is recognised. */
    readonly entry:
      | { readonly path: string; readonly line: number; readonly key: string; readonly value: string }
      | undefined;
    readonly unit: Unit;
  }) => ({
    found: `${unit.name} was started and ended by itself. The last thing that uWSGI said: "${said}".${entry === undefined ? '' : ` Line ${entry.line} of ${entry.path} is \`${entry.key} = ${entry.value}\`.`}`,
    advice: `${entry === undefined ? `Read the lines before it with \`sudo journalctl -u ${unit.name}\`, and compare uWSGI's configuration with the text.` : `Compare line ${entry.line} with the text, character by character.`} Then \`sudo systemctl restart ${unit.name}\`.`,
  }),

  'socket-blocked': ({
    socket,
    line,
    isFolder,
    login,
    unit,
  }: {
    /** As the configuration names it. */
    readonly socket: string;
    /** The line of `socket`. */
    readonly line: number;
    /** A folder has the name; otherwise a file that the login may not remove. */
    readonly isFolder: boolean;
    readonly login: string;
    readonly unit: Unit;
  }) => ({
    found: isFolder
      ? `uWSGI could not make its socket: line ${line} of its configuration says \`socket = ${socket}\`, and that is a folder.`
      : `uWSGI could not make its socket: ${socket} is there already, and ${login} may not remove it. Probably a uWSGI that was started with sudo has left it behind.`,
    advice: `${isFolder ? `Let that line name a file in the folder, as the text does.` : `Remove it: \`sudo rm ${shellWord(socket)}\`.`} Then \`sudo systemctl restart ${unit.name}\`.`,
  }),

  'processes-none': ({ path, line, key, value, keeper }: Entry) => ({
    found: `uWSGI runs without a worker, so nobody answers: line ${line} of ${path} says \`${key} = ${value}\`, which is no number above 0.`,
    advice: `Write \`${key} = 5\` in line ${line}. ${afterConfiguration(keeper)}`,
  }),

  'environment-broken': ({ path, unit }: { readonly path: string; readonly unit: Unit }) => ({
    found: `Python, started by uWSGI from ${path}, does not find its own library: the environment was moved, or made by another Python.`,
    advice: `Make it anew: \`cd ${shellWord(path.slice(0, path.lastIndexOf('/')) || '/')}\`, then \`virtualenv --clear ${shellWord(path.slice(path.lastIndexOf('/') + 1))}\`, \`source ${shellWord(`${path}/bin/activate`)}\` and \`pip install uwsgi flask\`. Then \`sudo systemctl restart ${unit.name}\`.`,
  }),

  'socket-in-use': ({
    address,
    holder,
    unit,
  }: {
    readonly address: string;
    /** The program that listens there. */
    readonly holder: { readonly name: string; readonly pid: number } | undefined;
    readonly unit: Unit;
  }) => ({
    found: `uWSGI could not take the address ${address}: ${holder === undefined ? 'another program has it, or a socket that it may not remove lies there' : `${holder.name} (process ${holder.pid}) has it`}.`,
    advice: `${holder === undefined ? 'If a uWSGI runs in a terminal, end it with Ctrl+C.' : `End that one: with Ctrl+C in its terminal, or \`sudo kill ${holder.pid}\`.`} Then \`sudo systemctl restart ${unit.name}\`.`,
  }),

  'socket-is-http': ({ path, line, key, value, wanted, keeper }: Entry & { readonly wanted: string }) => ({
    found: `Line ${line} of ${path} says \`${key} = ${value}\`: there uWSGI speaks HTTP, to browsers. Nginx speaks the uwsgi protocol with it, and its socket is not there.`,
    advice: `Write \`socket = ${wanted}\` in line ${line} instead. ${afterSocket(keeper)}`,
  }),

  'ini-user-unknown': ({ path, line, name, near, keeper }: UnknownLogin) => ({
    found: `uWSGI should work as "${name}", and this machine has no such login.`,
    advice: `${inLine(path, line)} write \`uid = ${near}\`. ${afterConfiguration(keeper)}`,
  }),

  'ini-group-unknown': ({ path, line, name, near, keeper }: UnknownLogin) => ({
    found: `uWSGI should work with the group "${name}", and this machine has no such group.`,
    advice: `${inLine(path, line)} write \`gid = ${near}\`. ${afterConfiguration(keeper)}`,
  }),

  'chown-socket-unknown': ({
    path,
    line,
    name,
    kind,
    user,
    group,
    keeper,
  }: Omit<UnknownLogin, 'near'> & {
    readonly kind: 'user' | 'group';
    /** What the line should say. */
    readonly user: string;
    readonly group: string;
  }) => ({
    found: `uWSGI should give its socket to the ${kind} "${name}", and this machine has no such ${kind}.`,
    advice: `${inLine(path, line)} write \`chown-socket = ${user}:${group}\`. ${afterConfiguration(keeper)}`,
  }),

  'strict-with-placeholders': ({
    path,
    line,
    value,
    keys,
    keeper,
  }: Omit<Entry, 'key'> & {
    /** Those that only placeholders use. */
    readonly keys: readonly string[];
  }) => ({
    found: `Line ${line} of ${path} switches on strict mode, in which uWSGI refuses every key that it does not know, ${keys.map((key) => `\`${key}\``).join(' and ')} included.`,
    advice: `Take line ${line}, \`strict = ${value}\`, out. ${afterConfiguration(keeper)}`,
  }),

  'placeholder-unknown': ({
    path,
    line,
    name,
    meant,
    keeper,
  }: Configuration & {
    readonly line: number;
    readonly name: string;
    /** A key that is nearly called so, and its line. */
    readonly meant: { readonly key: string; readonly line: number } | undefined;
  }) => ({
    found: `Line ${line} of ${path} uses \`%(${name})\`, and no line gives that name a value.`,
    advice: `${
      meant === undefined
        ? `Compare line ${line} with the text.`
        : `Write \`%(${meant.key})\`, as line ${meant.line} calls it.`
    } ${afterConfiguration(keeper)}`,
  }),

  'home-relative': ({
    path,
    line,
    key,
    value,
    wanted,
    folder,
    startFolder,
    keeper,
  }: Home & {
    /** The folder of the configuration. */
    readonly folder: string;
    /** Where the Emperor starts its vassals; `null` for a uWSGI by hand. */
    readonly startFolder: string | null;
  }) => ({
    found: `Line ${line} of ${path} says \`${key} = ${value}\`, a relative path. ${
      startFolder === null
        ? `It leads to an environment only from ${folder}.`
        : `By hand it led from ${folder} to the environment. The Emperor starts its vassals in ${startFolder}, where there is no ${value}.`
    }`,
    advice: `Write the full path, \`${key} = ${wanted ?? `${folder}/${value}`}\`. ${afterConfiguration(keeper)}`,
  }),

  'home-not-environment': ({
    path,
    line,
    key,
    value,
    home,
    wanted,
    keeper,
  }: Home & {
    /** Absolute. */
    readonly home: string;
  }) => ({
    found: `${sayHome(path, line, key, value, home)} That folder is no virtual environment.`,
    advice: `${wanted === undefined ? `Name the environment's own folder.` : `Write \`${key} = ${wanted}\`.`} ${afterConfiguration(keeper)}`,
  }),

  'home-missing': ({
    path,
    line,
    key,
    value,
    home,
    wanted,
    folder,
    environment,
    base,
    keeper,
  }: Home & {
    /** Absolute. */
    readonly home: string;
    /** The folder of the configuration. */
    readonly folder: string;
    /** An environment that is there. */
    readonly environment: string | undefined;
    /** The line of `base`, when that is what is wrong. */
    readonly base: number | undefined;
  }) => ({
    found: `${sayHome(path, line, key, value, home)} There is no such folder, and without it Python cannot find its own library.`,
    advice:
      environment === undefined
        ? `Make the environment: \`cd ${shellWord(folder)}\`, then \`sudo virtualenv ${shellWord(home.slice(home.lastIndexOf('/') + 1))}\`. ${afterConfiguration(keeper)}`
        : `${
            base === undefined
              ? `Write \`${key} = ${wanted ?? environment}\`.`
              : `Write \`base = ${folder}\` in line ${base}.`
          } The environment is ${environment}. ${afterConfiguration(keeper)}`,
  }),

  'chdir-impossible': ({
    path,
    line,
    key,
    value,
    isClosed,
    login,
    project,
    keeper,
  }: Entry & {
    /** The folder is there, and the login may not enter it. */
    readonly isClosed: boolean;
    readonly login: string;
    /** The folder of the application. */
    readonly project: string;
  }) => ({
    found: `Line ${line} of ${path} says \`${key} = ${value}\`, and ${isClosed ? `uWSGI, which works as ${login}, may not enter that folder` : 'there is no such folder'}. So uWSGI ends at once.`,
    advice: `Write \`${key} = ${project}\` in line ${line}. ${afterConfiguration(keeper)}`,
  }),

  'buffer-too-small': ({
    path,
    keeper,
    size,
    max,
    entry,
  }: {
    readonly path: string | undefined;
    readonly keeper: Keeper;
    /** Bytes of the request, and for how many there is room. */
    readonly size: number;
    readonly max: number;
    /** The line that says so; `undefined` when none does. */
    readonly entry: { readonly line: number; readonly key: string; readonly value: string } | undefined;
  }) => ({
    found: `Nginx handed over ${size} bytes about the request, and uWSGI has room for ${max}, so it did not read them.${entry === undefined ? '' : ` Line ${entry.line} of ${path ?? 'its configuration'} is \`${entry.key} = ${entry.value}\`.`}`,
    advice: `${entry === undefined || max >= 4096 ? `Give it more room: write \`buffer-size = 32768\`${entry === undefined ? ` into ${path ?? "uWSGI's configuration"}` : ` in line ${entry.line}`}.` : `Take line ${entry.line} out: uWSGI then has room for 4096.`} ${afterConfiguration(keeper)}`,
  }),

  'memory-limited': ({ path, line, key, value, keeper }: Entry) => ({
    found: `Line ${line} of ${path} says \`${key} = ${value}\`: each process may have no more than ${value} MB of memory. The application needs more, and cannot be loaded.`,
    advice: `Take line ${line} out, or write a larger number. ${afterConfiguration(keeper)}`,
  }),

  'uwsgi-not-restarted': ({ files, keeper }: Stale) => ({
    found: sayStale(files),
    advice: readAgain(keeper),
  }),

  'vassal-not-reloaded': ({ files, keeper }: Stale) => ({
    found: sayStale(files),
    advice: readAgain(keeper),
  }),

  'socket-not-creatable': ({
    socket,
    missing,
    login,
    folder,
    unit,
  }: NoSocket & {
    /** The folder, where the login should be able to write; `undefined` when it is none of its own. */
    readonly folder: string | undefined;
  }) => ({
    found: `uWSGI could not make its socket${socket === undefined ? '' : ` ${socket}`}: ${missing ? 'that folder does not exist' : `${login} may not write in that folder`}.`,
    advice: `${
      folder === undefined
        ? `Let \`socket =\` name a file in a folder that ${login} may write in, for instance your project's own.`
        : `Give that folder to ${login}: \`sudo chown ${login} ${shellWord(folder)}\`, then \`sudo chmod u+rwx ${shellWord(folder)}\`.`
    } Then \`sudo systemctl restart ${unit.name}\`.`,
  }),

  'unit-login-foreign': ({
    socket,
    folder,
    owner,
    login,
    unit,
  }: Omit<NoSocket, 'missing'> & {
    readonly folder: string;
    /** Whose folder it is, in that login's own home. */
    readonly owner: string;
  }) => ({
    found: `uWSGI could not make its socket ${socket ?? ''}: it runs as ${login}, and ${folder} belongs to ${owner}.`,
    advice: `Let it run as ${owner}: in ${unit.file}, under [Service], write \`User=${owner}\`. ${restartUnit(unit)}`,
  }),

  'runtime-directory-missing': (facts: RuntimeDirectory) => ({
    found: `uWSGI could not make its socket ${facts.socket ?? ''}: there is no folder ${facts.folder}. What is in /run is gone after every restart of the machine.`,
    advice: adviseRuntimeDirectory('make the folder', facts),
  }),

  'runtime-directory-not-writable': (facts: RuntimeDirectory) => ({
    found: `uWSGI could not make its socket ${facts.socket ?? ''}: ${facts.login} may not write in the folder ${facts.folder}.`,
    advice: adviseRuntimeDirectory('give the folder to that login', facts),
  }),

  'socket-in-private-tmp': ({
    socket,
    of,
    wanted,
    keeper,
  }: {
    readonly socket: string;
    /** The unit that has a `/tmp` of its own; `null` when it is Nginx's. */
    readonly of: string | null;
    /** Where the guide has it. */
    readonly wanted: string | undefined;
    readonly keeper: Keeper;
  }) => ({
    found:
      of === null
        ? `uWSGI listens on ${socket}, but Nginx has a /tmp of its own: \`PrivateTmp=true\` in its unit. There is no such file in it.`
        : `uWSGI listens on ${socket}, but in a /tmp of its own: the unit ${of} has \`PrivateTmp=true\`. Nginx does not see that file.`,
    advice: `Let uWSGI make its socket elsewhere: write ${wanted === undefined ? 'another path' : `\`${wanted}\``} after \`socket =\` in its configuration, and after \`uwsgi_pass unix:\` in Nginx's. ${afterSocket(keeper)} After it, \`sudo systemctl restart nginx\`.`,
  }),

  'socket-missing': (
    facts:
      /** Nginx finds nobody at this address, although uWSGI runs. */
      | {
          readonly seenBy: 'nginx';
          readonly address: string | null;
          readonly name: string;
          readonly keeper: Keeper;
        }
      /** The check itself; its symptom says all. `job`: the one whose vassal makes it. */
      | { readonly seenBy: 'check'; readonly found: string; readonly job: string | undefined },
  ) =>
    facts.seenBy === 'nginx'
      ? {
          found: `${facts.address ?? 'The address that Nginx passes requests to'} is not there, or nobody listens on it, although ${facts.name} runs.`,
          advice: makeSocketAnew(facts.keeper),
        }
      : {
          found: facts.found,
          advice:
            facts.job === undefined
              ? 'Start the service that makes it: `sudo systemctl restart` and its name.'
              : `Let the vassal make it anew: \`sudo stop ${facts.job}\`, then \`sudo start ${facts.job}\`.`,
        },

  'socket-wrong-owner': ({
    socket,
    vassal,
  }: {
    readonly socket: Pick<PathPart, 'path' | 'owner' | 'group' | 'mode'>;
    /** The vassal that makes it, and its job; `null` for a unit. */
    readonly vassal: { readonly job: string; readonly file: string | undefined } | null;
  }) => ({
    found: `${socket.path} belongs to ${socket.owner}:${socket.group} and its permissions are ${socket.mode.toString(8)}.`,
    advice:
      vassal === null
        ? "They come from the unit (`User=`, `Group=`) and from `uid`, `chown-socket` and `chmod-socket` in uWSGI's configuration. Fix them, then restart the service."
        : `They come from \`--uid\` and \`--gid\` in the job's file and from \`chmod-socket\` in ${vassal.file ?? 'its configuration'}. Fix them. Then \`sudo stop ${vassal.job}\` and \`sudo start ${vassal.job}\`.`,
  }),

  'directory-not-searchable': (
    facts:
      /** Others should pass. */
      | (ClosedFolder & { readonly way: 'others' })
      /** The folder's group should pass. `isMember`: Nginx's login is in it; `isRunning`: the running Nginx is, too. */
      | (ClosedFolder & { readonly way: 'group'; readonly isMember: boolean; readonly isRunning: boolean }),
  ) => {
    const { folder, user } = facts;
    if (facts.way === 'others') {
      return {
        found: `${sayClosed(facts)}, without an x for others.`,
        advice: `Let others pass through it: \`sudo chmod o+x ${shellWord(folder.path)}\`.`,
      };
    }
    const chmod = `Let its group pass through it: \`sudo chmod ${(folder.mode | 0o010).toString(8)} ${shellWord(folder.path)}\`.`;
    const restart = facts.isRunning ? '' : ` And ${restartForGroups(facts.restart)}.`;
    return {
      found: `${sayClosed(facts)}, without an x for its group or for others.`,
      advice: facts.isMember
        ? `${chmod}${restart}`
        : `${chmod} The login ${user} is not in that group yet: ${joinGroup(folder.group, user)}, ${restartForGroups(facts.restart)}.`,
    };
  },

  'nginx-not-in-group': (facts: ClosedFolder) => ({
    found: `${sayClosed(facts)}, which let the group pass; but the login ${facts.user} is not in the group ${facts.folder.group}.`,
    advice: `Put it in: ${joinGroup(facts.folder.group, facts.user)}, ${restartForGroups(facts.restart)}.`,
  }),

  'unit-group-missing': ({
    unit,
    group,
    wanted,
  }: {
    /** `null` when it is not known which one makes the socket. */
    readonly unit: (Unit & { readonly id?: string }) | null;
    /** Its group; `''` when it names none. */
    readonly group: string;
    readonly wanted: string;
  }) => ({
    found: group === '' ? 'The unit names no group.' : `The unit runs with the group ${group}.`,
    advice:
      unit === null
        ? `In the unit's file, under [Service], write \`Group=${wanted}\`.`
        : `In ${unit.file}, under [Service], write \`Group=${wanted}\`. ${restartUnit(unit)}`,
  }),

  'chown-socket-missing': ({ path, owner, keeper }: SocketOwner) => ({
    found: `Nothing in ${path} says to whom the socket belongs.`,
    advice: `Write \`chown-socket = ${owner}\` into ${path}, below the line \`socket = …\`. ${afterSocket(keeper)}`,
  }),

  'chown-socket-wrong': ({
    path,
    owner,
    line,
    value,
    keeper,
  }: SocketOwner & { readonly line: number; readonly value: string }) => ({
    found: `Line ${line} of ${path} says \`chown-socket = ${value}\`.`,
    advice: `Change that line to \`chown-socket = ${owner}\`. ${afterSocket(keeper)}`,
  }),

  'chmod-socket-missing': ({
    socket,
    path,
    keeper,
  }: {
    readonly socket: PathPart;
    readonly path: string;
    /** `null` when it is not known whose socket it is. */
    readonly keeper: Keeper | null;
  }) => ({
    found: `${describeSocket(socket)}: its group, to which Nginx belongs, may not write to it.`,
    advice:
      `Write \`chmod-socket = 660\` into ${path}, below the line \`socket = …\`. ${keeper === null ? '' : afterSocket(keeper)}`.trim(),
  }),

  'chmod-socket-too-strict': ({
    socket,
    path,
    given,
    way,
    keeper,
  }: {
    readonly socket: PathPart;
    readonly path: string;
    /** The line that sets the mode. */
    readonly given: MaybeLine | undefined;
    /** Nginx comes as a member of the socket's group, or as its owner. */
    readonly way: 'group' | 'owner';
    readonly keeper: Keeper;
  }) => {
    const wanted = `chmod-socket = ${way === 'group' ? '660' : '644'}`;
    const because =
      given === undefined
        ? ''
        : `, because line ${given.line} of ${path} says \`${given.key} = ${given.value}\``;
    const who = way === 'group' ? 'its group, to which Nginx belongs' : 'its owner, as which Nginx runs';
    return {
      found: `${describeSocket(socket)}${because}: ${who}, may not both read and write.`,
      advice: `${given === undefined ? `Write \`${wanted}\` into ${path}.` : `Change that line to \`${wanted}\`.`} ${afterSocket(keeper)}`,
    };
  },

  'socket-altered': ({
    setting,
    keeper,
  }: {
    /** What says how uWSGI makes it. */
    readonly setting: SocketSetting;
    readonly keeper: Keeper;
  }) => ({
    // A vassal that is reloaded keeps its socket, whatever its file has come to say.
    found: `It ${keeper.kind === 'emperor' && setting.is === 'line' ? 'is from before a change' : 'was changed after uWSGI had made it'}: ${saySetting(setting)}.`,
    advice: makeSocketAnew(keeper),
  }),

  'chmod-socket-differs': ({
    socket,
    is,
    wanted,
    path,
    given,
    keeper,
  }: Configuration & {
    /** Its path. */
    readonly socket: string;
    readonly is: number;
    readonly wanted: number;
    /** The line that sets the mode. */
    readonly given: MaybeLine | undefined;
  }) => {
    const line = `chmod-socket = ${wanted.toString(8)}`;
    return {
      found: `${socket} has the permissions ${is.toString(8)}, not ${wanted.toString(8)}${given === undefined ? '' : `: line ${given.line} of ${path} says \`${given.key} = ${given.value}\``}.`,
      advice: `${given === undefined ? `Write \`${line}\` into ${path}.` : `Change that line to \`${line}\`.`} ${afterSocket(keeper)}`,
    };
  },

  'socket-owner-root': ({
    socket,
    nginx,
    byHand,
    job,
    running,
  }: {
    readonly socket: PathPart;
    readonly nginx: NginxIdentity;
    /** A uWSGI by hand has made it. */
    readonly byHand: boolean;
    /** The name of the job. */
    readonly job: string;
    /** The job runs. */
    readonly running: boolean;
  }) => ({
    found: `${describeSocket(socket)}. Only its owner may write to it, and Nginx runs as ${nginx.user}.`,
    advice: `That is enough once uWSGI runs as ${nginx.user}: ${byHand ? 'end the one in your terminal with Ctrl+C, ' : ''}\`sudo chown -R ${nginx.user}:${nginx.group} ${shellWord(socket.path.slice(0, socket.path.lastIndexOf('/')))}/\`, then ${running ? `\`sudo stop ${job}\` and ` : ''}\`sudo start ${job}\`.`,
  }),

  'socket-folder-missing': ({
    path,
    line,
    folder,
    keeper,
  }: Configuration & {
    /** The line of `socket`. */
    readonly line: number | undefined;
    readonly folder: string;
  }) => ({
    found: `The vassal is to make its socket in ${folder}, and there is no such folder.`,
    advice: `Compare ${line === undefined ? 'the line `socket`' : `line ${line}`} of ${path} with the text. ${afterConfiguration(keeper)}`,
  }),

  'socket-folder-not-writable': (facts: NotWritable) => ({
    found: `The vassal runs as ${facts.login} and may not create its socket in ${facts.folder}: ${describeOwner(facts.part)}.`,
    advice: adviseOwner('Change the owner of the folder and of all that is in it', facts),
  }),

  'log-folder-missing': (
    facts:
      /** The log of a vassal, or of a uWSGI by hand: then there is no job. */
      | {
          readonly of: 'uwsgi';
          readonly logFile: string;
          readonly folder: string;
          readonly nginx: NginxIdentity;
          readonly job: Job | null;
        }
      /** The log of the Emperor itself, which a job of this name starts. */
      | { readonly of: 'emperor'; readonly folder: string; readonly job: string },
  ) => {
    const make = `Make it: \`sudo mkdir -p ${shellWord(facts.folder)}\``;
    if (facts.of === 'emperor') {
      return {
        found: `The job ${facts.job} is to write its log to ${facts.folder}, and there is no such folder.`,
        advice: `${make}. Then \`sudo start ${facts.job}\`.`,
      };
    }
    const { user, group } = facts.nginx;
    return {
      found: `uWSGI is to write its log to ${facts.logFile}, and there is no folder ${facts.folder}.`,
      advice: `${make}.${facts.job === null ? ' Then start uWSGI again.' : ` Then \`sudo chown -R ${user}:${group} ${shellWord(facts.folder)}/\`. The Emperor tries again by itself.`}`,
    };
  },

  'log-folder-not-writable': (facts: NotWritable) => ({
    found: `The vassal runs as ${facts.login} and may not write to ${facts.part.path}: ${describeOwner(facts.part)}.`,
    advice: adviseOwner('Change the owner of the logs', facts),
  }),

  'uwsgi-never-started': ({ log, file }: { readonly log: string; readonly file: string }) => ({
    found: `${log} says nothing of a start: uWSGI has not been started with ${file} yet, or it reports somewhere else.`,
    advice: `Compare the line \`logto\` with the text. Then start it as this step shows: \`sudo uwsgi --ini ${shellWord(file)}\`.`,
  }),

  'uwsgi-outside-job': (
    facts:
      /** A uWSGI of the same file runs in a terminal. */
      | { readonly seen: 'process'; readonly process: GuestProcess; readonly job: string }
      /** It has made the page. `owner`: to whom or what it belongs. */
      | { readonly seen: 'page'; readonly owner: string; readonly job: string; readonly keeper: Keeper },
  ) =>
    facts.seen === 'process'
      ? {
          found: `A uWSGI that was started by hand (process ${facts.process.pid}) runs as ${facts.process.user} with the same file, and has taken the vassal's socket.`,
          advice: `End it with Ctrl+C in its terminal. Then \`sudo stop ${facts.job}\` and \`sudo start ${facts.job}\`, so that the vassal makes its socket anew.`,
        }
      : {
          found: `A uWSGI made the page that the job ${facts.job} did not start (it belongs to ${facts.owner}).`,
          advice: `End it with Ctrl+C in its terminal. ${afterSocket(facts.keeper)}`,
        },

  'vassals-folder-misspelt': ({
    folder,
    meant,
    line,
    job,
    again,
  }: VassalsFolder & {
    readonly meant: string;
    /** The line of the job's file that names it; `undefined` when it is not found. */
    readonly line: number | undefined;
  }) => ({
    found: sayNoFolder(folder),
    advice:
      `In ${line === undefined ? '' : `line ${line} of `}${job?.file ?? "the job's file"}, change \`${folder}\` to \`${meant}\`. ${startAgain(job, again)}`.trim(),
  }),

  'vassals-folder-missing': ({ folder, file, job, again }: VassalsFolder & { readonly file: string }) => ({
    found: sayNoFolder(folder),
    advice:
      `Make it, and link the vassal's file into it: \`sudo mkdir -p ${shellWord(folder)}\`, then \`sudo ln -s ${shellWord(file)} ${shellWord(folder)}\`. ${startAgain(job, again)}`.trim(),
  }),

  'vassal-file-missing': ({ file }: { readonly file: string }) => ({
    found: `There is no ${file}, the configuration of this vassal.`,
    advice: `Write it: \`sudo nano ${shellWord(file)}\`.`,
  }),

  'vassal-link-broken': ({
    path,
    target,
    toItself,
    file,
    folder,
  }: VassalLink & {
    readonly target: string;
    readonly toItself: boolean;
  }) => ({
    found: `${path} is a link to "${target}", where there is nothing${toItself ? ' but the link itself' : ''}. The Emperor passes it over in silence.`,
    advice: `A link needs the full path of its target: \`sudo rm ${shellWord(path)}\`, then \`sudo ln -s ${shellWord(file)} ${shellWord(folder)}\`.`,
  }),

  'vassal-copied': ({ path, file, folder }: VassalLink) => ({
    found: `${path} is a file of its own, not a link to ${file}. What you change in one does not change the other.`,
    advice: `Put a link in its place: \`sudo rm ${shellWord(path)}\`, then \`sudo ln -s ${shellWord(file)} ${shellWord(folder)}\`.`,
  }),

  'vassal-not-linked': ({ file, folder }: Omit<VassalLink, 'path'>) => ({
    found: `The Emperor has no vassal for this application: nothing in ${folder} leads to ${file}.`,
    advice: `Make the link: \`sudo ln -s ${shellWord(file)} ${shellWord(folder)}\`. The Emperor finds it within three seconds.`,
  }),

  'vassal-renamed': ({
    path,
    name,
    file,
    wanted,
  }: {
    /** The link, and its name. */
    readonly path: string;
    readonly name: string;
    /** What it leads to. */
    readonly file: string;
    /** The name that it should have. */
    readonly wanted: string;
  }) => ({
    found: name.endsWith('.ini')
      ? `The vassal is called ${name}, so \`%n\` is "${name.replace(/\.\w+$/, '')}", and its socket and its log are called so, too.`
      : `The link to ${file} is called ${name}; the Emperor takes it for a vassal only by the name ${wanted}.`,
    advice: `Give the link the name of the file: \`sudo mv ${shellWord(path)} ${shellWord(`${path.slice(0, path.lastIndexOf('/'))}/${wanted}`)}\`.`,
  }),

  'vassal-not-spawned': ({
    name,
    folder,
    job,
  }: {
    readonly name: string;
    readonly folder: string;
    readonly job: string;
  }) => ({
    found: `The Emperor runs, but has not tried to start ${name}. An Emperor that was started before there was a folder ${folder} does not notice it.`,
    advice: `Start it anew: \`sudo stop ${job}\`, then \`sudo start ${job}\`.`,
  }),

  'vassal-dies': ({
    emperorLog,
    file,
    keeper,
  }: {
    readonly emperorLog: string;
    readonly file: string;
    readonly keeper: Keeper;
  }) => ({
    found: `The Emperor starts ${keeper.name}, and it ends by itself, again and again.`,
    advice: `Read why, first in the Emperor's log and then in its own: \`sudo tail -n 20 ${shellWord(emperorLog)}\`, \`${showLog(keeper)}\`. Then let the Emperor try again: \`sudo touch ${shellWord(file)}\`.`,
  }),

  'vassal-wrong-user': ({
    process,
    user,
    group,
    job,
  }: {
    readonly process: Pick<GuestProcess, 'pid' | 'user' | 'group'>;
    /** As whom it should run; `undefined` when that does not matter. */
    readonly user: string | undefined;
    readonly group: string | undefined;
    readonly job: Job;
  }) => ({
    found: `Process ${process.pid} of the vassal runs as ${process.user}:${process.group}, not as ${user ?? process.user}:${group ?? process.group}. A vassal is born with the Emperor's login.`,
    advice: adviseLogin(job, user ?? process.user, group ?? user ?? process.group),
  }),
} as const satisfies ProgramWords;

interface UnknownLogin extends Configuration {
  /** `undefined` when no line of the file names it. */
  readonly line: number | undefined;
  readonly name: string;
  readonly near: string;
}

/** A configuration that uWSGI did not find. */
interface NotFound {
  /** As uWSGI was told it. */
  readonly name: string;
  /** Where it looked. */
  readonly folder: string;
  /** The name of a file there that may be the one; `null` when there is none. */
  readonly near: string | null;
  /** The folder is that of the project, with the environment in it. */
  readonly isProject: boolean;
  /** A shell goes to that folder (`cd`), not systemd. */
  readonly byShell: boolean;
  readonly unit: Unit;
}

/** What decides whose a new socket is, and what its permissions are. */
type SocketSetting =
  /** A line of uWSGI's configuration. */
  | {
      readonly is: 'line';
      readonly path: string;
      readonly line: number;
      readonly key: string;
      readonly value: string;
    }
  /** The login as which the vassal runs. */
  | { readonly is: 'login'; readonly login: string };

interface Stale {
  readonly files: readonly string[];
  readonly keeper: Keeper;
}

/** A socket that uWSGI could not make. */
interface NoSocket {
  /** As the configuration names it. */
  readonly socket: string | undefined;
  /** Its folder is missing; otherwise the login may not write there. */
  readonly missing: boolean;
  readonly login: string;
  readonly unit: Unit;
}

/** The folder in /run for a socket. */
interface RuntimeDirectory {
  readonly socket: string | undefined;
  readonly folder: string;
  readonly login: string;
  readonly group: string;
  /** The unit starts its commands as root. */
  readonly asRoot: boolean;
  /** A line of the unit that should make the folder, and does not. */
  readonly wrong:
    | {
        readonly line: number;
        readonly text: string;
        readonly why: 'folder' | 'login' | 'order' | 'other';
      }
    | undefined;
  readonly unit: Unit;
}

interface SocketOwner extends Configuration {
  /** Whose it should be: `sammy:www-data`. */
  readonly owner: string;
}

interface VassalsFolder {
  readonly folder: string;
  readonly job: Job | null;
  /** What has to be done with the job afterwards; `null` when it was never started. */
  readonly again: 'start' | 'restart' | null;
}

interface VassalLink {
  readonly path: string;
  readonly file: string;
  readonly folder: string;
}

/** How uWSGI comes to a configuration that it did not find. */
function adviseConfiguration({ name, folder, near, isProject, byShell, unit }: NotFound): string {
  const own = baseName(name);
  if (near !== null) {
    const rename = `\`mv ${shellWord(`${folder}/${near}`)} ${shellWord(`${folder}/${own}`)}\``;
    return near.startsWith(own)
      ? `Rename it: ${rename}. Then \`sudo systemctl restart ${unit.name}\`.`
      : `If that is the one, write \`--ini ${near}\` in ${unit.file}, or rename the file: ${rename}. ${restartUnit(unit)}`;
  }
  const compare = `${byShell ? 'the folder after `cd`' : '`WorkingDirectory=`'} and the name after \`--ini\` in ${unit.file}`;
  return isProject
    ? `If the file is missing, write it: \`nano ${shellWord(`${folder}/${own}`)}\`. If it has another name, correct the one after \`--ini\` in ${unit.file}. ${restartUnit(unit)}`
    : `Compare ${compare} with the place of your file. ${restartUnit(unit)}`;
}

function saySetting(setting: SocketSetting): string {
  switch (setting.is) {
    case 'line':
      return `line ${setting.line} of ${setting.path} says \`${setting.key} = ${setting.value}\``;
    case 'login':
      return `the vassal runs as ${setting.login}, to whom a new socket would belong`;
  }
}

function inLine(path: string, line: number | undefined): string {
  return line === undefined ? `In ${path}` : `In line ${line} of ${path}`;
}

function sayHome(path: string, line: number, key: string, value: string, home: string): string {
  return `Line ${line} of ${path} says \`${key} = ${value}\`${value === home ? '' : `, which is ${home}`}.`;
}

function sayStale(files: readonly string[]): string {
  return `${files.join(' and ')} changed after uWSGI had read ${files.length === 1 ? 'it' : 'them'}; it still works with the old text.`;
}

function sayClosed({ folder, user }: ClosedFolder): string {
  return `Nginx runs as ${user} and may not pass through ${folder.path}: it ${describePart(folder)}`;
}

function joinGroup(group: string, user: string): string {
  return `\`sudo usermod -a -G ${group} ${user}\``;
}

function restartForGroups(restart: string): string {
  return `then \`${restart}\`, because a running program keeps the groups that it was started with`;
}

function adviseRuntimeDirectory(what: string, facts: RuntimeDirectory): string {
  const { folder, login, group, wrong, asRoot, unit } = facts;
  // systemd gives it to the unit's login, so root's unit has to do it by itself.
  const line = asRoot
    ? `ExecStartPre=-/usr/bin/bash -c 'mkdir -p ${folder}; chown ${login}:${group} ${folder}'`
    : `RuntimeDirectory=${folder.replace(/^(?:\/var)?\/run\//, '')}`;
  const again = restartUnit(unit);
  if (wrong === undefined) {
    return `Let the unit ${what} before it starts uWSGI: in ${unit.file}, under [Service]${asRoot ? ' and above \`ExecStart=\`' : ''}, write \`${line}\`. ${again}`;
  }
  const why = {
    folder: 'makes another folder',
    login: `does not give the folder to ${login}`,
    order: 'runs only after uWSGI has been started',
    other: 'should do it, and fails',
  }[wrong.why];
  return `Line ${wrong.line} of ${unit.file}, \`${wrong.text}\`, ${why}. Write \`${line}\` in its place${asRoot ? ', above \`ExecStart=\`' : ''}. ${again}`;
}

/** Folders are Nginx's, and a vassal of another login gets into none of them. */
function adviseOwner(what: string, { login, nginx, job, folder }: NotWritable): string {
  const { user, group } = nginx;
  return login === user
    ? `${what}: \`sudo chown -R ${user}:${group} ${shellWord(folder)}/\`. The Emperor tries again by itself.`
    : adviseLogin(job, user, group);
}

function describeOwner({ owner, group, mode }: PathPart): string {
  return `it belongs to ${owner}:${group}, with the permissions ${mode.toString(8)}`;
}

function sayNoFolder(folder: string): string {
  return `The Emperor is to watch ${folder}, and there is no such folder.`;
}

function startAgain(job: Job | null, again: VassalsFolder['again']): string {
  if (job === null || again === null) return '';
  return `Then ${again === 'restart' ? `\`sudo stop ${job.name}\` and ` : ''}\`sudo start ${job.name}\`.`;
}
