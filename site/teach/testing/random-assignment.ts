/** For tests: assignments with anything in them that they may hold. */
import type { Random } from '../../fuzz/fuzz.ts';
import { isVisible, LIMITS, oneLine, severalLines } from '../assignment.ts';
import type { AssignedChapter, Assignment } from '../assignment.ts';

const PIECES = [
  'Serve it',
  ' ',
  'é',
  'ß',
  'Ж',
  '中文',
  'العربية',
  '👩‍🏫',
  '\u{1f600}',
  'e\u0301',
  '\u200d',
  '\ufeff',
  '#',
  '&<>"\'',
  '\\;,',
  '%20',
  '\u0000',
  '\ud800',
  '\u202e',
];

function text(random: Random, most: number, pieces: readonly string[]): string {
  let result = '';
  for (let left = random.below(24); left > 0; left--) result += random.pick(pieces);
  // Half of a pair of surrogates may be left at the end.
  return result.slice(0, random.below(most + 1));
}

export function randomAssignment(random: Random): Assignment {
  const guides = ['ubuntu-16.04-flask', 'centos-7-wsgi', 'g', 'a'.repeat(64)].slice(0, 1 + random.below(4));
  const slugs = ['components', 'virtual-environment', 'nginx', 'today', 'c.1', '0'].slice(
    0,
    1 + random.below(6),
  );
  const chapters = guides.flatMap((guide) => slugs.map((chapter) => chapterOf(random, guide, chapter)));
  const title = oneLine(text(random, LIMITS.title - 1, PIECES));
  return {
    id: random.below(2 ** 32),
    revision: random.below(LIMITS.revision + 1),
    title: isVisible(title) ? title : 'T',
    note: severalLines(text(random, LIMITS.note, [...PIECES, '\n', '\r\n', '\t'])),
    due: {
      minute: 1 + random.below(60_000_000),
      zone: random.pick(['UTC', 'Europe/Berlin', 'America/Argentina/Ushuaia', 'Etc/GMT+12']),
    },
    help: { hints: random.chance(50), run: random.chance(50), compare: random.chance(50) },
    points: random.chance(30)
      ? null
      : { per: random.pick(['check', 'chapter'] as const), each: 1 + random.below(LIMITS.points) },
    identity: oneLine(text(random, LIMITS.identity, PIECES)),
    chapters: chapters.filter((_, index) => index === 0 || random.chance(70)),
  };
}

function chapterOf(random: Random, guide: string, chapter: string): AssignedChapter {
  const checks = Array.from({ length: random.below(16) }, () => random.below(2 ** 16));
  return { guide, chapter, print: random.below(2 ** 24), checks };
}
