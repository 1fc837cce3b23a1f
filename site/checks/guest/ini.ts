/** A file of `[sections]` and `key = value` lines: uWSGI's configuration, systemd's units. */
export interface IniFile {
  readonly entries: readonly IniEntry[];
  readonly sections: readonly string[];
  /** The first line that is neither a section, nor an entry, nor a comment. */
  readonly error?: { readonly line: number; readonly text: string };
}

export interface IniEntry {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  /** The value as it stands in the file, where {@link expandIni} has filled something in. */
  readonly written?: string;
  /** From 1. */
  readonly line: number;
}

/** Reads an INI file as uWSGI does: a key may come twice; `#` and `;` begin comment lines. Never throws. */
export function parseIni(text: string): IniFile {
  const entries: IniEntry[] = [];
  const sections: string[] = [];
  let section = '';
  let error: IniFile['error'];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = trimLine(raw);
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const header = /^\[([^\]]*)\]$/.exec(line)?.[1];
    const equals = line.indexOf('=');
    if (header !== undefined) {
      section = header;
      sections.push(section);
    } else if (equals > 0 && !line.startsWith('[')) {
      entries.push({
        section,
        key: trimLine(line.slice(0, equals)),
        value: trimLine(line.slice(equals + 1)),
        line: index + 1,
      });
    } else {
      error ??= { line: index + 1, text: line };
    }
  }
  return { entries, sections, ...(error === undefined ? {} : { error }) };
}

/** Without blanks and tabs at its ends. Other characters that look like nothing belong to a line, to uWSGI as well. */
function trimLine(line: string): string {
  const isBlank = (at: number): boolean => ' \t\r'.includes(line.charAt(at));
  let start = 0;
  let end = line.length;
  while (start < end && isBlank(start)) start += 1;
  while (end > start && isBlank(end - 1)) end -= 1;
  return line.slice(start, end);
}

/** Longest value that {@link expandIni} makes: placeholders of placeholders can double without end. */
const MAX_VALUE = 4096;

/**
 * Fills in what uWSGI fills in: its magic words (`%n`, the file's name without its ending) and placeholders
 * (`%(base)`, the first value of the key `base`). `path` is the file as uWSGI was given it; of a link, the link's.
 * A placeholder without a value stays as it is, as it does in uWSGI.
 */
export function expandIni(ini: IniFile, path: string): IniFile {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const magic: Readonly<Record<string, string>> = {
    p: path,
    d: path.slice(0, path.lastIndexOf('/') + 1),
    s: name,
    n: dot > 0 ? name.slice(0, dot) : name,
    e: dot > 0 ? name.slice(dot + 1) : '',
    x: 'uwsgi',
  };
  const written = new Map<string, string>();
  for (const { section, key, value } of ini.entries)
    if (section === 'uwsgi' && !written.has(key)) written.set(key, value);
  const values = new Map<string, string>();
  const entries = ini.entries.map((entry): IniEntry => {
    if (entry.section !== 'uwsgi') return entry;
    let room = MAX_VALUE;
    const value = entry.value
      .slice(0, MAX_VALUE)
      .replaceAll(/%(?:([a-z])|\(([^()\s]{1,64})\))/g, (whole, letter: string | undefined, key: string) => {
        const text = letter === undefined ? (values.get(key) ?? written.get(key)) : magic[letter];
        const filled = (text ?? whole).slice(0, room);
        room -= filled.length;
        return filled;
      })
      .slice(0, MAX_VALUE);
    if (!values.has(entry.key)) values.set(entry.key, value);
    return value === entry.value ? entry : { ...entry, value, written: entry.value };
  });
  return { ...ini, entries };
}

/** `%(base)` */
const PLACEHOLDER = /%\(([^()\s]{1,64})\)/g;

/** The keys that lines use as placeholders, which is why uWSGI need not know them. */
export function usedKeys(ini: IniFile): ReadonlySet<string> {
  return new Set(
    ini.entries.flatMap(({ value, written }) =>
      [...(written ?? value).matchAll(PLACEHOLDER)].map(([, key = '']) => key),
    ),
  );
}

/** The first placeholder that no line gives a value. */
export function unknownPlaceholder(ini: IniFile): { readonly name: string; readonly line: number } | null {
  const keys = new Set(ini.entries.map(({ key }) => key));
  for (const { value, written, line } of ini.entries) {
    for (const [, name = ''] of (written ?? value).matchAll(PLACEHOLDER)) {
      if (!keys.has(name)) return { name, line };
    }
  }
  return null;
}

/** The last value of a key in a section; the last one counts. */
export function valueOf(ini: IniFile, section: string, key: string): string | undefined {
  return ini.entries.findLast((entry) => entry.section === section && entry.key === key)?.value;
}
