import type { z } from 'zod';
import type { CheckContext } from '../guest/context.ts';
import { NOTHING, outputOf, quote, survey } from '../guest/survey.ts';
import { closestLine, trimSlashes } from '../text.ts';
import { fail, pass, type CheckResult } from '../verdict.ts';
import { trouble, type FactsOf, type Trouble } from '../words/index.ts';
import { defineCheck, type Zod } from './define-check.ts';

const schema = (z: Zod) =>
  z.strictObject({
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

type RepositoryCheck = z.infer<ReturnType<typeof schema>>;

/** A repository of apt's: `deb URL SUITE COMPONENT`. What is absent below does not matter. */
export const repositoryCheck = defineCheck({
  kind: 'repository',
  schema,
  paths: [],
  settles: null,
  run: checkRepository,
});

/** A line of apt's sources: `deb http://nginx.org/packages/ubuntu/ raring nginx`. */
interface SourceLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly type: string;
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

interface RepositoryFacts {
  readonly lines: readonly SourceLine[];
  /** Lines with a sign of a comment that name the host. */
  readonly commented: readonly { readonly file: string; readonly line: number }[];
  readonly trusted: boolean;
  /** The key's file as it was fetched, if it lies in the reader's home. */
  readonly fetched: string;
  /** apt has lists of this repository. */
  readonly read: boolean;
  /** What `apt-cache policy` says of the package; `''` when the check names none. */
  readonly policy: string;
}

/** A repository that apt knows: its lines, its key, its lists, and what comes from it. */
async function checkRepository(check: RepositoryCheck, context: CheckContext): Promise<CheckResult> {
  const expected = describe(check);
  const facts = await gather(check, context);
  const found = findTrouble(check, facts);
  return found === null ? pass(expected, describeFound(check, facts)) : fail(expected, found);
}

async function gather(check: RepositoryCheck, context: CheckContext): Promise<RepositoryFacts> {
  const host = new URL(check.url).host;
  const lists = `/var/lib/apt/lists/${nameOfList(check)}`;
  const keyFile = check.keyUrl?.slice(check.keyUrl.lastIndexOf('/') + 1) ?? '';
  const owner = check.keyOwner ?? '';
  const home = context.home;
  const readings = await survey(context, {
    lines:
      "grep -nHsE '^[[:space:]]*[^#[:space:]]' /etc/apt/sources.list /etc/apt/sources.list.d/*.list | head -c 65536; true",
    commented: `grep -nHsE '^[[:space:]]*#' /etc/apt/sources.list /etc/apt/sources.list.d/*.list | grep -F -- ${quote(host)} | head -n 20; true`,
    // A key's owner stands in it as plain text; in an armoured one, after decoding. Nothing is written.
    trusted:
      owner === ''
        ? NOTHING
        : `{ cat /etc/apt/trusted.gpg /etc/apt/trusted.gpg.d/*.gpg 2>/dev/null; for f in /etc/apt/trusted.gpg.d/*.asc; do [ -f "$f" ] && sed '/^-/d; /: /d; /^=/d' "$f" | base64 -d 2>/dev/null; done; } | head -c 1048576 | grep -qaF -- ${quote(owner)}`,
    fetched:
      keyFile === ''
        ? NOTHING
        : `ls -1d ${quote(`${home}/${keyFile}`)} ${quote(`${home}/${keyFile}.1`)} 2>/dev/null | head -n 1; true`,
    read: `ls ${quote(lists)}*_Packages* >/dev/null 2>&1`,
    policy:
      check.offers === undefined
        ? NOTHING
        : `LC_ALL=C apt-cache -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= policy ${quote(check.offers)}`,
  });
  return {
    lines: parseLines(readings.lines.output),
    commented: readings.commented.output.split('\n').flatMap((text) => {
      const match = /^(\/[^:]+):(\d+):/.exec(text);
      return match === null ? [] : [{ file: match[1] ?? '', line: Number(match[2]) }];
    }),
    trusted: readings.trusted.code === 0,
    fetched: readings.fetched.output.trim(),
    read: readings.read.code === 0,
    policy: check.offers === undefined ? '' : outputOf(readings.policy, 'apt-cache'),
  };
}

/** How apt calls its lists of a repository: `nginx.org_packages_ubuntu_dists_raring_nginx_`. */
function nameOfList({ url, suite, component }: RepositoryCheck): string {
  return `${trimSlashes(url)}/dists/${suite}/${component}/`.replace(/^https?:\/\//, '').replaceAll('/', '_');
}

/** Longest line of apt's sources that is read. */
const MAX_ROW = 2048;

function parseLines(output: string): readonly SourceLine[] {
  return output.split('\n').flatMap((row) => {
    const match = /^(\/[^:]+):(\d+):(.*)$/.exec(row.slice(0, MAX_ROW));
    if (match === null) return [];
    const text = (match[3] ?? '').trim();
    // Options in brackets stand between the type and the address.
    const words = text.replace(/\[[^\]]*\]/, ' ').split(/\s+/);
    const [type = '', uri = '', suite = '', ...components] = words;
    return [{ file: match[1] ?? '', line: Number(match[2]), text, type, uri, suite, components }];
  });
}

function findTrouble(check: RepositoryCheck, facts: RepositoryFacts): Trouble | null {
  const types = check.source === true ? ['deb', 'deb-src'] : ['deb'];
  const listed = check.listed === true || check.read === true || check.offers !== undefined;
  for (const type of listed ? types : []) {
    const wrong = lineTrouble(check, type, facts);
    if (wrong !== null) return wrong;
  }
  const needsKey =
    check.trusted === true || ((check.read === true || check.offers !== undefined) && !facts.read);
  if (needsKey && !facts.trusted) return keyTrouble(check, facts);
  if ((check.read === true || check.offers !== undefined) && !facts.read) return notReadTrouble(check, facts);
  return check.offers === undefined ? null : offerTrouble(check, check.offers, facts);
}

/** No line of this type names the repository as the check does. */
function lineTrouble(check: RepositoryCheck, type: string, facts: RepositoryFacts): Trouble | null {
  const wanted = `${type} ${check.url} ${check.suite} ${check.component}`;
  const host = new URL(check.url).host;
  const isRight = (line: SourceLine): boolean =>
    line.type === type &&
    trimSlashes(line.uri) === trimSlashes(check.url) &&
    line.suite === check.suite &&
    line.components.includes(check.component);
  if (facts.lines.some(isRight)) return null;

  const other = type === 'deb' ? 'deb-src' : 'deb';
  const near = facts.lines
    .filter(
      (line) =>
        line.type !== other && (line.uri.includes(host) || closestLine(wanted, [line.text], 4) !== null),
    )
    .at(-1);
  if (near === undefined) {
    const [comment] = facts.commented;
    return comment === undefined
      ? trouble('repository-line-missing', { wanted })
      : trouble('repository-line-commented', { ...comment, host });
  }
  const { file, line, text } = near;
  const differs = differenceOf(near, check, type);
  return trouble(
    'repository-line-misspelt',
    { file, line, wanted, repository: check, differs },
    text.slice(0, 200),
  );
}

function differenceOf(
  line: SourceLine,
  check: RepositoryCheck,
  type: string,
): FactsOf<'repository-line-misspelt'>['differs'] {
  if (line.type !== type) return { in: 'type', is: line.type, wanted: type };
  if (trimSlashes(line.uri) !== trimSlashes(check.url)) return { in: 'address', is: line.uri };
  if (line.suite !== check.suite) return { in: 'release', is: line.suite };
  return { in: 'section', is: line.components.join(' ') };
}

function keyTrouble(check: RepositoryCheck, { fetched }: RepositoryFacts): Trouble {
  const thenUpdate = check.trusted !== true;
  return trouble('repository-key-missing', {
    repository: check,
    keyUrl: check.keyUrl ?? '',
    fetched,
    thenUpdate,
  });
}

function notReadTrouble(check: RepositoryCheck, { lines }: RepositoryFacts): Trouble {
  const line = lines.find(({ uri }) => trimSlashes(uri) === trimSlashes(check.url));
  return trouble('repository-not-read', {
    file: line?.file ?? '/etc/apt/sources.list',
    host: new URL(check.url).host,
  });
}

/** apt would take the package from somewhere else. */
function offerTrouble(check: RepositoryCheck, name: string, { policy }: RepositoryFacts): Trouble | null {
  const candidate = /^ {2}Candidate: (\S+)$/m.exec(policy)?.[1] ?? '(none)';
  const rows = policy.split('\n');
  // The versions are indented by 5 (or `***`), their sources deeper.
  const at = rows.findIndex((row) => row.replace(/^ \*\*\* | {5}/, '').startsWith(`${candidate} `));
  const after = rows.slice(at + 1);
  const end = after.findIndex((row) => !/^ {8,}/.test(row));
  const sources = at < 0 ? [] : after.slice(0, end < 0 ? undefined : end);
  if (sources.some((row) => row.includes(` ${trimSlashes(check.url)} ${check.suite}/${check.component} `)))
    return null;
  const evidence = rows.slice(0, 8).join('\n');
  return candidate === '(none)'
    ? trouble('repository-lacks-package', { name }, evidence)
    : trouble('repository-not-preferred', { name, version: candidate }, evidence);
}

function describeFound({ offers, url, trusted }: RepositoryCheck, facts: RepositoryFacts): string {
  if (offers !== undefined) return `apt takes ${offers} from ${trimSlashes(url)}.`;
  if (facts.read) return `apt has read ${trimSlashes(url)}.`;
  return trusted === true ? 'apt has the key.' : `apt's sources name ${trimSlashes(url)}.`;
}

function describe(check: RepositoryCheck): string {
  const parts: string[] = [];
  if (check.listed === true) parts.push('is among its sources');
  if (check.trusted === true) parts.push('has a key that it trusts');
  if (check.read === true) parts.push('has been read');
  if (check.offers !== undefined) parts.push(`offers ${check.offers}`);
  return `apt: ${trimSlashes(check.url)} ${check.suite} ${parts.join(', ')}.`;
}
