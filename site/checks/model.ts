/**
 * Checks as chapters declare them, and their results. A check only reads; it never changes the guest and
 * never types into a terminal. `site/checks/run.ts` runs them.
 */
import { z } from 'zod';

/** `root:www-data`-like names are separate keys; modes are written as text, for instance `660`. */
const mode = z.string().regex(/^[0-7]{3,4}$/, 'a mode is three or four octal digits, for instance 660');

/** A job's name: that of its file in /etc/init without `.conf`. */
const jobName = z.string().regex(/^[A-Za-z0-9_][\w.-]*$/, 'the name of a file in /etc/init without .conf');

/** A package is installed. `manager` decides where: dpkg, rpm, or pip in `environment` (a virtual environment's path, or the system's). */
export const packageCheck = z.strictObject({
  kind: z.literal('package'),
  name: z.string(),
  manager: z.enum(['apt', 'rpm', 'pip']),
  environment: z.string().optional(),
});

/** A repository of apt's: `deb URL SUITE COMPONENT`. What is absent below does not matter. */
export const repositoryCheck = z.strictObject({
  kind: z.literal('repository'),
  url: z.url(),
  suite: z.string(),
  component: z.string(),
  /** Its line is in /etc/apt/sources.list or beside it, spelt right; with `source`, the line for its sources as well. */
  listed: z.boolean().optional(),
  source: z.boolean().optional(),
  /** apt trusts the key whose owner's name has this in it, for every repository; `keyUrl` is where it is fetched. */
  trusted: z.boolean().optional(),
  keyOwner: z.string().optional(),
  keyUrl: z.url().optional(),
  /** apt has its lists of packages. */
  read: z.boolean().optional(),
  /** The version of this package that apt would install comes from it. */
  offers: z.string().optional(),
});

/** A file exists, with these properties; those that are absent do not matter. */
export const fileCheck = z.strictObject({
  kind: z.literal('file'),
  path: z.string(),
  type: z.enum(['file', 'directory', 'symlink', 'socket']).optional(),
  /**
   * Text that it must contain, outside comments and as whole words, compared without regard to runs of
   * blanks and to blanks around `=`; several in an array.
   */
  contains: z.union([z.string(), z.array(z.string())]).optional(),
  /** Text that it must not contain, compared in the same way. */
  lacks: z.string().optional(),
  owner: z.string().optional(),
  group: z.string().optional(),
  /** Of a folder: owner and group are those of everything in it as well. */
  recursive: z.boolean().optional(),
  mode: mode.optional(),
  /** Where a symbolic link leads, resolved. */
  target: z.string().optional(),
  /** `python`: it compiles; `ini`: sections and keys parse; `nginx`: statements end in semicolons, and braces pair. */
  syntax: z.enum(['python', 'ini', 'nginx']).optional(),
});

/** Processes whose command line contains `match`. */
export const processCheck = z.strictObject({
  kind: z.literal('process'),
  match: z.string(),
  user: z.string().optional(),
  group: z.string().optional(),
  /** They belong to this systemd unit. */
  unit: z.string().optional(),
  /** At least so many; default 1. */
  count: z.number().int().positive().optional(),
});

/** A TCP port in the guest: listened on, on which address, and whether the outside reaches it. */
export const portCheck = z.strictObject({
  kind: z.literal('port'),
  port: z.number().int(),
  listening: z.boolean().optional(),
  /** `any`: on all addresses; `local`: on 127.0.0.1 only. */
  address: z.enum(['any', 'local']).optional(),
});

/** What the firewall lets in, by ufw's own rules. */
export const firewallCheck = z.strictObject({
  kind: z.literal('firewall'),
  /** `5000`, or an application profile, `Nginx Full`. */
  rule: z.string(),
  allowed: z.boolean(),
});

/** A Unix socket that somebody listens on. */
export const socketCheck = z.strictObject({
  kind: z.literal('socket'),
  path: z.string(),
  owner: z.string().optional(),
  group: z.string().optional(),
  mode: mode.optional(),
  /** The vassal's configuration that makes it, and the job that starts its Emperor; without them, a unit is looked for. */
  job: jobName.optional(),
  vassal: z.string().optional(),
});

/** A systemd unit. */
export const serviceCheck = z.strictObject({
  kind: z.literal('service'),
  unit: z.string(),
  active: z.boolean().optional(),
  enabled: z.boolean().optional(),
  /** The machine's last boot has started it, nobody's hand. */
  sinceBoot: z.boolean().optional(),
  /** Values that `systemctl show` must give, for instance `{ User: 'sammy', Group: 'www-data' }`. */
  properties: z.record(z.string(), z.string()).optional(),
});

