/** Lines of a unit with which systemd keeps folders from its service. */
import type { UnitUwsgiFacts } from '../../guest/facts.ts';
import type { UnitEntry } from '../../guest/unit-file.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** A line of the unit's file, or of a drop-in. */
interface Line extends UnitEntry {
  readonly path: string;
}

/** The line because of which the service does not see `path`, or cannot write there; `null` when there is none. */
export function protectedTrouble(
  { unit, unitFiles }: Pick<UnitUwsgiFacts, 'unit' | 'unitFiles'>,
  path: string,
  how: 'hidden' | 'read-only',
): Trouble | null {
  for (const { path: file, key, value, line } of linesInForce(unitFiles)) {
    const folder = foldersOf(key, value, how).find((own) => path === own || path.startsWith(`${own}/`));
    if (folder === undefined) continue;
    return trouble('unit-folder-protected', { unit, path: file, line, key, value, folder, how });
  }
  return null;
}

/** Keys of lists, by the name of the list: each line adds to it, and one without a value empties it. */
const LISTS: ReadonlyMap<string, string> = new Map([
  ['InaccessiblePaths', 'InaccessiblePaths'],
  ['InaccessibleDirectories', 'InaccessiblePaths'],
  ['ReadOnlyPaths', 'ReadOnlyPaths'],
  ['ReadOnlyDirectories', 'ReadOnlyPaths'],
]);

/** The service's lines that no later line takes back: of keys that are no lists, the last. */
function linesInForce(unitFiles: UnitUwsgiFacts['unitFiles']): readonly Line[] {
  const lines = new Map<string, Line[]>();
  for (const { path, entries } of unitFiles) {
    for (const entry of entries) {
      if (entry.section !== 'Service') continue;
      const list = LISTS.get(entry.key);
      const earlier = list === undefined || entry.value === '' ? undefined : lines.get(list);
      if (earlier === undefined) lines.set(list ?? entry.key, [{ ...entry, path }]);
      else earlier.push({ ...entry, path });
    }
  }
  return [...lines.values()].flat();
}

/** Folders that a line hides, or lets be read only. */
function foldersOf(key: string, value: string, how: 'hidden' | 'read-only'): readonly string[] {
  const isOn = /^(?:1|yes|true|on)$/i.test(value);
  switch (key) {
    case 'ProtectHome':
      return (how === 'hidden' && (isOn || value === 'tmpfs')) ||
        (how === 'read-only' && value === 'read-only')
        ? ['/home', '/root']
        : [];
    case 'ProtectSystem':
      // With `strict` that is all there is, but for /dev, /proc and /sys.
      return how === 'read-only' && value === 'strict'
        ? ['/home', '/root', '/run', '/srv', '/tmp', '/var']
        : [];
    case 'InaccessiblePaths':
    case 'InaccessibleDirectories':
      return how === 'hidden' ? pathsOf(value) : [];
    case 'ReadOnlyPaths':
    case 'ReadOnlyDirectories':
      return how === 'read-only' ? pathsOf(value) : [];
    default:
      return [];
  }
}

function pathsOf(value: string): readonly string[] {
  return value
    .split(/\s+/)
    .map((path) => path.replace(/^[-+]+/, '').replace(/(?<=.)\/$/, ''))
    .filter((path) => path !== '');
}
