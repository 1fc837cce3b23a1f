/** A guest for unit tests: it answers the questions of `survey` from a table instead of a machine. */
import { spawnSync } from 'node:child_process';
import type {
  ExecOptions,
  ExecResult,
  FileStat,
  GuestAgent,
  HttpOutcome,
  HttpRequest,
} from '../../sandbox/types.ts';
import type { CheckContext } from '../guest/context.ts';
import { withHome, type Check, type CheckResult } from '../model.ts';
import { runPlacedCheck } from '../run.ts';

/** What a command prints, or prints before it ends with a status. */
export type Answer = string | { readonly code: number; readonly output: string } | (() => string);

export interface Script {
  /**
   * A part of a question's command, and the answer. The last entry that fits wins, so that a test can lay
   * its own answers over those of a healthy guest.
   */
  readonly answers?: Readonly<Record<string, Answer>>;
  readonly files?: Readonly<Record<string, string | null>>;
  readonly stats?: Readonly<Record<string, FileStat | null>>;
  readonly http?: HttpOutcome | ((request: HttpRequest) => HttpOutcome);
  /** The reader's login; its home is the folder of that name. Default `sammy`. */
  readonly login?: string;
  /** For checks of the kind `shell`. */
  readonly exec?: (argv: readonly string[], options: ExecOptions | undefined) => ExecResult;
}

/** A machine that has long been up, with nothing to wait for; its packages come by apt-get. */
const STARTED: Script = {
  answers: {
    'systemctl is-system-running': '',
    'tries=0': '',
    'echo no unit': '',
    ': nothing asked': '',
    'date +%s': '1795231000\n',
    '(def|from|import)[[:space:]]|^': '',
    'head -n 200; true': '',
    'id -Gn --': '',
    '/lib/python[0-9]*/': '',
    'head -c 16384': '',
    'command -v yum': '',
    'test -e': '',
    "/pyvenv.cfg' 2>/dev/null; true": '',
    'dirname "$d"': '',
    'ls -1AF': '',
    '/site-packages/[uU]': '',
    'grep -HnsF -e': '',
    'command -v nginx': '/usr/sbin/nginx\n',
    '[ -x /etc/init.d/nginx ]': { code: 1, output: '' },
    'grep -lsd skip': '',
    '[ -L "$f" ] && [ -e "$f" ]': '',
    '[ ! -L "$f" ] && echo': '',
    "grep -lsE '^ *(ExecStart": '',
    '/bin/uwsgi 2>/dev/null; true': '',
    "[ -e '": { code: 1, output: '' },
    false: { code: 1, output: '' },
    "for f in '/": '',
    "stat -L -c '%a %U %G %n %F'": '',
    'id -nG': '',
    'sudo -l -U': '',
    'getent group wheel': 'sudo:x:27:\n',
    'getent passwd nginx www-data': 'www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n',
  },
};

/** A context whose guest follows a script, the later parts laid over the earlier. */
export function scriptedGuest(...scripts: readonly Script[]): CheckContext {
  const answers = [STARTED, ...scripts].flatMap((script) => Object.entries(script.answers ?? {}));
  const files = Object.assign({}, ...scripts.map((script) => script.files)) as Record<string, string | null>;
  const stats = Object.assign({}, ...scripts.map((script) => script.stats)) as Record<
    string,
    FileStat | null
  >;
  const http = scripts.findLast((script) => script.http !== undefined)?.http;
  const exec = scripts.findLast((script) => script.exec !== undefined)?.exec;
  const login = scripts.findLast((script) => script.login !== undefined)?.login ?? 'sammy';

  const agent: GuestAgent = {
    exec(argv, options) {
      const script = argv[2] ?? '';
      if (!script.includes('--typealong-')) {
        if (exec === undefined)
          return Promise.reject(new Error(`The test has no answer to: ${argv.join(' ')}`));
        return Promise.resolve(exec(argv, options));
      }
      return Promise.resolve({ code: 0, stdout: answerAll(script, answers), stderr: '' });
    },
    readFile: (path) => Promise.resolve(files[path] ?? null),
    writeFile: (path) => Promise.reject(new Error(`A check must not write, but wrote ${path}`)),
    stat: (path) => Promise.resolve(stats[path] ?? null),
  };
  return {
    agent,
    http: (request) => {
      if (http === undefined) return Promise.reject(new Error(`The test has no answer to: ${request.url}`));
      return Promise.resolve(typeof http === 'function' ? http(request) : http);
    },
    login,
    home: `/home/${login}`,
  };
}

/** A context whose questions a real shell answers, on the machine of the test. */
export function shellGuest(home: string): CheckContext {
  const context = scriptedGuest();
  const exec: GuestAgent['exec'] = (argv) => {
    const { status, stdout, stderr } = spawnSync(argv[0] ?? '', argv.slice(1), { encoding: 'utf8' });
    return Promise.resolve({ code: status ?? -1, stdout, stderr });
  };
  return { ...context, home, agent: { ...context.agent, exec } };
}

/** Answers each `{ command\n} 2>&1 …` block of a survey, ending each with the survey's own mark. */
function answerAll(script: string, answers: readonly (readonly [string, Answer])[]): string {
  let output = '';
  for (const [, command = '', mark = ''] of script.matchAll(
    /^\{ ([\s\S]*?)\n\} 2>&1 <\/dev\/null\nprintf '\\n%s %d\\n' '(--typealong-[^']+)' \$\?$/gm,
  )) {
    const answer = answers.findLast(([part]) => command.includes(part))?.[1];
    if (answer === undefined) throw new Error(`The test has no answer to: ${command}`);
    const value = typeof answer === 'function' ? answer() : answer;
    const { code, output: text } = typeof value === 'string' ? { code: 0, output: value } : value;
    output += `${text}\n${mark} ${code}\n`;
  }
  return output;
}

/** A page, as the guest's ports give it. */
export function page(status: number, body: string, server?: string): HttpOutcome {
  return {
    kind: 'response',
    status,
    statusText: '',
    headers: server === undefined ? [] : [['Server', server]],
    body: new TextEncoder().encode(body),
  };
}

/** Runs a check as a chapter declares it, with `~`; its title does not matter. */
export function runCheck(check: Check, context: CheckContext): Promise<CheckResult> {
  return runPlacedCheck({ check: withHome(check, context.home), title: 'It is so' }, context);
}
