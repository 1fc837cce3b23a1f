/** What the build tells the page about the guides whose machines may be kept. */

export interface MachineGuide {
  readonly slug: string;
  readonly title: string;
  readonly chapters: readonly MachineChapter[];
  /** `null` when the site was built without machines. */
  readonly image: MachineImage | null;
}

export interface MachineChapter {
  readonly slug: string;
  readonly number: number;
  readonly title: string;
  /** Path of its page, with the base. */
  readonly url: string;
}

/** The image that a machine must be of to go on here. */
export interface MachineImage {
  readonly recipe: string;
  readonly v86Version: string;
  /** Pages of its memory and blocks of its disk, 4 KiB each. */
  readonly pages: number;
  readonly blocks: number;
}
