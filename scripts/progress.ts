import { Listr } from 'listr2';

/** Tells what a task is doing now, and how far it is. */
export type Report = (text: string) => void;

export interface Task {
  readonly title: string;
  /** Resolves with a few words about the result ("in the cache"), which stay beside the title. */
  readonly run: (report: Report) => Promise<string>;
}

/** Without a terminal, a task speaks at most this often. */
const PLAIN_INTERVAL_MS = 5000;

/** Runs tasks one after the other and shows them: live lines in a terminal, plain ones elsewhere. */
export async function runTasks(tasks: readonly Task[]): Promise<void> {
  const plain = !process.stdout.isTTY;
  const list = new Listr(
    tasks.map(({ title, run }) => ({
      title,
      task: async (_context, task) => {
        let lastReportMs = -PLAIN_INTERVAL_MS;
        const result = await run((text) => {
          if (!plain) {
            task.output = text;
            return;
          }
          if (performance.now() - lastReportMs < PLAIN_INTERVAL_MS) return;
          lastReportMs = performance.now();
          console.log(`  ${text}`);
        });
        task.title = `${title}: ${result}`;
      },
    })),
    {
      renderer: 'default',
      rendererOptions: { collapseErrors: false, showErrorMessage: false },
      fallbackRenderer: 'simple',
    },
  );
  await list.run();
}
