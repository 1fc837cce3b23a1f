/** Hands in from a chapter's page: with the record of this page, and with the machine if it runs. */
import type { CheckResult } from '../checks/model.ts';
import { runChecks } from '../checks/run.ts';
import type { ChapterEvidence } from '../evidence/format.ts';
import { readCatalog } from '../teach/catalog.ts';
import { openHandIn } from '../teach/hand-in-dialog.ts';
import { readLink } from '../teach/link.ts';
import { untilAborted } from '../sandbox/stalls.ts';
import type { ChapterToLookAt, Look, MachineAtHand } from '../teach/machine-at-hand.ts';
import { readChapterData } from '../workspace/chapter-data.ts';
import type { ChapterData } from '../workspace/chapter-data.ts';
import { TypealongWorkspace } from '../workspace/workspace.ts';
import { differingFiles } from './differing-files.ts';
import { sitePage } from './site-page.ts';
import { beginRecord, type WorkRecord } from './work-record.ts';

/** Opens the dialog for the assignment of a link (`site/teach/link.ts`). Rejects when the site cannot be reached. */
export async function handInHere(link: string): Promise<void> {
  const { assignment } = readLink(link);
  const workspace = document.querySelector('tl-workspace');
  if (!assignment || !(workspace instanceof TypealongWorkspace)) return;
  const [record, page] = await Promise.all([beginRecord(), sitePage('assignment/')]);
  await record?.settled();
  openHandIn({
    assignment,
    catalog: readCatalog(page),
    hasRecord: record !== null,
    machine: WITH_MACHINE.has(workspace.dataset['state'] ?? '') ? machineOf(workspace, record) : null,
  });
}

/** A machine runs, or will before long. */
const WITH_MACHINE = new Set(['running', 'paused', 'fetching', 'restoring', 'booting', 'waiting']);

function machineOf(workspace: TypealongWorkspace, record: WorkRecord | null): MachineAtHand {
  const { guide = '' } = workspace.dataset;
  return {
    guide,
    look: async (chapters, onProgress, signal) => {
      let look: Look = { answers: new Map(), files: [] };
      await workspace.whileBusy(async () => {
        look = await lookAt(workspace, chapters, onProgress, signal);
      });
      await record?.settled();
      return look;
    },
  };
}

async function lookAt(
  workspace: TypealongWorkspace,
  chapters: readonly ChapterToLookAt[],
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<Look> {
  const answers = new Map<string, Record<string, ChapterEvidence['now'][string]>>();
  const { session } = workspace;
  const pages = await Promise.all(
    chapters.map(async ({ slug, url }): Promise<ChapterData> =>
      slug === session.data.chapter.slug ? session.data : readChapterData(await sitePage(url)),
    ),
  );
  const total = pages.reduce((sum, { chapter }) => sum + checksOf(chapter).length, 0);
  let done = 0;
  onProgress(done, total);
  try {
    const sandbox = await untilAborted(workspace.ensureRunning(), signal);
    // What the student has asked for belongs to the record.
    await untilAborted(session.checks.untilIdle(), signal);
    for (const { guide, chapter, fileChecks } of pages) {
      const ofChapter: Record<string, ChapterEvidence['now'][string]> = {};
      answers.set(chapter.slug, ofChapter);
      const { login, home } = guide;
      const http: Parameters<typeof runChecks>[1]['http'] = (request) => sandbox.http(request);
      const context = { agent: sandbox.agent, http, login, home, fileChecks, signal };
      await runChecks(checksOf(chapter), context, ({ id }, result) => {
        // A machine that was switched off meanwhile was not asked.
        const isOff = workspace.dataset['state'] !== 'running';
        if (result.status !== 'error' || !isOff) ofChapter[id] = answerOf(result);
        onProgress(++done, total);
      });
    }
    const begun = pages.filter((_, index) => chapters[index]?.isBegun);
    const files = await differingFiles(
      begun.map(({ chapter }) => chapter),
      async (path) => {
        signal.throwIfAborted();
        return sandbox.agent.readFile(path);
      },
    );
    return { answers, files: files.map((file) => ({ guide: workspace.dataset['guide'] ?? '', ...file })) };
  } catch (error) {
    if (signal.aborted) return { answers, files: [] };
    throw error;
  }
}

function checksOf(chapter: ChapterData['chapter']) {
  return chapter.steps.flatMap(({ checks }) => checks);
}

function answerOf(result: CheckResult): ChapterEvidence['now'][string] {
  const cause = result.status === 'fail' ? result.cause : undefined;
  return { answer: result.status, ...(cause !== undefined && { cause }) };
}
