/** What belongs to the chain from Nginx to the application, by what a guide itself says: its listings, commands and checks. */
import type { Action, CommandAction, FileAction, Guide } from '../../site/chapter/model.ts';
import type { Check } from '../../site/checks/model.ts';
import type { Syntax } from './line-mutations.ts';
import type { Effect } from './mutation.ts';

export type HttpCheck = Extract<Check, { kind: 'http' }>;

/** A file that the guide has the reader write or edit. */
export interface ChainFile {
  readonly path: string;
  readonly syntax: Syntax;
  /** What makes a change of it take effect. */
  readonly effects: readonly Effect[];
}

/** A symbolic link, as `ln -s` was told to make it: `place` may be the link, or the folder in which it is made. */
export interface ChainLink {
  readonly target: string;
  readonly place: string;
}

/** One application, from Nginx to its code. */
export interface Chain {
  /** The guide's last check of the whole chain. */
  readonly check: HttpCheck;
  /** What belongs to no application alone (Nginx, the job, the firewall) is mutated with this one. */
  readonly shared: boolean;
  readonly files: readonly ChainFile[];
  readonly links: readonly ChainLink[];
  /** Folders on the way to the files, the links and the socket, and those that the guide looks at. */
  readonly folders: readonly string[];
  readonly socket: string | null;
  readonly environments: readonly string[];
  /** Packages that pip has put into an environment. */
  readonly packages: readonly { readonly environment: string; readonly name: string }[];
  readonly memberships: readonly { readonly login: string; readonly group: string }[];
  /** Rules by which the firewall lets Nginx's visitors in. */
  readonly openings: readonly string[];
  /** The command by which this guide's readers restart Nginx. */
  readonly restartNginx: string;
  /** The Emperor's log. */
  readonly emperorLog: string | null;
}

/** Folders of the system, through which everything goes: nobody who follows a guide touches them. */
const SYSTEM_FOLDERS = /^\/(?:[^/]*|var\/log|run|etc\/systemd(?:\/system)?|etc\/init|usr\/.*)$/;

/** The applications of a guide, one for each unit or vassal that a check of the whole chain names, the guide's last first. */
export function chainsOf(guide: Guide): readonly Chain[] {
  const steps = guide.chapters.flatMap(({ steps }) => steps);
  const checks = steps.flatMap((step) => step.checks.map(({ check }) => check));
  const actions = steps.flatMap((step) => step.actions);
  const last = new Map<string, HttpCheck>();
  for (const check of checks) {
    if (check.kind !== 'http' || check.servedBy !== 'nginx+uwsgi') continue;
    // The snapshot at a guide's end is taken without the restart.
    last.set(check.vassal ?? check.unit ?? '', { ...check, sinceBoot: false });
  }
  const ordered = [...last.values()].toReversed();
  return ordered.map((check, index) =>
    chainOf({ actions, checks, check, others: ordered.toSpliced(index, 1), shared: index === 0 }),
  );
}

interface Given {
  readonly actions: readonly Action[];
  readonly checks: readonly Check[];
  readonly check: HttpCheck;
  readonly others: readonly HttpCheck[];
  /** What belongs to no application alone is mutated with this one. */
  readonly shared: boolean;
}

function chainOf({ actions, checks, check, others, shared }: Given): Chain {
  const own = check.vassal === undefined ? null : folderOf(check.vassal);
  const foreign = others.flatMap(({ vassal }) => (vassal === undefined ? [] : [folderOf(vassal)]));
  /** Whether a path is this application's. */
  const belongs = (path: string): boolean =>
    (own !== null && isIn(path, own)) || (shared && !foreign.some((folder) => isIn(path, folder)));
  const commands = actions.filter((action): action is CommandAction => action.kind === 'command');
  const lines = commands.flatMap(({ command }) => command.split(/\s*&&\s*/));

  const files = filesOf(actions.filter((action): action is FileAction => action.kind === 'file')).filter(
    ({ path }) => belongs(path),
  );
  const links = lines
    .flatMap((line) => {
      const [, target, place] = /\bln -s (\S+) (\S+)/.exec(line) ?? [];
      return target === undefined || place === undefined ? [] : [{ target, place: place.replace(/\/$/, '') }];
    })
    .filter(({ target }) => belongs(target));
  const socket = check.socket === undefined ? null : check.socket;
  const looked = checks.flatMap((each) =>
    each.kind === 'file' && each.type === 'directory' ? [each.path] : [],
  );
  const onTheWay = [...files.map(({ path }) => path), ...(socket === null ? [] : [socket])].flatMap(
    foldersTo,
  );
  const folders = [...onTheWay, ...links.flatMap(({ place }) => [place, ...foldersTo(place)]), ...looked];
  const pip = checks.flatMap((each) =>
    each.kind === 'package' && each.environment !== undefined
      ? [{ environment: each.environment, name: each.name }]
      : [],
  );
  const packages = pip.filter(({ environment }) => belongs(environment));
  const job = actions.findLast((action) => action.kind === 'file' && action.path.startsWith('/etc/init/'));
  const closed = new Set(
    checks.flatMap((each) => (each.kind === 'firewall' && !each.allowed ? [each.rule] : [])),
  );
  return {
    check,
    shared,
    files,
    links,
    folders: [...new Set(folders)].filter((folder) => !SYSTEM_FOLDERS.test(folder) && belongs(folder)),
    socket,
    environments: [...new Set(packages.map(({ environment }) => environment))],
    packages,
    memberships: shared
      ? lines.flatMap((line) => {
          const [, group, login] = /\busermod -a -G (\S+) (\S+)/.exec(line) ?? [];
          return group === undefined || login === undefined ? [] : [{ group, login }];
        })
      : [],
    openings: shared
      ? checks.flatMap((each) =>
          each.kind === 'firewall' && each.allowed && !closed.has(each.rule) ? [each.rule] : [],
        )
      : [],
    restartNginx: lines.some((line) => line.includes('/etc/init.d/nginx'))
      ? '/etc/init.d/nginx restart'
      : 'systemctl restart nginx',
    emperorLog:
      job?.kind === 'file' ? (/\bLOGTO=(\S+)|--logto (\/\S+)/.exec(job.content)?.[1] ?? null) : null,
  };
}

/** The files of the listings, once each. Python that lies beside no configuration of uWSGI's is not served. */
function filesOf(listings: readonly FileAction[]): readonly ChainFile[] {
  const byPath = new Map(listings.map((listing) => [listing.path, listing]));
  const served = new Set(
    listings.filter(({ content }) => content.includes('[uwsgi]')).map(({ path }) => folderOf(path)),
  );
  return [...byPath.values()].flatMap((listing): ChainFile[] => {
    const { path, language } = listing;
    if (language === 'nginx') return [{ path, syntax: 'nginx', effects: ['nginx'] }];
    if (/^\/etc\/systemd\/system\//.test(path))
      return [{ path, syntax: 'ini', effects: ['units', 'server'] }];
    if (/^\/etc\/init\//.test(path)) return [{ path, syntax: 'job', effects: ['job'] }];
    if (!served.has(folderOf(path))) return [];
    return [{ path, syntax: language === 'python' ? 'python' : 'ini', effects: ['server'] }];
  });
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** All folders above a path. */
function foldersTo(path: string): readonly string[] {
  const above = folderOf(path);
  return above === '/' ? [] : [...foldersTo(above), above];
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
