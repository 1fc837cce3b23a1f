/** A file that is not read. The message is a sentence for the instructor; nothing of the file's content is in it. */
export class RefusedFile extends Error {
  override readonly name = 'RefusedFile';
}
