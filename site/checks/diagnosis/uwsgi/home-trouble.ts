/** The virtual environment that uWSGI's configuration names (`home`) is not there, or is none. */
import { entryOf, type VassalFacts } from '../../guest/vassal-facts.ts';
import { afterConfiguration } from '../../words/en/keeper.ts';
import type { Trouble } from '../../words/index.ts';

export function homeTrouble(facts: VassalFacts): Trouble | null {
  const { configuration, home, file, environments, keeper } = facts;
  const entry =
    configuration === null ? undefined : entryOf(configuration.ini, 'home', 'virtualenv', 'venv', 'pyhome');
  if (configuration === null || entry === undefined || home === null) return null;
  if (facts.homeExists && facts.homeIsEnvironment) return null;
  const written = entry.written ?? entry.value;
  const line = `Line ${entry.line} of ${file} says \`${entry.key} = ${written}\``;
  const evidence = facts.log.findLast((said) =>
    /Python Home is not a directory|No module named 'encodings'/.test(said),
  );
  const shown = evidence === undefined ? {} : { evidence };
  const folder = file.slice(0, file.lastIndexOf('/'));
  const real = environments[0];
  const asBase = configuration.ini.entries.find(
    ({ key, value }) => key !== entry.key && value === folder && key === 'base',
  );
  const wanted = real === undefined ? undefined : spell(real, folder, asBase !== undefined);

  if (!entry.value.startsWith('/')) {
    return {
      cause: 'home-relative',
      found: `${line}, a relative path. ${
        facts.job === null
          ? `It leads to an environment only from ${folder}.`
          : `By hand it led from ${folder} to the environment. The Emperor starts its vassals in ${facts.startFolder}, where there is no ${entry.value}.`
      }`,
      advice: `Write the full path, \`${entry.key} = ${wanted ?? `${folder}/${entry.value}`}\`. ${afterConfiguration(keeper)}`,
      ...shown,
    };
  }
  if (facts.homeExists) {
    return {
      cause: 'home-not-environment',
      found: `${line}${written === home ? '' : `, which is ${home}`}. That folder is no virtual environment.`,
      advice: `${wanted === undefined ? `Name the environment's own folder.` : `Write \`${entry.key} = ${wanted}\`.`} ${afterConfiguration(keeper)}`,
      ...shown,
    };
  }
  const base = configuration.ini.entries.find(({ key }) => key === 'base');
  const baseIsWrong = base !== undefined && base.value !== folder && written.includes('%(base)');
  return {
    cause: 'home-missing',
    found: `${line}${written === home ? '' : `, which is ${home}`}. There is no such folder, and without it Python cannot find its own library.`,
    advice:
      real === undefined
        ? `Make the environment: \`cd ${folder}\`, then \`sudo virtualenv ${home.slice(home.lastIndexOf('/') + 1)}\`. ${afterConfiguration(keeper)}`
        : `${
            baseIsWrong
              ? `Write \`base = ${folder}\` in line ${base.line}.`
              : `Write \`${entry.key} = ${wanted ?? real}\`.`
          } The environment is ${real}. ${afterConfiguration(keeper)}`,
    ...shown,
  };
}

/** The path of an environment, with the placeholder that the file has for its own folder. */
function spell(environment: string, folder: string, hasBase: boolean): string {
  return hasBase ? environment.replace(folder, '%(base)') : environment;
}
