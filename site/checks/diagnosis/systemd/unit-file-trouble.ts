/** What is wrong in a unit's file, line by line. */
import type { UnitUwsgiFacts } from '../../guest/facts.ts';
import { valueIn, type UnitEntry, type UnitFile } from '../../guest/unit-file.ts';
import { closestLine } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** Sections, and the keys in them that a small service has. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  Unit: 'Description Documentation After Before Requires Wants BindsTo PartOf Conflicts OnFailure StartLimitIntervalSec StartLimitBurst ConditionPathExists'.split(
    ' ',
  ),
  Service:
    'Type User Group WorkingDirectory Environment EnvironmentFile ExecStart ExecStartPre ExecStartPost ExecReload ExecStop ExecStopPost Restart RestartSec KillMode KillSignal TimeoutSec TimeoutStartSec TimeoutStopSec PIDFile RemainAfterExit StandardOutput StandardError StandardInput SyslogIdentifier NotifyAccess RuntimeDirectory RuntimeDirectoryMode RuntimeDirectoryPreserve UMask LimitNOFILE PrivateTmp SupplementaryGroups Nice BusName GuessMainPID SuccessExitStatus ProtectHome ProtectSystem NoNewPrivileges'.split(
      ' ',
    ),
  Install: 'WantedBy RequiredBy Also Alias DefaultInstance UpheldBy'.split(' '),
};
const SECTIONS = Object.keys(KEYS);

/** What a mistake is about: the key that it takes from systemd, or the header. */
interface Slip {
  readonly about: string;
  readonly trouble: Trouble;
}

/** Lines that systemd passes over or reads otherwise than they were meant, in the order of the file. */
function slipsOf({ unit }: UnitUwsgiFacts, file: UnitFile, then: 'restart' | 'enable'): readonly Slip[] {
  const at = { unit, path: file.path, then };
  const slips: (Slip & { readonly line: number })[] = [];
  const add = (line: number, about: string, found: Trouble): void => {
    slips.push({ line, about, trouble: found });
  };

  for (const { text, section, line } of file.headers) {
    const broken = text !== `[${section}]`;
    const near = SECTIONS.includes(section.trim())
      ? section.trim()
      : (closestLine(section.slice(0, MAX_KEY).toLowerCase(), SECTIONS.map(lower), 2)?.line ?? 0) - 1;
    const wanted = typeof near === 'string' ? near : SECTIONS[near];
    if (SECTIONS.includes(section) && !broken) continue;
    if (section.startsWith('X-') || wanted === undefined) continue;
    add(
      line,
      wanted,
      trouble('unit-section-unknown', { ...at, line, text, near: `[${wanted}]`, behind: /\]./.test(text) }),
    );
  }

  for (const entry of file.entries) {
    const { section, key, value, line } = entry;
    const near = nearestKey(key);
    // Of a section that systemd does not know, the header is what is wrong.
    if (section !== '' && !SECTIONS.includes(section)) continue;
    if (near === null || KEYS[section]?.includes(key) === true) continue;
    if (near !== key) {
      const isHome = KEYS[section]?.includes(near) === true;
      if (isHome || section === '')
        add(line, near, trouble('unit-key-unknown', { ...at, line, key, near, value }));
      continue;
    }
    const wanted = SECTIONS.find((one) => KEYS[one]?.includes(key) === true) ?? '';
    const hasHeader = file.headers.some((header) => header.section === wanted);
    // The header belongs above all that it lacks.
    const first = file.entries.find(
      (one) => one.section === section && KEYS[wanted]?.includes(one.key) === true,
    );
    const header = hasHeader ? null : (first?.line ?? line);
    add(line, key, trouble('unit-key-misplaced', { ...at, line, key, section, wanted, header }));
  }

  for (const { text, line, after } of file.strays) {
    const [, key = '', value = ''] = /^([A-Za-z]+)\s*[:\s]\s*(.*)$/.exec(text) ?? [];
    const near = key === '' ? null : nearestKey(key);
    if (near !== null) {
      add(line, near, trouble('unit-equals-missing', { ...at, line, text, wanted: `${near}=${value}` }));
    } else if (after !== undefined) {
      const backslash = after.value.endsWith('\\');
      const facts = { ...at, line, text, above: after.line, key: after.key, backslash };
      add(line, after.key, trouble('unit-line-broken', facts));
    }
  }
  return slips.toSorted((one, other) => one.line - other.line);
}

