/** The names that the guides give an application; uWSGI itself looks for the second. */
export type Callable = 'app' | 'application';

/** A question for `survey`: where Python files make or import an application; `folders` as the shell expands them. */
export function listCallables(folders: string): string {
  return `grep -HsoE '^(def |from .+ import )?(app|application)\\b' ${folders}/*.py; true`;
}

/** What the application is called, in one module or in any; `app` where nothing is seen. */
export function callableIn(output: string, module?: string): Callable {
  const lines = output
    .split('\n')
    .filter((line) => module === undefined || line.includes(`/${module}.py:`))
    .filter((line) => line !== '');
  return lines.length > 0 && lines.every((line) => line.endsWith('application')) ? 'application' : 'app';
}
