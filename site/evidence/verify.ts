/**
 * What one hand-in shows of itself: whether it is as the browser made it, and whether it agrees with itself. An honest
 * file has none of the findings that are `forged`, whatever happened on the way to it.
 */
import { counted } from '../counted.ts';
import { shownText } from '../shown-text.ts';
import { canonicalJson } from './canonical.ts';
import { firstLink, hashOf, headOf } from './chain.ts';
import type { WorkEvent } from './events.ts';
import { finding, type Finding } from './finding.ts';
import { LARGEST_FILE, MOST_EVENTS, type ChapterEvidence } from './format.ts';
import { isSignedBy } from './key.ts';
import type { HandIn } from './read.ts';
import { summarize } from './summary.ts';

/** Clocks are read one after the other, and two tabs write into one log. */
const CLOCK_TOLERANCE_MS = 60_000;

export async function verify(handIn: HandIn): Promise<readonly Finding[]> {
  const guides = [...new Set([...handIn.events.keys(), ...Object.keys(handIn.manifest.chains)])];
  return [
    ...(await signatureOf(handIn)),
    ...entriesAgainstManifest(handIn),
    ...guides.flatMap((guide) => chainOf(handIn, guide)),
    ...editedSummaries(handIn),
    ...[...handIn.events].flatMap(([guide, events]) => passesOf(handIn, guide, events)),
    ...clocksOf(handIn),
    ...(handIn.strays === 0
      ? []
      : [
          finding(
            'stray-entries',
            'The file has entries that do not belong to it. They were ignored. Unpacking a file and packing it again on a Mac adds such entries.',
          ),
        ]),
  ];
}

async function signatureOf({ signature, manifest, manifestBytes }: HandIn): Promise<readonly Finding[]> {
  if (signature === null) return [finding('signature-missing', 'The signature is missing.')];
  return (await isSignedBy(manifest.key, signature, manifestBytes))
    ? []
    : [
        finding(
          'signature-wrong',
          'The signature does not match: something in the file was changed after it was made, or another key signed it.',
        ),
      ];
}

function entriesAgainstManifest({ entries, manifest, hasMachine }: HandIn): readonly Finding[] {
  const found: Finding[] = [];
  for (const [name, bytes] of entries) {
    const hash = Object.hasOwn(manifest.files, name) ? manifest.files[name] : undefined;
    if (hash === undefined)
      found.push(finding('entry-added', `${quoted(name)} was added after the file was made.`));
    else if (hash !== hashOf(bytes))
      found.push(finding('entry-changed', `${quoted(name)} was changed after the file was made.`));
  }
  const missing = Object.keys(manifest.files).filter(
    (name) => !entries.has(name) && !(hasMachine && name === 'machine.typealong-machine'),
  );
  const [first] = missing;
  if (first !== undefined)
    found.push(finding('entry-missing', `${quoted(first)} was removed after the file was made.`));
  return found;
}

function chainOf({ manifest, events, keyId, bytes }: HandIn, guide: string): readonly Finding[] {
  const kept = events.get(guide);
  const chain = Object.hasOwn(manifest.chains, guide) ? manifest.chains[guide] : undefined;
  if (!chain || !kept)
    return [
      finding(
        'chain-missing',
        `The record of ${quoted(guide)} is incomplete: its events, or the entry that vouches for them, are missing.`,
      ),
    ];
  const { dropped, before, count, head } = chain;
  const found: Finding[] = [];
  const isFirst = before === firstLink(guide, keyId);
  if (dropped === 0 && !isFirst)
    found.push(
      finding(
        'chain-start',
        `The record of ${quoted(guide)} does not begin as this browser’s record would: its beginning was cut off, or it comes from another browser.`,
      ),
    );
  // A full log makes room, and so does a full file. Either loses a quarter at a time.
  const isFull = kept.length >= MOST_EVENTS / 2 || bytes >= LARGEST_FILE / 2;
  if (dropped > 0 && (isFirst || !isFull))
    found.push(
      finding(
        'chain-cut',
        `The record of ${quoted(guide)} claims to have lost ${counted(dropped, 'event')} for want of room, but there was room for them.`,
      ),
    );
  else if (dropped > 0)
    found.push(
      finding(
        'events-dropped',
        `The record of ${quoted(guide)} has lost its first ${counted(dropped, 'event')} for want of room; what happened in them is not counted. The machine’s answers at handing in may tell more.`,
      ),
    );
  if (count !== kept.length)
    found.push(
      finding(
        'chain-count',
        `The record of ${quoted(guide)} has ${counted(kept.length, 'event')}, but ${count} were signed.`,
      ),
    );
  if (head !== headOf({ dropped, before, events: kept }))
    found.push(
      finding(
        'chain-broken',
        `In the record of ${quoted(guide)}, events were changed, moved, inserted or removed.`,
      ),
    );
  return found;
}

