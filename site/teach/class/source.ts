/** Whose file it is, by the names that course sites give to files in the zip of all submissions. */
import { shownText } from '../../shown-text.ts';

/** A student as a course site knows them. */
export interface CoursePerson {
  readonly site: 'moodle' | 'canvas';
  /** Moodle's number of the participant; Canvas's ID of the user. */
  readonly id: string;
  readonly name: string;
}

/**
 * `First Last_12345_assignsubmission_file_`, as a folder or before the file's name. The first that fits is Moodle's: what
 * follows may be the name that the student gave to the file.
 */
const MOODLE = /^(.+?)_(\d{1,12})_assignsubmission_file(?:_|$)/;
/** `lastfirst_LATE_123_456_name.typealong`: the user's ID, then the attachment's. */
const CANVAS = /^([^_]+)(?:_LATE)?_(\d{1,18})_(\d{1,18})_./;

/** `null` when no course site has named the file. */
export function coursePerson(path: string): CoursePerson | null {
  const parts = path.split('/');
  for (const part of parts) {
    const [, name, id] = MOODLE.exec(part) ?? [];
    if (name !== undefined && id !== undefined) return { site: 'moodle', id, name: shownText(name) };
  }
  const [, name, id] = CANVAS.exec(parts.at(-1) ?? '') ?? [];
  return name !== undefined && id !== undefined ? { site: 'canvas', id, name: shownText(name) } : null;
}

/** The last name of a path. */
export function fileOf(path: string): string {
  return shownText(path.split('/').at(-1) ?? path);
}
