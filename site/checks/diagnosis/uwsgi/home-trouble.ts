/** The virtual environment that uWSGI's configuration names (`home`) is not there, or is none. */
import { entryOf, type VassalFacts } from '../../guest/vassal-facts.ts';
import { trouble, type Trouble } from '../../words/index.ts';

export function homeTrouble(facts: VassalFacts): Trouble | null {
  const { configuration, home, file, environments, keeper } = facts;
  const entry =
    configuration === null ? undefined : entryOf(configuration.ini, 'home', 'virtualenv', 'venv', 'pyhome');
  if (configuration === null || entry === undefined || home === null) return null;
  if (facts.homeExists && facts.homeIsEnvironment) return null;
  const written = entry.written ?? entry.value;
  const evidence = facts.log.findLast((said) =>
    /Python Home is not a directory|No module named 'encodings'/.test(said),
  );
  const folder = file.slice(0, file.lastIndexOf('/'));
  const real = environments[0];
  const asBase = configuration.ini.entries.find(
    ({ key, value }) => key !== entry.key && value === folder && key === 'base',
  );
  const wanted = real === undefined ? undefined : spell(real, folder, asBase !== undefined);

  const common = { path: file, line: entry.line, key: entry.key, value: written, wanted, keeper };
  if (!entry.value.startsWith('/')) {
    const startFolder = facts.job === null ? null : facts.startFolder;
    return trouble('home-relative', { ...common, value: entry.value, folder, startFolder }, evidence);
  }
  if (facts.homeExists) return trouble('home-not-environment', { ...common, home }, evidence);
  const base = configuration.ini.entries.find(({ key }) => key === 'base');
  const baseIsWrong = base !== undefined && base.value !== folder && written.includes('%(base)');
  return trouble(
    'home-missing',
    { ...common, home, folder, environment: real, base: baseIsWrong ? base.line : undefined },
    evidence,
  );
}

/** The path of an environment, with the placeholder that the file has for its own folder. */
function spell(environment: string, folder: string, hasBase: boolean): string {
  return hasBase ? environment.replace(folder, '%(base)') : environment;
}
