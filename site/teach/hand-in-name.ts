import { EVIDENCE_SUFFIX } from '../evidence/format.ts';
import { wordsOfFile } from './make.ts';

/** `ubuntu-16.04-flask-zoe-2026-12-01-2359.typealong`, with the time of this computer's clock. */
export function handInName(guide: string, student: string, at: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())];
  const time = `${two(at.getHours())}${two(at.getMinutes())}`;
  const name = wordsOfFile(student);
  return `${[guide, ...(name === '' ? [] : [name]), ...date, time].join('-')}${EVIDENCE_SUFFIX}`;
}
