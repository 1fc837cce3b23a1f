import type { Callable } from '../../guest/callable.ts';
import type { Keeper } from '../../guest/keeper.ts';
import type { NginxService } from '../../guest/nginx-service.ts';
import type { GuestProcess } from '../../guest/processes.ts';
import type { ListeningProgram } from '../../guest/sockets.ts';
import { excerpt } from '../../text.ts';
import type { ProgramWords } from '../words.ts';
import { afterCode, afterConfiguration, afterSocket, showLog } from './keeper.ts';
import { adviseOpenAddress, nameProgram } from './phrases.ts';

/** Who listens on a port; the first is named. */
interface Listening {
  readonly port: number;
  readonly programs: readonly ListeningProgram[];
}

/** A line of the reader's code. */
interface CodeLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** A line of uWSGI's configuration. */
interface IniLine {
  readonly number: number;
  readonly key: string;
  readonly value: string;
}

/** A line of uWSGI's configuration that is about its log. */
interface LogLine {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly key: string;
  readonly value: string;
  readonly keeper: Keeper;
}

/** A function of the application, and where it is. */
interface Definition {
  readonly name: string;
  readonly place: { readonly file: string; readonly line: number } | null;
  readonly keeper: Keeper;
}

/** A server that the reader starts in a terminal. */
type TerminalServer = 'uwsgi' | 'flask';

