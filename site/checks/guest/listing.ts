/** What is in a folder. */
import { quote } from './survey.ts';

/** A question whose answer is the names in a folder, one a line, each with a sign of its type. */
export function listFolder(folder: string): string {
  return `ls -1AF ${quote(folder)}`;
}
