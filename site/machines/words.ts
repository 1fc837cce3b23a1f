/** What the page "Your machines" says, as plain text. */
import type { SaveFiles } from '../saves/files.ts';
import { dayAndTime, timeInWords } from '../workspace/time-in-words.ts';
import type { ListedMachine } from './kept-machine.ts';

/** `34.2 MB`, `1.2 GB`; of a million and of a thousand million bytes. */
export function sizeInWords(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** How long the browser keeps machines. `persisted`: `null` where that cannot be asked. */
export function keepingInWords(floor: SaveFiles['floor'], persisted: boolean | null): string {
  if (floor === 'none')
    return 'This browser keeps nothing for this site, as in a private window: a machine lasts only as long as its page.';
  if (persisted === true) return 'This browser keeps your machines until you delete them.';
  return 'This browser keeps your machines for as long as it finds room. It may remove them when the disk fills up, or when this site has not been used for a long time.';
}

/** How much room is taken, and how much there is; empty where the browser does not say. */
export function roomInWords({ usage, quota }: StorageEstimate): string {
  if (usage === undefined || quota === undefined || quota <= 0) return '';
  return `This site uses ${sizeInWords(usage)} of the ${sizeInWords(quota)} that the browser allows it. Files that it has fetched count too.`;
}

/** What a machine is called in a list, and in sentences about it. */
export function titleOf({ about, role, key }: ListedMachine): string {
  if (!about) return key;
  if (role === 'copy' && about.name !== undefined) return about.name;
  return `Chapter ${about.chapter.number}: ${about.chapter.title}`;
}

/** What stands below a machine's title. */
export function factsOf(machine: ListedMachine, now = new Date()): string {
  const { about, role, bytes } = machine;
  if (!about) return sizeInWords(bytes);
  const isNamed = role === 'copy' && about.name !== undefined;
  return [
    ...(isNamed ? [`Chapter ${about.chapter.number}: ${about.chapter.title}`] : []),
    `Saved ${timeInWords(about.savedAtMs, now)}`,
    sizeInWords(bytes),
  ].join(' · ');
}

/** What kind of machine it is; empty for a guide's own. One is set aside by a fresh start, or for what is put back. */
export function kindOf({ role }: ListedMachine): string {
  switch (role) {
    case 'own':
      return '';
    case 'before':
      return 'set aside';
    case 'copy':
      return 'copy';
  }
}

/** Why a machine cannot go on; empty when it can. */
export function obstacleOf({ fate }: ListedMachine): string {
  switch (fate) {
    case 'fits':
      return '';
    case 'other-release':
      return 'It belongs to another release of the guide and cannot go on here.';
    case 'unknown':
      return 'It is of a guide that this site does not have, or was saved in a way that it cannot read.';
  }
}

/** The name that a new copy is offered: true also on another day. */
export function copyName({ about }: ListedMachine): string {
  return about ? `Chapter ${about.chapter.number}, ${dayAndTime(about.savedAtMs)}` : '';
}
