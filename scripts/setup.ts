/** What commands need before they can begin: system packages and sandbox images. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SYSTEM_PACKAGES } from '../sandbox-images/system-packages.ts';
import { Failure } from './command.ts';
import { letProgramsRun } from './programs-of-i386.ts';
import { type Report, runTasks } from './progress.ts';
import { cacheDirectory, ensureImages, type PublishedImages } from './publish.ts';
import { formatSizes } from './published-sizes.ts';
import { installPackages, isDebian12 } from './system-packages.ts';

/** Debian's packages with which a build makes PDFs of the guides. Tests and bench drive the browser as well. */
export const SITE_PACKAGES = ['chromium', 'qpdf'];

/** Those that tests need beside {@link SITE_PACKAGES}: `pdftotext`. */
export const TEST_PACKAGES = ['poppler-utils'];

/**
 * Sets up what a command needs, and shows how far it is; resolves with the folder that the site serves as `/sandbox/`,
 * and prints what the images take.
 * `extra`: Debian packages that the command needs beside those that images are built with.
 */
export async function prepare(extra: readonly string[] = []): Promise<string> {
  let images: PublishedImages | undefined;
  await runTasks([
    {
      title: 'System packages',
      run: async (report) => {
        const wanted = [...SYSTEM_PACKAGES.map(({ name }) => name), ...extra];
        return isDebian12() ? installPackages(wanted, report) : 'this is not Debian 12, nothing is installed';
      },
    },
    {
      title: '32-bit programs',
      run: async (report) => {
        if (!isDebian12()) return 'not needed: images are built on Debian 12 only';
        try {
          return await letProgramsRun(report);
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          // Whoever has built the images does without.
          return `not here. ${error.message}`;
        }
      },
    },
    {
      title: 'Sandbox images',
      run: async (report) => {
        images = await ensured(report);
        return images.directory;
      },
    },
  ]);
  if (!images) throw new Error('There are no images');
  console.log(formatSizes(images.sizes));
  return images.directory;
}

/**
 * A folder of images that were built before, in place of {@link prepare}: nothing is installed or built.
 * @throws {Failure} when it has no chunks of images.
 */
export async function existingImages(folder: string): Promise<string> {
  const directory = resolve(folder);
  const chunks = await stat(join(directory, 'chunks')).catch(() => null);
  if (chunks?.isDirectory()) return directory;
  throw new Failure(
    `${directory} holds no images: there is no folder "chunks" in it. "npm run images" prints the folder that it makes.`,
  );
}

async function ensured(report: Report): Promise<PublishedImages> {
  try {
    return await ensureImages({ onProgress: report });
  } catch (error) {
    if (isDebian12()) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(
      `The sandbox images are not complete in the cache (${cacheDirectory()}), and they can be built on Debian 12 only:
they are made of its packages with ${SYSTEM_PACKAGES.map(({ name }) => name).join(', ')}.

Run "npm run images" on a machine (or in a container) with Debian 12, and copy its cache folder to the one above.

What stopped the build here: ${reason}`,
      { cause: error },
    );
  }
}