/** A longer word is no key, and a longer value nobody's slip. */
const MAX_KEY = 40;
const MAX_VALUE = 2048;

/** The known key that was meant; `null` when it is none that is known here. */
function nearestKey(key: string): string | null {
  if (key.length > MAX_KEY) return null;
  const all = Object.values(KEYS).flat();
  if (all.includes(key)) return key;
  const same = all.find((one) => lower(one) === lower(key));
  return same ?? closestLine(key, all, key.length > 4 ? 2 : 1)?.text ?? null;
}

const lower = (text: string): string => text.toLowerCase();

/** A line of the unit's files because of which systemd does not know one of these keys as it was meant; `null` when none is. */
export function slipTrouble(
  facts: UnitUwsgiFacts,
  keys: readonly string[],
  then: 'restart' | 'enable' = 'restart',
): Trouble | null {
  for (const file of facts.unitFiles) {
    const found = slipsOf(facts, file, then).find(({ about }) => keys.includes(about));
    if (found !== undefined) return found.trouble;
  }
  return null;
}

/** Why systemd does not take the unit's file at all; `null` when it is not recognised. */
export function refusedTrouble(facts: UnitUwsgiFacts): Trouble | null {
  const { unit, unitFiles } = facts;
  const header = unitFiles
    .flatMap((file) => slipsOf(facts, file, 'restart'))
    .find(({ trouble: { cause } }) => cause === 'unit-section-unknown');
  const values = valueTrouble(facts, 'WorkingDirectory') ?? valueTrouble(facts, 'ExecStart');
  if (values !== null) return values;
  const starts = unitFiles.flatMap((file) =>
    file.entries.filter(({ section, key }) => section === 'Service' && key === 'ExecStart'),
  );
  // An empty one takes those above it back.
  const counting = starts.slice(starts.findLastIndex(({ value }) => value === '') + 1);
  const [own] = unitFiles;
  if (own === undefined) return null;
  if (counting.length === 0) {
    const slip = slipTrouble(facts, ['ExecStart', 'Service']);
    if (slip !== null) return slip;
    const commented = own.comments.find(({ key }) => key === 'ExecStart')?.line ?? null;
    return trouble('unit-exec-missing', { unit, path: own.path, commented });
  }
  if (counting.length > 1) {
    const lines = counting.map(({ line }) => line);
    return trouble('unit-exec-twice', { unit, path: own.path, lines });
  }
  return header?.trouble ?? null;
}

/** A value that systemd reads otherwise than it was meant: with a comment, with quotes, or as no whole path. */
export function valueTrouble(
  facts: UnitUwsgiFacts,
  key: 'User' | 'Group' | 'WorkingDirectory' | 'ExecStart',
): Trouble | null {
  for (const file of facts.unitFiles) {
    const entry = valueIn(file, 'Service', key);
    const found = entry === undefined ? null : entryTrouble(facts, file.path, entry);
    if (found !== null) return found;
  }
  return null;
}

