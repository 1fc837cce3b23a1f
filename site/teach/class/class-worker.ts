/** Reads hand-ins beside the page. What it knows is gone when the page is closed. */
import * as Comlink from 'comlink';
import { sayWhy, submissionsIn, type GivenFile, type Refusal } from '../../evidence/submissions.ts';
import type { Catalog } from '../catalog.ts';
import { detailsOf, type Details } from './details.ts';
import { classOf, type ClassModel } from './model.ts';
import type { StudentFile } from './read-file.ts';
import { readStudentFiles } from './read-files.ts';

export type OnProgress = (done: number, all: number) => void;

let catalog: Catalog = { guides: [] };
let chosen: string | null = null;
const files: StudentFile[] = [];
const contents: Blob[] = [];
const refused: Refusal[] = [];

/** The page is told of every so many files. */
const TOLD_EVERY = 10;

const api = {
  open(own: Catalog): void {
    catalog = own;
  },
  /** Reads these beside those that were read before. */
  async read(given: readonly GivenFile[], onProgress: OnProgress): Promise<ClassModel> {
    const found = await submissionsIn(given);
    const read = await readStudentFiles(found.files, catalog, (done) => {
      if (done % TOLD_EVERY === 0) onProgress(done, found.files.length);
    });
    files.push(...read.files);
    contents.push(...read.contents);
    refused.push(...found.refused, ...read.refused);
    return classOf(files, refused, catalog, chosen);
  },
  /** The assignment with this fragment of a link counts from now on, whatever the files name. */
  choose(link: string): ClassModel {
    chosen = link;
    return classOf(files, refused, catalog, chosen);
  },
  /** `index` as in `FileRow`. A sentence when the file can no longer be read. */
  async details(index: number): Promise<Details | string> {
    const content = contents[index];
    if (!content) return 'This file is no longer here. Give it to this page again.';
    return detailsOf(content, catalog).catch(sayWhy);
  },
};

export type ClassWorkerApi = typeof api;

Comlink.expose(api);
