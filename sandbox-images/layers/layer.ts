import type { RpmRecipe } from '../rpm/recipe.ts';
import type { OwnPackage } from '../rpm/rpm-database.ts';

/** What a guide's system adds to the base: the layer of an image. Its files and its script lie beside it. */
export interface Layer {
  /** Also the directory's name, the image's and the guide's system. */
  readonly name: ImageName;
  readonly login: string;
  /** Debian's packages that are in this image beside those that every guest has. */
  readonly packages: readonly string[];
  /** Debian's packages that the guide installs: in the archive, and not in the image. Their dependencies are in it. */
  readonly installedByReader: readonly string[];
  /** Others that the archive offers, whatever they depend on included. */
  readonly alsoOffered: readonly string[];
  readonly archive: AptArchive | YumArchive;
}

export type ImageName = 'ubuntu-16.04' | 'centos-7';

/** Debian's own packages, for apt. */
export interface AptArchive {
  readonly kind: 'apt';
  /** The host that the guide's system gets packages from, and the others that show the same. */
  readonly hosts: readonly [string, ...string[]];
  /** Suite in the archive's `dists/`. */
  readonly suite: string;
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

/** RPMs made of Debian's packages, for yum. The image's own packages are in rpm's database, and dpkg is gone. */
export interface YumArchive {
  readonly kind: 'yum';
  readonly repositories: Readonly<Record<Repository, YumRepository>>;
  /** Names of the RPMs that the repository `epel` has. Of the others, Debian's updates are in `updates`. */
  readonly inEpel: readonly string[];
  /** How RPMs are made that are more than a package of Debian's as it is, by name. */
  readonly recipes: Readonly<Record<string, RpmRecipe>>;
  /** Packages of the image's own files; `arranged` are those that the recipes put there, absolute. */
  readonly ownPackages: (arranged: readonly string[]) => readonly OwnPackage[];
  /** Where the key that signs the repositories lies in the image. */
  readonly keyFile: string;
}

export type Repository = 'base' | 'updates' | 'epel';

export interface YumRepository {
  readonly host: string;
  /** Directory on the host, without slashes around it. */
  readonly path: string;
}