/** A job of Upstart's: Upstart understands its file, /etc/init/NAME.conf. What is absent below does not matter. */
export const jobCheck = z.strictObject({
  kind: z.literal('job'),
  name: jobName,
  running: z.boolean().optional(),
  /** All of its processes have this login; it runs then, too. */
  user: z.string().optional(),
  /** A line of its file starts it when the machine boots. */
  startsAtBoot: z.boolean().optional(),
  /** It runs, and the machine's last boot has started it, nobody's hand. */
  sinceBoot: z.boolean().optional(),
});

/**
 * A vassal of uWSGI's Emperor, or, without `job`, the uWSGI that was last started by hand with this file: its log says
 * what became of it, even after its end.
 */
export const vassalCheck = z.strictObject({
  kind: z.literal('vassal'),
  /** Its configuration, the file itself and not the link: `/var/www/demoapp/demoapp_uwsgi.ini`. */
  ini: z.string(),
  /** The job of Upstart's that starts the Emperor. */
  job: jobName.optional(),
  /** Something in the folder that the Emperor watches leads to the file, and under the file's name. */
  linked: z.boolean().optional(),
  /** Its log, the file of its `logto`, says that its last start loaded the application; with `job`, it runs. */
  loaded: z.boolean().optional(),
  /** Its processes, which the Emperor of the job has spawned, run so. */
  user: z.string().optional(),
  group: z.string().optional(),
  /** It has been loaded since its configuration and its code last changed. */
  current: z.boolean().optional(),
  /** The machine's last boot has started the job, nobody's hand. */
  sinceBoot: z.boolean().optional(),
});

/** Nginx's configuration: valid as a whole (`nginx -t`), and with these parts in what it loads (`nginx -T`). */
export const nginxConfigCheck = z.strictObject({
  kind: z.literal('nginx-config'),
  /** A server block with this name is loaded. */
  serverName: z.string().optional(),
  /** It passes requests to this address, for instance `unix:/home/sammy/myproject/myproject.sock`. */
  uwsgiPass: z.string().optional(),
  /** The running Nginx was started or reloaded after the configuration last changed. */
  loaded: z.boolean().optional(),
});

/** A request from outside, through the guest's firewall. */
export const httpCheck = z.strictObject({
  kind: z.literal('http'),
  url: z.string(),
  /** Default 200. `blocked`: nothing gets through. */
  status: z.union([z.number().int(), z.literal('blocked')]).optional(),
  contains: z.string().optional(),
  /**
   * Who must have answered. `nginx+uwsgi`: Nginx answered, and a worker of the unit, or of the job's vassal, made the
   * body: it logged this very request, to the journal or to the file of the vassal's `logto`. A failure is explained
   * along the chain: package, unit or job, Emperor, vassal, process, socket, permissions, Nginx's configuration, answer.
   */
  servedBy: z.enum(['nginx+uwsgi', 'uwsgi', 'flask']).optional(),
  /** The guide's unit, for the chain; or the job that starts the Emperor, and its vassal's configuration file. */
  unit: z.string().optional(),
  job: jobName.optional(),
  vassal: z.string().optional(),
  /** The guide's socket: it decides which side is told to change. */
  socket: z.string().optional(),
  /** The machine's last boot has started the job, nobody's hand. */
  sinceBoot: z.boolean().optional(),
});

/** The way out: a shell command as root; exit status 0 passes. Its output is what was found. */
export const shellCheck = z.strictObject({
  kind: z.literal('shell'),
  command: z.string(),
  /** Login to run as; default root. */
  user: z.string().optional(),
  /** What to do when it fails. */
  advice: z.string(),
});

export const checkSchema = z.discriminatedUnion('kind', [
  packageCheck,
  repositoryCheck,
  fileCheck,
  processCheck,
  portCheck,
  firewallCheck,
  socketCheck,
  serviceCheck,
  jobCheck,
  vassalCheck,
  nginxConfigCheck,
  httpCheck,
  shellCheck,
]);

export type Check = z.infer<typeof checkSchema>;

/**
 * `fail` is about the guest, `error` about the checker (it broke, the reader did not). `advice` is what to do,
 * in the second person; `evidence` is a log line or a command's output that shows why, if there is one.
 */
export type CheckResult =
  | { readonly status: 'pass'; readonly expected: string; readonly found: string }
  | {
      readonly status: 'fail';
      readonly expected: string;
      readonly found: string;
      readonly advice: string;
      /** Name of the recognised wrong turn, for tests: `socket-path-mismatch`. Absent when none is recognised. */
      readonly cause?: string;
      readonly evidence?: string;
    }
  | { readonly status: 'error'; readonly message: string };
