/** What virtualenv installs into every new environment: wheels that it carries within itself. */
import type { Wheel } from './wheel.ts';
import type { ZipEntry } from './zip.ts';

const FOLDER = 'virtualenv/seed/wheels/embed';
const PYTHON = '3.11';

/**
 * The files of virtualenv that name and hold its wheels. Debian's virtualenv looks for them in
 * /usr/share/python-wheels, where a machine that got virtualenv from pip has none; as in the original,
 * they lie beside the module here.
 */
export function embeddedWheels(seeds: readonly Wheel[]): ZipEntry[] {
  const table = Object.fromEntries(seeds.map((wheel) => [wheel.name, wheel.fileName]));
  const module = [
    'from pathlib import Path',
    '',
    'from virtualenv.seed.wheels.util import Wheel',
    '',
    'BUNDLE_FOLDER = Path(__file__).absolute().parent',
    `BUNDLE_SUPPORT = ${JSON.stringify({ [PYTHON]: table })}`,
    `MAX = ${JSON.stringify(PYTHON)}`,
    '',
    '',
    'def get_embed_wheel(distribution, for_py_version):',
    '    names = BUNDLE_SUPPORT.get(for_py_version) or BUNDLE_SUPPORT[MAX]',
    '    return Wheel.from_path(BUNDLE_FOLDER / names[distribution])',
    '',
  ].join('\n');
  return [
    { name: `${FOLDER}/__init__.py`, data: Buffer.from(module) },
    ...seeds.map((wheel) => ({ name: `${FOLDER}/${wheel.fileName}`, data: wheel.bytes })),
  ];
}
