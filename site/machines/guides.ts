/** What the build tells the page about the guides whose machines may be kept. */

export interface MachineGuide {
  readonly slug: string;
  readonly title: string;
  readonly chapters: readonly MachineChapter[];
  /** Of this release first, then of those that are kept; none when the site was built without machines. */
  readonly images: readonly MachineImage[];
}

export interface MachineChapter {
  readonly slug: string;
  readonly number: number;
  readonly title: string;
  /** Path of its page, with the base. */
  readonly url: string;
}

/** An image that a machine may be of to go on here. */
export interface MachineImage {
  readonly recipe: string;
  readonly v86Version: string;
  /** Pages of its memory and blocks of its disk, 4 KiB each. */
  readonly pages: number;
  readonly blocks: number;
}
