import type { z } from 'zod';
import { downTrouble, settingsTrouble } from '../diagnosis/server.ts';
import { permissionTrouble, socketGroupTrouble } from '../diagnosis/uwsgi/socket-trouble.ts';
import { staleTrouble } from '../diagnosis/uwsgi/stale-trouble.ts';
import type { CheckContext } from '../guest/context.ts';
import { gatherMachine, type MachineFacts } from '../guest/facts.ts';
import { gatherServer, socketOf, type AnyUwsgi, type ServerName } from '../guest/server.ts';
import { settleServer } from '../guest/settle-server.ts';
import { lookAgain } from '../guest/settle.ts';
import { quote, survey } from '../guest/survey.ts';
import { entryOf } from '../guest/vassal-facts.ts';
import { fail, pass, type CheckResult } from '../verdict.ts';
import { nameProgram } from '../words/en/phrases.ts';
import { saySymptom, symptom, trouble, type Trouble } from '../words/index.ts';
import { defineCheck, type Zod } from './define-check.ts';
import { jobName, octalMode } from './fields.ts';

const schema = (z: Zod) =>
  z.strictObject({
    path: z.string(),
    owner: z.string().optional(),
    group: z.string().optional(),
    mode: octalMode(z).optional(),
    /** The vassal's configuration that makes it, and the job that starts its Emperor; without them, a unit is looked for. */
    job: jobName(z).optional(),
    vassal: z.string().optional(),
  });

type SocketCheck = z.infer<ReturnType<typeof schema>>;

/** A Unix socket that somebody listens on. */
export const socketCheck = defineCheck({
  kind: 'socket',
  schema,
  paths: ['path', 'vassal'],
  settles: null,
  run: checkSocket,
});

/** A Unix socket is there, somebody listens on it, and it belongs to the right ones. */
async function checkSocket(check: SocketCheck, context: CheckContext): Promise<CheckResult> {
  const result = await look(check, context);
  if (result.status !== 'fail') return result;
  // uWSGI makes its socket a moment after it has been started.
  return lookAgain(
    result,
    () => wait(check, context),
    () => look(check, context),
    context,
  );
}

async function wait(check: SocketCheck, context: CheckContext): Promise<boolean> {
  const server = await serverOf(check, context);
  return server !== null && settleServer(server, context);
}

async function look(check: SocketCheck, context: CheckContext): Promise<CheckResult> {
  const { path } = check;
  const expected = describe(check, path);
  const stat = await context.agent.stat(path);
  const machine = await gatherMachine(context);
  const program = stat?.type === 'socket' ? await listenerOf(path, machine, context) : null;

  if (stat === null || stat.type !== 'socket' || program === null) {
    const shownAs = symptom('no-listener', {
      path,
      state: stat === null ? 'absent' : stat.type === 'socket' ? 'left-behind' : { type: stat.type },
    });
    const reason = await ownerTrouble(check, path, machine, context);
    return fail(
      expected,
      reason === null
        ? trouble('socket-missing', { seenBy: 'check', found: saySymptom(shownAs), job: check.job })
        : { ...reason, symptom: shownAs },
    );
  }
  const owner = check.owner ?? stat.owner;
  const group = check.group ?? stat.group;
  const mode = check.mode === undefined ? stat.mode : Number.parseInt(check.mode, 8);
  if (stat.owner === owner && stat.group === group && stat.mode === mode) {
    return pass(
      expected,
      `${program} listens on it; it is ${stat.owner}:${stat.group}, ${stat.mode.toString(8)}.`,
    );
  }
  const server = await serverOf(check, context);
  const uwsgi = server === null ? null : await gatherServer(server, context);
  const reason =
    uwsgi === null
      ? null
      : (downTrouble(uwsgi, context.login) ??
        staleTrouble(uwsgi) ??
        (await permissionTrouble(path, uwsgi, machine, context)) ??
        (uwsgi.kind === 'vassal' || (stat.owner === owner && stat.group === group)
          ? modeTrouble(path, stat.mode, mode, uwsgi)
          : null) ??
        // Nginx may open it all the same, being in another group, but the guide gives the socket to its own.
        (stat.group === group || uwsgi.kind === 'vassal'
          ? null
          : socketGroupTrouble(
              symptom('socket-of-other-group', { path, owner: stat.owner, group: stat.group, wanted: group }),
              group,
              uwsgi,
            )));
  return fail(
    expected,
    reason ??
      trouble('socket-wrong-owner', {
        socket: { path, owner: stat.owner, group: stat.group, mode: stat.mode },
        vassal: check.job === undefined ? null : { job: check.job, file: check.vassal },
      }),
  );
}

