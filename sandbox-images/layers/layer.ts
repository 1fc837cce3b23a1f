/** What a guide's system adds to the base: the layer of an image. Its files and its script lie beside it. */
export interface Layer {
  /** Also the directory's name, the image's and the guide's system. */
  readonly name: ImageName;
  readonly login: string;
  /** Packages that the guide installs: in the archive, and not in the image. Their dependencies are in it. */
  readonly installedByReader: readonly string[];
  /** Other packages that the archive offers, whatever they depend on included. */
  readonly alsoOffered: readonly string[];
  readonly archive: {
    /** The host that the guide's system gets packages from, and the others that show the same. */
    readonly hosts: readonly [string, ...string[]];
    /** Suite in the archive's `dists/`. */
    readonly suite: string;
  };
  /** Packages that only lead to others, under the names that the guide uses. */
  readonly transitional: readonly TransitionalPackage[];
}

export interface TransitionalPackage {
  readonly name: string;
  readonly version: string;
  readonly depends: string;
  /** First line: a summary; the rest: why it exists. */
  readonly description: string;
}

export type ImageName = 'ubuntu-16.04';
