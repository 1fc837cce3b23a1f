/** Attributes that several kinds of checks have. */
import type { z } from 'zod';
import type { Zod } from './define-check.ts';

/** Permissions as they are written for chmod. */
export function octalMode(z: Zod): z.ZodString {
  return z.string().regex(/^[0-7]{3,4}$/, 'a mode is three or four octal digits, for instance 660');
}

/** A job's name: that of its file in /etc/init without `.conf`. */
export function jobName(z: Zod): z.ZodString {
  return z.string().regex(/^[A-Za-z0-9_][\w.-]*$/, 'the name of a file in /etc/init without .conf');
}
