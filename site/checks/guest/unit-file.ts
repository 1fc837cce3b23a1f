/** A unit's file, or a drop-in of it, as systemd reads it; and what it passes over or refuses. */

/** A line `Key=value`; of several that a backslash joins, the first. */
export interface UnitEntry {
  /** `''` above the first header. */
  readonly section: string;
  readonly key: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

/** A line that is no entry, no header of a section and no comment. */
export interface StrayLine {
  readonly section: string;
  readonly text: string;
  readonly line: number;
  /** The entry above it, if no blank line and no header stands between them. */
  readonly after: UnitEntry | undefined;
}

export interface UnitFile {
  readonly path: string;
  /** As it stands. */
  readonly text: string;
  readonly entries: readonly UnitEntry[];
  readonly strays: readonly StrayLine[];
  /** Headers as they are written, `[Service` or `[Service] # comment`, and the sections that they begin: `Service`. */
  readonly headers: readonly { readonly text: string; readonly section: string; readonly line: number }[];
  /** Comments that would be entries without their sign. */
  readonly comments: readonly { readonly key: string; readonly line: number }[];
}

/** Never throws. */
export function parseUnitFile(path: string, text: string): UnitFile {
  const entries: UnitEntry[] = [];
  const strays: StrayLine[] = [];
  const headers: { text: string; section: string; line: number }[] = [];
  const comments: { key: string; line: number }[] = [];
  let section = '';
  let after: UnitEntry | undefined;
  const rows = text.replace(/^\uFEFF/, '').split('\n');
  for (let index = 0; index < rows.length; index += 1) {
    const line = index + 1;
    let row = (rows[index] ?? '').replace(/\r$/, '').trimStart();
    if (/^[#;]/.test(row)) {
      const key = /^[#;]+\s*([A-Za-z]+)\s*=/.exec(row)?.[1];
      if (key !== undefined) comments.push({ key, line });
      continue;
    }
    // A backslash joins only as the very last sign of its line.
    while (row.endsWith('\\') && index + 1 < rows.length) {
      index += 1;
      row = `${row.slice(0, -1)} ${(rows[index] ?? '').replace(/\r$/, '').trimStart()}`;
    }
    row = row.trim();
    const equals = row.indexOf('=');
    if (row === '') {
      after = undefined;
    } else if (row.startsWith('[')) {
      section = /^\[([^\]]*)/.exec(row)?.[1] ?? '';
      headers.push({ text: row, section, line });
      after = undefined;
    } else if (equals > 0 && /^[^\s=-][^=]*$/.test(row.slice(0, equals))) {
      after = { section, key: row.slice(0, equals).trim(), value: row.slice(equals + 1).trim(), line };
      entries.push(after);
    } else {
      strays.push({ section, text: row, line, after });
    }
  }
  return { path, text, entries, strays, headers, comments };
}

/** What counts for systemd: of most keys the last. */
export function valueIn(file: UnitFile, section: string, key: string): UnitEntry | undefined {
  return file.entries.findLast((entry) => entry.section === section && entry.key === key);
}

/** Keys that name units without which this one does not start. */
export const NEEDS: readonly string[] = ['Requires', 'Requisite', 'BindsTo'];

/** The units that a unit's files say it needs; no more than a few. */
export function needsOf(files: readonly UnitFile[]): readonly string[] {
  return files
    .flatMap(({ entries }) => entries)
    .filter(({ section, key }) => section === 'Unit' && NEEDS.includes(key))
    .flatMap(({ value }) => value.split(/\s+/))
    .filter((name) => /^[\w@.:-]{1,80}$/.test(name))
    .slice(0, 10);
}
