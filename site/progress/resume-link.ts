/** Turns "Start with chapter 1" into "Continue with …" where the reader has been before. */
import { openProgress } from './open.ts';

for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-resume-guide]')) {
  const guide = link.dataset['resumeGuide'] ?? '';
  const { lastChapter } = openProgress().guide(guide);
  if (lastChapter === null) continue;
  const entry = document.querySelector(
    `[data-guide="${CSS.escape(guide)}"] [data-chapter-entry="${CSS.escape(lastChapter)}"]`,
  );
  const target = entry?.querySelector<HTMLAnchorElement>('a');
  const title = entry?.querySelector('.chapter-title')?.textContent ?? '';
  if (!target || title === '') continue;
  link.href = target.href;
  link.textContent = `Continue with “${title}”`;
}
