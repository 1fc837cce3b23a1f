import type { RpmPackage, Scriptlets } from './rpm-package.ts';

/** How an RPM of the repository is made, where it is not one package of Debian's as it is. */
export interface RpmRecipe {
  /** Debian's packages that it is made of; the first gives its name, version and description. */
  readonly debian: readonly string[];
  /** The same for a package that Debian does not have. */
  readonly own?: Pick<RpmPackage, 'evr' | 'summary' | 'description' | 'licence'>;
  /** Packages that it needs beside those that Debian's needs. */
  readonly requires?: readonly string[];
  /** Paths of Debian's packages that stay out. */
  readonly without?: RegExp;
  /** A tree of files of ours, as they stand in the guest. */
  readonly files?: string;
  readonly directories?: readonly {
    readonly path: string;
    readonly mode: number;
    readonly owner: string;
    readonly group: string;
  }[];
  /** Symbolic links, path → target. */
  readonly links?: Readonly<Record<string, string>>;
  /** Where the key that signs the repositories goes. */
  readonly keyFile?: string;
  readonly scriptlets?: Scriptlets;
  /** Why Debian's maintainer scripts are not needed. Without this, a package that has some is refused. */
  readonly dropScripts?: string;
}