function editedSummaries({ evidence, events }: HandIn): readonly Finding[] {
  const edited = evidence.chapters.filter((chapter) => {
    const ids = chapter.checks.map(({ id }) => id);
    const own = summarize(chapter.chapter, ids, events.get(chapter.guide) ?? []);
    return canonicalJson(own) !== canonicalJson(summaryOf(chapter));
  });
  if (edited.length === 0) return [];
  const names = edited.map(({ chapter }) => quoted(chapter)).join(', ');
  return [
    finding(
      'summary-edited',
      `What the file says about ${names} does not agree with its own record. The record counts here.`,
    ),
  ];
}

function summaryOf({ checks, help, typed, pressed, byHand, byPage, workMs }: ChapterEvidence): unknown {
  return { checks, help, typed, pressed, byHand, byPage, workMs };
}

/** Checks that passed with nothing that could have made them pass. Of a log that has lost its beginning nobody knows. */
function passesOf(
  { manifest, evidence }: HandIn,
  guide: string,
  events: readonly WorkEvent[],
): readonly Finding[] {
  if (manifest.chains[guide]?.dropped !== 0) return [];
  const first = events.findIndex((event) => event.kind === 'check' && event.result === 'pass');
  if (first < 0) return [];
  if (events.slice(0, first).every(({ kind }) => kind === 'check' || kind === 'back'))
    return [
      finding(
        'passed-from-nothing',
        `In ${quoted(guide)} a check passed before anything was done and before a machine was started.`,
      ),
    ];
  const handed = evidence.chapters.filter((one) => one.guide === guide).map(({ chapter }) => chapter);
  return [...unopenedPass(events), ...unworkedPasses(handed, events)];
}

function unopenedPass(events: readonly WorkEvent[]): readonly Finding[] {
  const begun = new Set<string>();
  for (const event of events) {
    if (event.kind !== 'check') begun.add(event.chapter);
    else if (event.result === 'pass' && !begun.has(event.chapter))
      return [
        finding(
          'passed-before-opened',
          `In ${quoted(event.chapter)} a check passed before any of its steps was opened. The work may have been done on the machine in another chapter.`,
        ),
      ];
  }
  return [];
}

/** A fresh machine of a later chapter passes the checks of all chapters before it. */
function unworkedPasses(handed: readonly string[], events: readonly WorkEvent[]): readonly Finding[] {
  const worked = new Set(
    events
      .filter((event) => event.kind === 'file' || (event.kind === 'command' && event.action !== null))
      .map(({ chapter }) => chapter),
  );
  const passed = new Set(
    events.filter((event) => event.kind === 'check' && event.result === 'pass').map(({ chapter }) => chapter),
  );
  return handed
    .filter((chapter) => passed.has(chapter) && !worked.has(chapter))
    .map((chapter) =>
      finding(
        'passed-without-work',
        `${quoted(chapter)}: Its checks passed, but none of the chapter’s commands or files is in the record: a fresh machine of a later chapter has all of it.`,
      ),
    );
}

function clocksOf({ events, evidence }: HandIn): readonly Finding[] {
  const found: Finding[] = [];
  let latest = 0;
  let furthestBack = 0;
  let furthestMoved = 0;
  let isPageClockBack = false;
  for (const log of events.values()) {
    const lastOf = new Map<string, WorkEvent>();
    let before: WorkEvent | undefined;
    for (const event of log) {
      const same = lastOf.get(event.visit);
      if (same) {
        const passed = event.up - same.up;
        if (passed < -CLOCK_TOLERANCE_MS) isPageClockBack = true;
        // A computer that sleeps may hold the page's clock, but never the other.
        else furthestBack = Math.max(furthestBack, Math.max(0, passed) - (event.at - same.at));
      } else if (before) furthestMoved = Math.max(furthestMoved, before.at - event.at);
      lastOf.set(event.visit, event);
      before = event;
      latest = Math.max(latest, event.at);
    }
  }
  if (isPageClockBack)
    found.push(
      finding(
        'page-clock-back',
        'Within one visit to a page, the events are out of order by the page’s own clock.',
      ),
    );
  if (furthestBack > CLOCK_TOLERANCE_MS)
    found.push(
      finding(
        'clock-back',
        `The computer’s clock was set back by ${inWords(furthestBack)} while a chapter was open. A computer that corrects its clock by itself does the same.`,
      ),
    );
  if (furthestMoved > CLOCK_TOLERANCE_MS)
    found.push(
      finding(
        'clock-moved',
        `Between two visits the computer’s clock went back by ${inWords(furthestMoved)}.`,
      ),
    );
  if (latest - evidence.madeAtMs > CLOCK_TOLERANCE_MS)
    found.push(
      finding(
        'made-before-events',
        `By the computer’s clock, the file was made ${inWords(latest - evidence.madeAtMs)} before the last event in its record: the clock was set back in between.`,
      ),
    );
  return found;
}

/** A name out of the file, as it can stand in a sentence. */
function quoted(name: string): string {
  return `“${shownText(name)}”`;
}

function inWords(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 120) return counted(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return hours < 48 ? counted(hours, 'hour') : counted(Math.round(hours / 24), 'day');
}