/** A request and its answer: who gave it, and what it says. */
export const CHAIN = {
  'nginx-bypassed': ({
    port,
    programs,
    unit,
    service,
  }: Listening & {
    /** The service that runs it; `null` when it runs in a terminal. */
    readonly unit: { readonly name: string; readonly isEnabled: boolean } | null;
    readonly service: NginxService;
  }) => ({
    found: `Not Nginx but ${nameProgram(programs)} answers on port ${port}.`,
    advice:
      unit === null
        ? `End that program with Ctrl+C in its terminal${programs[0] === undefined ? '' : `, or with \`sudo kill ${programs[0].pid}\``}. Then \`${service.restart}\`.`
        : `It belongs to the service ${unit.name}. Stop it with \`sudo systemctl stop ${unit.name}\`${unit.isEnabled ? `, keep it from starting with the machine with \`sudo systemctl disable ${unit.name}\`` : ''}, and then \`${service.restart}\`.`,
  }),

  'nginx-outside-unit': ({
    state,
    pid,
    service,
  }: {
    readonly state: string;
    readonly pid: number;
    readonly service: NginxService;
  }) => ({
    found: `An Nginx that was started by hand (process ${pid}) has the port; the service nginx is ${state} and could not start beside it.`,
    advice: `End that one, and start the service: \`sudo kill ${pid}\`, then \`${service.start}\`.`,
  }),

  'default-site-shadowed': ({
    host,
    answering,
    own,
    service,
  }: {
    readonly host: string;
    /** The file of the block that answers, and of the one that should. */
    readonly answering: string;
    readonly own: string;
    readonly service: NginxService;
  }) => ({
    found: `No block is called ${host}, so the first one that Nginx reads answers: ${answering}.`,
    advice: `Write \`server_name ${host};\` into ${own}. Then \`sudo nginx -t\` and \`${service.reload}\`.`,
  }),

  'app-too-slow': ({
    keeper,
    place,
  }: {
    /** `null` when the check names no uWSGI. */
    readonly keeper: Keeper | null;
    /** A line that may let it wait. */
    readonly place: CodeLine | null;
  }) => ({
    found: `Nginx passed the request on, and the application has not answered.${place === null ? '' : ` Line ${place.line} of ${place.file}, \`${place.text}\`, may be what it waits for.`}`,
    advice:
      place === null || keeper === null
        ? `See what it is doing with \`${keeper === null ? 'sudo journalctl -u myproject' : showLog(keeper)}\`; look for a loop or a wait in your code.`
        : `Take that line out, or let what it does come to an end. ${afterCode(keeper)}`,
  }),

  'app-still-loading': ({
    keeper,
    place,
  }: {
    readonly keeper: Keeper;
    /** A line that may let it wait. */
    readonly place: CodeLine | null;
  }) => ({
    found: `uWSGI still loads the application: it has no workers yet, and the request waits for them.${place === null ? '' : ` Line ${place.line} of ${place.file}, \`${place.text}\`, may be what it waits for.`}`,
    advice: `Give it a minute and check again. If that changes nothing, look for a loop or a wait in your code that is not inside a function. ${afterCode(keeper)}`,
  }),

  'app-run-at-import': ({
    port,
    place,
    keeper,
  }: {
    readonly port: number;
    /** The line with the call of `run`. */
    readonly place: CodeLine;
    readonly keeper: Keeper;
  }) => ({
    found: `Line ${place.line} of ${place.file}, \`${place.text}\`, starts a server of its own (port ${port}) when uWSGI imports the file. uWSGI waits for its end, and never comes to its workers.`,
    advice: `Write \`if __name__ == "__main__":\` above line ${place.line}, and begin line ${place.line} with four blanks, so that it counts only when you start the file yourself. ${afterCode(keeper)}`,
  }),

  'uwsgi-protocol-mismatch': ({
    line,
    socket,
    keeper,
  }: {
    /** The line of its configuration that says so; `null` when there is none. */
    readonly line: IniLine | null;
    /** What its `socket` should be. */
    readonly socket: string | undefined;
    readonly keeper: Keeper | null;
  }) => {
    if (line === null) {
      return {
        found: 'uWSGI took the request and ended the connection without an answer.',
        advice: `Read why with \`${keeper === null ? 'sudo journalctl -u myproject' : showLog(keeper)}\`: a worker may have died.`,
      };
    }
    const change =
      line.key === 'protocol'
        ? 'Take that line out'
        : `In its place write \`socket = ${socket ?? line.value}\``;
    return {
      found: `uWSGI speaks another protocol than Nginx on this socket: line ${line.number} of its configuration says \`${line.key} = ${line.value}\`.`,
      advice: `${change}, so that uWSGI speaks the uwsgi protocol. ${keeper === null ? 'Then `sudo systemctl restart myproject`.' : afterSocket(keeper)}`,
    };
  },

  'uwsgi-holds-port': ({
    port,
    line,
    path,
    socket,
    keeper,
    service,
  }: {
    readonly port: number;
    readonly line: IniLine;
    readonly path: string;
    /** What its `socket` should be; `null` when it has one. */
    readonly socket: string | null;
    readonly keeper: Keeper;
    readonly service: NginxService;
  }) => ({
    found: `Not Nginx but uWSGI itself answers on port ${port}: line ${line.number} of ${path} says \`${line.key} = ${line.value}\`.`,
    advice: `${socket === null ? `Take that line out.` : `In its place write \`socket = ${socket}\`.`} ${afterSocket(keeper)} Last, \`${service.restart}\`.`,
  }),

  'start-response-wrong': ({
    message,
    place,
    keeper,
  }: {
    readonly message: string;
    readonly place: { readonly file: string; readonly line: number } | null;
    readonly keeper: Keeper;
  }) => ({
    found: `The application was called, but it calls \`start_response\` in a way that uWSGI does not take${place === null ? '' : ` (${place.file}, line ${place.line})`}: ${message.replace(/^TypeError: /, '')}.`,
    advice: `It takes the status as text, and the headers as a list of pairs of texts: \`start_response('200 OK', [('Content-Type', 'text/html')])\`. ${afterCode(keeper)}`,
  }),

  'start-response-missing': ({ name, place, keeper }: Definition) => ({
    found: `${nameFunction(name, place)} returned a page, but never called \`start_response\`, so the answer has no status and no headers.`,
    advice: `Write \`start_response('200 OK', [('Content-Type', 'text/html')])\` in it, above \`return\`. ${afterCode(keeper)}`,
  }),

  'view-returns-nothing': ({ name, place, keeper }: Definition) => ({
    found: `${nameFunction(name, place)} ends without returning a page.`,
    advice: `Let its last line be \`return\` with the page, as the text shows it. ${afterCode(keeper)}`,
  }),

  'callable-arguments-wrong': ({ name, place, keeper }: Definition) => ({
    found: `uWSGI calls the application with two arguments. ${nameFunction(name, place)} does not take two.`,
    advice: `Write \`def ${name}(environ, start_response):\`${place === null ? '' : ` in line ${place.line} of ${place.file}`}. ${afterCode(keeper)}`,
  }),

  'callable-is-factory': ({
    name,
    module,
    place,
    configuration,
    keeper,
  }: Definition & { readonly module: string; readonly configuration: string | undefined }) => ({
    found: `${nameFunction(name, place)} makes an application and is none itself; uWSGI calls it as if it were one.`,
    advice: `Let uWSGI call it once, at its start: in ${configuration ?? "uWSGI's configuration"} write \`module = ${module}:${name}()\`. ${afterConfiguration(keeper)}`,
  }),

  'uwsgi-outside-unit': (
    /** `isService`: a service runs it, and no terminal. */
    facts: { readonly unit: string; readonly isService: boolean } & (
      | /** It has made the page. `other`: the unit that it belongs to. */
        { readonly seen: 'page'; readonly other: string }
        /** It has made the socket, which is not of the unit's group. */
      | {
          readonly seen: 'socket';
          readonly group: string;
          /** `undefined` when it no longer runs. */
          readonly process: GuestProcess | undefined;
        }
    ),
  ) => {
    const { unit } = facts;
    if (facts.seen === 'page' && facts.isService) {
      return {
        found: `A uWSGI of another unit, ${facts.other}, made the page: it has replaced ${unit}'s socket with its own.`,
        advice: adviseOneUnit(unit, facts.other),
      };
    }
    if (facts.seen === 'page') {
      return {
        found: `A uWSGI made the page that the unit ${unit} did not start (it belongs to ${facts.other}).`,
        advice: `Stop the one in your terminal with Ctrl+C, then \`sudo systemctl restart ${unit}\`.`,
      };
    }
    const { process } = facts;
    if (process !== undefined && facts.isService) {
      return {
        found: `A uWSGI of another unit, ${process.unit}, has replaced ${unit}'s socket with it.`,
        advice: adviseOneUnit(unit, process.unit),
      };
    }
    return process === undefined
      ? {
          found: `The unit ${unit} runs with the group ${facts.group}, so its uWSGI did not leave the socket like that. A uWSGI that was started by hand made it, or its owner was changed.`,
          advice: `Let the unit make it anew: \`sudo systemctl restart ${unit}\`.`,
        }
      : {
          found: `A uWSGI that was started by hand (process ${process.pid}) has replaced the one that the unit ${unit} had made with it.`,
          advice: `End that uWSGI with Ctrl+C in its terminal, or with \`sudo kill -INT ${process.pid}\`. Then let the unit make its socket anew: \`sudo systemctl restart ${unit}\`.`,
        };
  },

  'route-missing': ({
    path,
    callable,
    keeper,
  }: {
    readonly path: string;
    readonly callable: Callable;
    readonly keeper: Keeper;
  }) => ({
    found: `The chain works, but the application knows no page ${path}.`,
    advice: `See that \`@${callable}.route("${path}")\` stands right above your function. ${afterCode(keeper)}`,
  }),

  'page-differs': ({
    wanted,
    body,
    place,
    keeper,
  }: {
    readonly wanted: string;
    readonly body: string;
    /** The line in which that text stands; `null` when it is not found. */
    readonly place: { readonly file: string; readonly line: number } | null;
    readonly keeper: Keeper;
  }) => ({
    found: `The chain works, but the page does not say "${wanted}". It says: ${excerpt(body)}`,
    advice: `Compare ${place === null ? 'the text that your function returns' : `line ${place.line} of ${place.file}, where that text stands,`} with the guide's. ${afterCode(keeper)}`,
  }),

  'request-not-logged': ({ path, line, key, value, keeper }: LogLine) => ({
    found: `The page is there, but whether uWSGI made it cannot be seen: with \`${key} = ${value}\` (line ${line} of ${path}), it does not log its requests to systemd's journal.`,
    advice: `Take line ${line} out. ${afterConfiguration(keeper)}`,
  }),

  'request-logged-otherwise': ({ path, line, key, value, keeper }: LogLine) => ({
    found: `The page is there, but whether uWSGI made it cannot be seen: with \`${key} = ${value}\` (line ${line} of ${path}), it logs its requests in another form than its own, and only that one can be read here.`,
    advice: `Take line ${line} out. ${afterConfiguration(keeper)}`,
  }),

  'not-served-by-uwsgi': ({ keeper }: { readonly keeper: Keeper }) => ({
    found: `Nginx answered, but none of ${keeper.name}'s workers made this page: its log has no line for the request.`,
    advice:
      keeper.kind === 'unit'
        ? "Look for a file or another rule that answers first: the location of your server block must hold only `include uwsgi_params;` and `uwsgi_pass …;`. If uWSGI's log is switched off or sent to a file, take that option out of its configuration."
        : 'Look for what answers first: another vassal whose line `socket` names the same file (`grep -H socket /etc/uwsgi/vassals/*`), another rule in your server block, or a file in the folder in which `try_files` looks.',
  }),

  'nothing-listens': ({
    port,
    start,
  }: {
    readonly port: number;
    /** The server to start; `undefined` where any would do, `null` where only the port is looked at. */
    readonly start: { readonly server: TerminalServer; readonly callable: Callable } | undefined | null;
  }) =>
    start === null
      ? {
          found: `Nothing listens on port ${port}.`,
          advice: 'Start the program as this step shows, read what it prints, and leave it running.',
        }
      : {
          found: `Nothing listens on port ${port}: the program is not running.`,
          advice: `Start it and leave it running: ${start === undefined ? 'as this step shows' : startOf(start.server, port, start.callable)}.`,
        },

  'bound-to-localhost': ({
    port,
    programs,
    address,
    callable,
  }: Listening & { readonly address: string; readonly callable: Callable }) => ({
    found: `${nameProgram(programs)} listens on ${address}:${port}, which only programs on this machine can reach.`,
    advice: adviseOpenAddress(port, callable),
  }),

  'bound-to-all-addresses': ({ port, programs, address }: Listening & { readonly address: string }) => ({
    found: `${nameProgram(programs)} listens on ${address}:${port}, open to the outside.`,
    advice: `Bind it to 127.0.0.1:${port} instead and start it again.`,
  }),

  'port-taken': ({
    port,
    programs,
    folder,
    sleeps,
  }: Listening & {
    /** Where it was started. */
    readonly folder: string | undefined;
    readonly sleeps: boolean;
  }) => ({
    found: `${nameProgram(programs)}${folder === undefined ? '' : `, started in ${folder},`} still listens on port ${port}${sleeps ? ', although it was put to sleep with Ctrl+Z' : ''}.`,
    advice: sleeps
      ? 'In the terminal in which you started it, `fg` brings it to the front. Then press Ctrl+C.'
      : 'Go to the terminal in which it runs and press Ctrl+C.',
  }),

  'answered-by-another-program': ({
    port,
    programs,
    wanted,
    callable,
  }: Listening & { readonly wanted: TerminalServer; readonly callable: Callable }) => ({
    found: `${nameProgram(programs)} answers on port ${port}, not ${wanted === 'uwsgi' ? 'uWSGI' : "Flask's own server"}.`,
    advice: `Stop it with Ctrl+C in its terminal, then start ${startOf(wanted, port, callable)}.`,
  }),

  'protocol-http-missing': ({ port, callable }: { readonly port: number; readonly callable: Callable }) => ({
    found: 'uWSGI listens, but it speaks its own uwsgi protocol, which a browser does not.',
    advice: `Stop it with Ctrl+C and start it with the option \`--protocol=http\`: \`${uwsgiCommand(port, callable)}\`.`,
  }),

  'app-not-loaded': ({ callable }: { readonly callable: Callable }) => ({
    found: 'uWSGI answers "Internal Server Error": it runs, but it did not find your application.',
    advice: `Read the lines above in its terminal. The part after \`-w\` is the name of your file without .py, a colon, and the name of the application in it${callable === 'application' ? ', if that is not `application`' : ''}: \`${entryOf(callable)}\`. Stop uWSGI with Ctrl+C, fix it, and start it again.`,
  }),
} as const satisfies ProgramWords;

/** Another unit has the same socket. */
function adviseOneUnit(unit: string, other: string): string {
  return `Only one unit can serve that socket. Stop the other: \`sudo systemctl stop ${other}\`; with \`systemctl disable\` it stays away. Then \`sudo systemctl restart ${unit}\`.`;
}

/** What to type to start a server, with the virtual environment active. */
function startOf(server: TerminalServer, port: number, callable: Callable): string {
  const command = server === 'flask' ? 'python myproject.py' : uwsgiCommand(port, callable);
  return `\`${command}\` in your project, with the virtual environment active`;
}

function uwsgiCommand(port: number, callable: Callable): string {
  return `uwsgi --socket 0.0.0.0:${port} --protocol=http -w ${entryOf(callable)}`;
}

/** uWSGI looks for `application` when no other name is given. */
function entryOf(callable: Callable): string {
  return callable === 'application' ? 'wsgi' : 'wsgi:app';
}

function nameFunction(name: string, place: Definition['place']): string {
  return `The function \`${name}\`${place === null ? '' : ` (${place.file}, line ${place.line})`}`;
}