function entryTrouble(facts: UnitUwsgiFacts, path: string, entry: UnitEntry): Trouble | null {
  const { unit } = facts;
  const { key, value, line } = entry;
  if (value.length > MAX_VALUE) return null;
  const at = { unit, path, line, key, value };
  const isCommand = key === 'ExecStart';
  // A shell's own script may have both.
  const script = isCommand && unit.launch.byShell;
  const uncommented = value.replace(/\s+[#;](?:\s.*)?$/, '').trim();
  if (uncommented !== value && !script) {
    return trouble('unit-value-comment', { ...at, plain: plainOf(uncommented) });
  }
  const plain = plainOf(value);
  const typographic = TYPOGRAPHIC.test(value);
  if (typographic || (!isCommand && plain !== value)) {
    return trouble('unit-value-quoted', { ...at, plain: isCommand ? straight(value) : plain, typographic });
  }
  if (isCommand) {
    if (hasOpenQuote(value)) return trouble('unit-quote-open', { ...at, plain });
    // Quoted as a whole, it is the name of a program with blanks in it.
    if (/^"[^"]*\s[^"]*"$/.test(value)) return trouble('unit-value-quoted', { ...at, plain, typographic });
    const program = /^[@:+!|-]*(\S+)/.exec(value)?.[1] ?? '';
    if (
      !program.startsWith('/') &&
      (program.includes('/') || /^uwsgi$/.test(program) || program.startsWith('='))
    ) {
      return trouble('unit-exec-relative', { ...at, program, wanted: wholeProgram(facts, program) });
    }
    return null;
  }
  if (key === 'WorkingDirectory' && !/^-?(\/|~$|%)/.test(value)) {
    return trouble('unit-directory-relative', { ...at, wanted: facts.projectFolder ?? '' });
  }
  return null;
}

/** Whether a quotation mark is not closed. systemd knows both; a backslash takes its meaning from the next sign. */
function hasOpenQuote(value: string): boolean {
  let open: string | null = null;
  for (let index = 0; index < value.length; index += 1) {
    const sign = value[index] ?? '';
    if (sign === '\\') index += 1;
    else if (sign === open) open = null;
    else if (open === null && (sign === '"' || sign === "'")) open = sign;
  }
  return open !== null;
}

const TYPOGRAPHIC = /[“”„‘’‚«»]/;

function straight(value: string): string {
  return value.replaceAll(/[“”„«»]/g, '"').replaceAll(/[‘’‚]/g, "'");
}

/** A value without the quotes around it. */
function plainOf(value: string): string {
  return value.replaceAll(/^["'“”„‘’‚«»]+|["'“”„‘’‚«»]+$/g, '');
}

/** The whole path of a program that was written from the project's folder on, or by its name alone. */
function wholeProgram(facts: UnitUwsgiFacts, program: string): string | null {
  const end = program.replace(/^=?\.?\/*/, '').replace(/^~\//, '');
  return (
    facts.uwsgiPrograms.find((path) => path === `/${end}` || path.endsWith(`/${end}`)) ??
    facts.uwsgiPrograms[0] ??
    null
  );
}

/** A drop-in (`systemctl edit`) sets one of these keys otherwise than the unit's own file; `null` when none does. */
export function overrideTrouble(
  { unit, unitFiles }: UnitUwsgiFacts,
  keys: readonly string[],
): Trouble | null {
  const [own, ...dropIns] = unitFiles;
  if (own === undefined) return null;
  for (const dropIn of dropIns) {
    const entry = dropIn.entries.findLast(
      ({ section, key, value }) =>
        section === 'Service' &&
        keys.includes(key) &&
        value !== '' &&
        valueIn(own, 'Service', key)?.value !== value,
    );
    if (entry === undefined) continue;
    const { key, value, line } = entry;
    const before = valueIn(own, 'Service', key)?.value ?? null;
    return trouble('unit-overridden', { unit, path: dropIn.path, line, key, value, before });
  }
  return null;
}

/** The unit runs with another login or group than its file seems to say; `null` when no line of it is to blame. */
export function identityTrouble(facts: UnitUwsgiFacts): Trouble | null {
  return overrideTrouble(facts, ['User', 'Group']) ?? slipTrouble(facts, ['Group', 'User']);
}

/** Targets for which a guide's service may be started. */
const TARGETS: readonly string[] = ['multi-user.target', 'graphical.target', 'default.target'];

/** The unit is to start with a target that is none of the machine's; `null` when it names a known one, or nothing. */
export function wantedByTrouble({ unit, unitFiles }: UnitUwsgiFacts): Trouble | null {
  for (const file of unitFiles) {
    const entry = valueIn(file, 'Install', 'WantedBy');
    if (entry === undefined || entry.value.split(/\s+/).some((target) => TARGETS.includes(target))) continue;
    if (entry.value.length > MAX_KEY || closestLine(entry.value, TARGETS, 4) === null) continue;
    return trouble('unit-wanted-by-wrong', { unit, path: file.path, line: entry.line, value: entry.value });
  }
  return null;
}
