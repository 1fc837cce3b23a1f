import { expect, test } from 'vitest';
import {
  metadataOfEgg,
  normalizeName,
  readMetadata,
  withoutMissingExtras,
  withRequirements,
} from './metadata.ts';

const HEAD = 'Metadata-Version: 2.1\nName: Flask_Thing\nVersion: 1.0';

test('requirements of requires.txt become lines of the metadata, with their conditions', () => {
  const requires =
    'click>=8\n\n[:python_version < "3.10"]\nold\n\n[async]\nasgiref\n\n[dev:os_name == "nt"]\nwin\n';
  const { name, text } = metadataOfEgg(`${HEAD}\n\nRequires-Dist: in the description\n`, requires);
  expect(name).toBe('Flask_Thing');
  expect(text).toBe(
    `${HEAD}\nProvides-Extra: async\nProvides-Extra: dev\nRequires-Dist: click>=8\n` +
      `Requires-Dist: old ; (python_version < "3.10")\nRequires-Dist: asgiref ; extra == 'async'\n` +
      `Requires-Dist: win ; (os_name == "nt") and extra == 'dev'\n\nRequires-Dist: in the description\n`,
  );
});

test('metadata that has its requirements already stays as it is', () => {
  const complete = `${HEAD}\nRequires-Dist: click\n\nText\n`;
  expect(metadataOfEgg(complete, 'other\n').text).toBe(complete);
});

test('further requirements are added once, however their names are spelt, and not for extras', () => {
  const project = readMetadata(
    `${HEAD}\nRequires-Dist: Mark_Up (>=1)\nRequires-Dist: idna ; extra == 'x'\n\nText\n`,
  );
  expect(withRequirements(project, ['mark-up', 'idna', 'click']).text).toBe(
    `${HEAD}\nRequires-Dist: Mark_Up (>=1)\nRequires-Dist: idna ; extra == 'x'\nRequires-Dist: idna\nRequires-Dist: click\n\nText\n`,
  );
  expect(withRequirements(readMetadata(`${HEAD}\n`), ['six']).text).toBe(`${HEAD}\nRequires-Dist: six\n`);
});

test('an extra that needs a project from elsewhere is left out; one without needs stays', () => {
  const project = readMetadata(
    `${HEAD}\nProvides-Extra: Docs\nProvides-Extra: async\nProvides-Extra: none\n` +
      `Requires-Dist: sphinx (>=5.3) ; extra == 'Docs'\nRequires-Dist: Click ; extra == 'Docs'\n` +
      `Requires-Dist: elsewhere ; python_version < "3.7"\n` +
      `Requires-Dist: Click >=8 ; python_version > "3" and extra == "async"\n\nProvides-Extra: Docs\n`,
  );
  expect(withoutMissingExtras(project, new Set(['click'])).text).toBe(
    `${HEAD}\nProvides-Extra: async\nProvides-Extra: none\n` +
      `Requires-Dist: elsewhere ; python_version < "3.7"\n` +
      `Requires-Dist: Click >=8 ; python_version > "3" and extra == "async"\n\nProvides-Extra: Docs\n`,
  );
});

test('metadata without a name is refused', () => {
  expect(() => readMetadata('Version: 1\n')).toThrow('names no project');
});

test('names are compared as the index spells them', () => {
  expect(normalizeName('Flask__SQL-.Alchemy')).toBe('flask-sql-alchemy');
});