/** Why the unit that should make this socket has not: the unit whose folder it is in. */
async function ownerTrouble(
  check: SocketCheck,
  path: string,
  machine: MachineFacts,
  context: CheckContext,
): Promise<Trouble | null> {
  const server = await serverOf(check, context);
  if (server === null) return null;
  const uwsgi = await gatherServer(server, context);
  const down = downTrouble(uwsgi, context.login) ?? staleTrouble(uwsgi);
  if (down !== null) return down;
  const own = socketOf(uwsgi, machine);
  if (own !== null && own !== path) {
    return trouble('socket-path-mismatch', {
      at: 'socket',
      own,
      configuration: uwsgi.configuration?.path,
      socket: uwsgi.kind === 'unit' ? path.slice(path.lastIndexOf('/') + 1) : path,
      keeper: uwsgi.keeper,
    });
  }
  return settingsTrouble(uwsgi);
}

/** Nginx may open the socket, but it is not as strict, or stricter, than it should be. */
function modeTrouble(
  path: string,
  is: number,
  wanted: number,
  { configuration, keeper }: AnyUwsgi,
): Trouble | null {
  if (is === wanted) return null;
  const file = configuration?.path ?? "uWSGI's configuration";
  const given = configuration === null ? undefined : entryOf(configuration.ini, 'chmod-socket', 'chmod');
  return trouble('chmod-socket-differs', { socket: path, is, wanted, path: file, given, keeper });
}

/** Whose socket it is: what the check names, else a unit. */
async function serverOf(
  { path, job, vassal }: SocketCheck,
  context: CheckContext,
): Promise<ServerName | null> {
  if (job !== undefined && vassal !== undefined) return { kind: 'vassal', file: vassal, job };
  const unit = await unitOfSocket(path, context);
  return unit === null ? null : { kind: 'unit', unit };
}

/** The unit file that mentions the folder of a socket or has systemd make it, else one that runs uWSGI, or `null`. */
async function unitOfSocket(path: string, context: CheckContext): Promise<string | null> {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const own = /^(?:\/var)?\/run\/([\w-]+)$/.exec(folder)?.[1];
  const made = `grep -lsE '^ *RuntimeDirectory *=(.* )?${own ?? ''}( |$)' /etc/systemd/system/*.service; `;
  const { units } = await survey(context, {
    units: `grep -ls -- ${quote(folder)} /etc/systemd/system/*.service; ${own === undefined ? '' : made}grep -ls 'ExecStart=.*uwsgi' /etc/systemd/system/*.service; true`,
  });
  const file = units.output.split('\n').find((line) => line !== '');
  return file === undefined ? null : file.slice(file.lastIndexOf('/') + 1);
}

/** The program that listens on a socket; its name in the kernel may be relative to the program's folder. */
async function listenerOf(
  path: string,
  machine: MachineFacts,
  context: CheckContext,
): Promise<string | null> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const candidates = machine.unixListeners.filter(
    (listener) => listener.path === path || listener.path.endsWith(name),
  );
  const exact = candidates.find((listener) => listener.path === path);
  if (exact !== undefined) return nameProgram(exact.programs);
  for (const { path: relative, programs } of candidates) {
    const pid = programs[0]?.pid;
    if (pid === undefined) continue;
    const { folder } = await survey(context, { folder: `readlink /proc/${pid}/cwd` });
    if (`${folder.output.trim()}/${relative.replace(/^\.\//, '')}` === path) return nameProgram(programs);
  }
  return null;
}

function describe(check: SocketCheck, path: string): string {
  const parts = [`Somebody listens on the socket ${path}`];
  if (check.owner !== undefined || check.group !== undefined) {
    parts.push(`of ${[check.owner, check.group].filter((name) => name !== undefined).join(':')}`);
  }
  if (check.mode !== undefined) parts.push(`with the permissions ${check.mode}`);
  return `${parts.join(' ')}.`;
}
