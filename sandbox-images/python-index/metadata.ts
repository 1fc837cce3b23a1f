/** What a Python package says of itself: from the form of Debian's packages to the form of wheels. */

export interface ProjectMetadata {
  readonly name: string;
  readonly version: string;
  /** The METADATA file of the wheel. */
  readonly text: string;
}

/** Reads a METADATA or PKG-INFO file. Throws when it has no name or version. */
export function readMetadata(text: string): ProjectMetadata {
  const name = /^Name: (.+)$/m.exec(text)?.[1]?.trim();
  const version = /^Version: (.+)$/m.exec(text)?.[1]?.trim();
  if (name === undefined || version === undefined)
    throw new Error('The metadata names no project or version');
  return { name, version, text };
}

/**
 * The METADATA of an "egg-info" package: its PKG-INFO with the requirements of requires.txt, which older
 * setuptools keep beside it.
 */
export function metadataOfEgg(pkgInfo: string, requires: string): ProjectMetadata {
  const [headers = '', ...body] = pkgInfo.split(/\n\n/);
  if (/^Requires-Dist:/m.test(headers)) return readMetadata(pkgInfo);
  const added = requirementsOf(requires).filter((line) => !headers.split('\n').includes(line));
  const text = [[headers.trimEnd(), ...added].join('\n'), ...body].join('\n\n');
  return readMetadata(text.endsWith('\n') ? text : `${text}\n`);
}

/** requires.txt has sections `[extra]`, `[:marker]` and `[extra:marker]`; wheels have one line a requirement. */
function requirementsOf(requires: string): string[] {
  const lines: string[] = [];
  const extras = new Set<string>();
  let condition = '';
  for (const line of requires.split('\n').map((raw) => raw.trim())) {
    const section = /^\[([^:\]]*):?(.*)\]$/.exec(line);
    if (section) {
      const [, extra = '', marker = ''] = section;
      if (extra !== '') extras.add(extra);
      const conditions = [marker === '' ? '' : `(${marker})`, extra === '' ? '' : `extra == '${extra}'`];
      condition = conditions.filter((part) => part !== '').join(' and ');
    } else if (line !== '') {
      lines.push(`Requires-Dist: ${line}${condition === '' ? '' : ` ; ${condition}`}`);
    }
  }
  return [...[...extras].map((extra) => `Provides-Extra: ${extra}`), ...lines];
}

/** The same metadata, requiring these projects as well (those that it does not name yet). */
export function withRequirements(project: ProjectMetadata, needs: readonly string[]): ProjectMetadata {
  const end = project.text.search(/\n\n|\n?$/);
  const headers = project.text.slice(0, end);
  const unconditional = headers.split('\n').filter((line) => extraOf(line) === undefined);
  const named = new Set(unconditional.map((line) => normalizeName(requiredBy(line) ?? '')));
  const added = needs
    .filter((need) => !named.has(normalizeName(need)))
    .map((need) => `\nRequires-Dist: ${need}`);
  return { ...project, text: headers + added.join('') + project.text.slice(end) };
}

/**
 * The same metadata without the extras that need a project which is not `available` (names as the index spells
 * them): such an extra cannot be installed, and pip spends a tenth of its time reading the lines of all of them.
 */
export function withoutMissingExtras(
  project: ProjectMetadata,
  available: ReadonlySet<string>,
): ProjectMetadata {
  const end = project.text.search(/\n\n|\n?$/);
  const headers = project.text.slice(0, end).split('\n');
  const lacksProject = (line: string): boolean => {
    const required = requiredBy(line);
    return required !== undefined && !available.has(normalizeName(required));
  };
  const missing = new Set(headers.filter(lacksProject).flatMap((line) => extraOf(line) ?? []));
  const kept = headers.filter((line) => !missing.has(extraOf(line) ?? ''));
  return { ...project, text: kept.join('\n') + project.text.slice(end) };
}

/** The project that a line of metadata requires. */
function requiredBy(line: string): string | undefined {
  return /^Requires-Dist:\s*([A-Za-z0-9._-]+)/.exec(line)?.[1];
}

/** The extra that a line of metadata announces or belongs to. */
function extraOf(line: string): string | undefined {
  return (
    /^Provides-Extra:\s*(\S+)/.exec(line)?.[1] ??
    /^Requires-Dist:.*;.*\bextra == ["']([^"']+)["']/.exec(line)?.[1]
  );
}

/** A project's name as the index spells it (PEP 503). */
export function normalizeName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
