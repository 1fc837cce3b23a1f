import type { z } from 'zod';
import type { CheckContext } from '../guest/context.ts';
import { FIND_INSTALLER, installationOf, parseInstaller } from '../guest/installer.ts';
import { outputOf, quote, survey } from '../guest/survey.ts';
import { fail, pass, type CheckResult } from '../verdict.ts';
import { trouble } from '../words/index.ts';
import { defineCheck, type Zod } from './define-check.ts';

const schema = (z: Zod) =>
  z.strictObject({
    name: z.string(),
    manager: z.enum(['apt', 'rpm', 'pip']),
    environment: z.string().optional(),
  });

type PackageCheck = z.infer<ReturnType<typeof schema>>;

/** A package is installed. `manager` decides where: dpkg, rpm, or pip in `environment` (a virtual environment's path, or the system's). */
export const packageCheck = defineCheck({
  kind: 'package',
  schema,
  paths: ['environment'],
  settles: null,
  run: checkPackage,
});

/** A package is installed: by dpkg, by rpm, or by pip in an environment. */
function checkPackage(check: PackageCheck, context: CheckContext): Promise<CheckResult> {
  if (check.manager === 'apt') return checkApt(check, context);
  if (check.manager === 'rpm') return checkRpm(check, context);
  return checkPip(check, context);
}

async function checkApt({ name }: PackageCheck, context: CheckContext): Promise<CheckResult> {
  const expected = `The package ${name} is installed.`;
  const readings = await survey(context, {
    package: `dpkg-query -W -f='\${db:Status-Status} \${Version}' ${quote(name)}`,
    lists: 'ls /var/lib/apt/lists | grep -c _Packages',
  });
  const [state, version] = outputOf(readings.package, 'dpkg-query').split(' ');
  if (readings.package.code === 0 && state === 'installed') {
    return pass(expected, `${name} ${version ?? ''} is installed.`);
  }
  if (readings.package.code === 0 && state !== 'not-installed' && state !== 'config-files') {
    return fail(expected, trouble('package-half-installed', { name, state: state ?? '' }));
  }
  const hasLists = readings.lists.output.trim() !== '0';
  return fail(expected, trouble('package-missing', { by: 'apt', name, hasLists }));
}

async function checkRpm({ name }: PackageCheck, context: CheckContext): Promise<CheckResult> {
  const expected = `The package ${name} is installed.`;
  const readings = await survey(context, { package: `rpm -q ${quote(name)}`, installer: FIND_INSTALLER });
  const output = outputOf(readings.package, 'rpm').trim();
  if (readings.package.code === 0) return pass(expected, `${output} is installed.`);
  const installer = { ...parseInstaller(readings.installer), manager: 'yum' } as const;
  const install = installationOf(name, installer);
  return fail(
    expected,
    install.needsEpel
      ? trouble('epel-not-enabled', install)
      : trouble('package-missing', { by: 'yum', install }),
  );
}

const SYSTEM_SITE_PACKAGES =
  '/usr/local/lib/python3*/*-packages /usr/lib/python3*/*-packages /usr/local/lib*/python3*/*-packages';

async function checkPip(check: PackageCheck, context: CheckContext): Promise<CheckResult> {
  const { environment } = check;
  const where =
    environment === undefined ? 'for the whole system' : `in the virtual environment ${environment}`;
  const expected = `The Python package ${check.name} is installed ${where}.`;
  const ownPackages = environment === undefined ? '' : `${quote(environment)}/lib*/python3*/site-packages`;
  const readings = await survey(context, {
    environment: `test -x ${quote(`${environment ?? ''}/bin/python`)}`,
    own: listDistributions(ownPackages === '' ? SYSTEM_SITE_PACKAGES : ownPackages),
    system: listDistributions(
      `${SYSTEM_SITE_PACKAGES} ${quote(context.home)}/.local/lib/python3*/site-packages`,
    ),
    installer: FIND_INSTALLER,
    elsewhere: listEnvironments(environment ?? '', context.home),
  });

  const version = findDistribution(readings.own.output, check.name);
  if (version !== null) return pass(expected, `${check.name} ${version} is installed ${where}.`);

  const { name } = check;
  if (environment === undefined) {
    const { manager } = parseInstaller(readings.installer);
    return fail(expected, trouble('package-missing', { by: 'pip', name, manager }));
  }
  // Outside of the reader's home the environment is root's: nothing is activated there.
  const own = environment.startsWith(`${context.home}/`);
  if (readings.environment.code !== 0) {
    const other = readings.elsewhere.output
      .split('\n')
      .map((file) => file.replace(/\/pyvenv\.cfg$/, ''))
      .find((folder) => folder !== '' && folder !== environment);
    const needsSudo = !own;
    return fail(
      expected,
      other === undefined
        ? trouble('environment-missing', { at: 'package', path: environment, needsSudo })
        : trouble('environment-wrong-place', {
            path: environment,
            other,
            needsSudo,
            otherNeedsSudo: !other.startsWith(`${context.home}/`),
          }),
    );
  }
  return fail(
    expected,
    findDistribution(readings.system.output, name) === null
      ? trouble('package-missing', { by: 'environment', name, environment, own })
      : trouble('installed-outside-environment', { name, environment, own }),
  );
}

function listDistributions(folders: string): string {
  return `for d in ${folders}; do ls "$d" 2>/dev/null; done | grep -E '\\.((dist|egg)-info|egg)$'; true`;
}

/** An environment of that name where people make one by mistake; in another project's folder it belongs to that project. */
function listEnvironments(environment: string, home: string): string {
  const name = environment.slice(environment.lastIndexOf('/') + 1);
  const places = [home, '/root', '/var/www'].map((folder) => quote(`${folder}/${name}/pyvenv.cfg`));
  return `ls -1d ${places.join(' ')} 2>/dev/null; true`;
}

/** The version of a distribution among the names of `*.dist-info` folders, and of the eggs that `setup.py install` makes, by the normal form of PEP 503. */
function findDistribution(listing: string, name: string): string | null {
  const wanted = normalise(name);
  for (const entry of listing.split('\n')) {
    const match = /^(.+?)-([^-]+?)(?:-py[0-9.]+)?\.(?:(?:dist|egg)-info|egg)$/.exec(entry.trim());
    if (match?.[1] !== undefined && normalise(match[1]) === wanted) return match[2] ?? '';
  }
  return null;
}

function normalise(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
