/** A value of uWSGI's configuration that has more in it than it should. uWSGI takes it to its last character. */
import type { UwsgiFacts } from '../../guest/facts.ts';
import type { IniEntry } from '../../guest/ini.ts';
import { trouble, type Trouble } from '../../words/index.ts';

const SOCKET_KEYS = ['socket', 'uwsgi-socket'];
const APPLICATION_KEYS = ['module', 'wsgi', 'wsgi-file', 'callable'];
/** Keys with which a wrong value keeps uWSGI from serving; a number with a comment behind it is still that number. */
const EXACT_KEYS = [
  ...SOCKET_KEYS,
  ...APPLICATION_KEYS,
  'chmod-socket',
  'chmod',
  'chown-socket',
  'uid',
  'gid',
  'home',
  'virtualenv',
  'venv',
  'pyhome',
  'chdir',
  'pythonpath',
  'python-path',
  'pp',
  'plugin',
  'plugins',
];
const KEYS = { socket: SOCKET_KEYS, application: APPLICATION_KEYS, any: EXACT_KEYS } as const;

/** Signs that look like others, or like nothing, as word processors and web pages have them. */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/[\u2018-\u201f\u00ab\u00bb]/g, ''],
  [/[\u2010-\u2015\u2212]/g, '-'],
  [/[\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f\u2060\u3000\ufeff]/g, ''],
  [/\uff1a/g, ':'],
];

/** The first value that is not what it looks like. `among`: what matters for what is seen. */
export function valueTrouble(
  { configuration, keeper }: Pick<UwsgiFacts, 'configuration' | 'keeper'>,
  among: keyof typeof KEYS = 'any',
): Trouble | null {
  if (configuration === null) return null;
  const { path, ini } = configuration;
  for (const entry of ini.entries) {
    if (entry.section !== 'uwsgi' || !KEYS[among].includes(entry.key)) continue;
    const value = entry.written ?? entry.value;
    const excess = excessOf(value);
    if (excess === null) continue;
    const { key, line } = entry;
    return trouble('ini-value-malformed', { path, line, key, value, ...excess, keeper });
  }
  return null;
}

/** What a value has too much of, and the value without it. */
export function excessOf(
  value: string,
): { readonly excess: 'comment' | 'quotes' | 'foreign' | 'ending'; readonly plain: string } | null {
  const sign = value.search(/[ \t][#;]/);
  const comment = sign < 0 ? undefined : value.slice(0, sign).trim();
  if (comment !== undefined) return { excess: 'comment', plain: comment };
  const plain = FOREIGN.reduce((text, [sign, instead]) => text.replaceAll(sign, instead), value);
  if (plain !== value) return { excess: 'foreign', plain: plain.replaceAll(/^["']|["']$/g, '') };
  const unquoted = value.replaceAll(/^["'`]|["'`]$/g, '');
  if (unquoted !== value) return { excess: 'quotes', plain: unquoted };
  const ended = value.replace(/[;,]+$/, '');
  return ended === value ? null : { excess: 'ending', plain: ended };
}

/** The line with one of these keys that counts, the last one. */
export function lineOf(
  { configuration }: Pick<UwsgiFacts, 'configuration'>,
  ...keys: readonly string[]
): IniEntry | undefined {
  return configuration?.ini.entries.findLast(({ section, key }) => section === 'uwsgi' && keys.includes(key));
}
