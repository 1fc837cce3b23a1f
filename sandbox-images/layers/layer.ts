import type { RpmRecipe } from '../rpm/recipe.ts';
import type { OwnPackage } from '../rpm/rpm-database.ts';

/** What a guide's system adds to the base: the layer of an image. Its files and its script lie beside it. */
export interface Layer {
  /** Also the directory's name, the image's and the guide's system. */
  readonly name: ImageName;
  readonly login: string;
  /** Who makes virtual environments in the guide: the reader's login, or root. */
  readonly environmentsOf?: 'root';
  /** Folders of recipes beside the layer's own that no other image is made with. */
  readonly recipes?: readonly string[];
  /** Puts files below `staged` that have to be built, as they will stand in the guest. */
  readonly addFiles?: (staged: string) => Promise<void>;
  /** Debian's packages that are in this image beside those that every guest has. */
  readonly packages: readonly string[];
  /** Of the base's packages, those that are as they were before Debian's last update of them: what an upgrade finds. */
  readonly outdated?: readonly string[];
  /** Debian's packages that the guide installs: in the archive, and not in the image. Their dependencies are in it. */
  readonly installedByReader: readonly string[];
  /** Others that the archive offers, whatever they depend on included. */
  readonly alsoOffered: readonly string[];
  readonly archive: AptArchive | YumArchive;
}

export type ImageName = 'ubuntu-16.04' | 'centos-7' | 'ubuntu-13.04';

/** Debian's own packages, for apt. */
export interface AptArchive {
  readonly kind: 'apt';
  /** The host that the guide's system gets packages from, and the others that show the same. */
  readonly hosts: readonly [string, ...string[]];
  /** Suite in the archive's `dists/`. */
  readonly suite: string;
  /** Packages that lead to others, under the names that the guide uses, and bring a file or two at most. */
  readonly transitional: readonly TransitionalPackage[];
  /** Archives that the system does not know until its reader adds them. */
  readonly vendors?: readonly VendorArchive[];
}

export interface TransitionalPackage {
  readonly name: string;
  readonly version: string;
  readonly depends: string;
  /** A tree of files that it brings beside, as they stand in the guest. */
  readonly files?: string;
  /** First line: a summary; the rest: why it exists. */
  readonly description: string;
}

/** An apt archive of somebody else's, signed by a key of its own, which the reader has to trust first. */
export interface VendorArchive {
  readonly host: string;
  /** What the page says of the host. */
  readonly description: string;
  /** Directory of the archive on the host, without slashes around it. */
  readonly path: string;
  readonly suite: string;
  readonly component: string;
  /** Name in the key, as gpg shows it. */
  readonly keyOwner: string;
  /** Where the host offers the key as text, without a slash before it. */
  readonly keyPath: string;
  readonly packages: readonly DebRecipe[];
}

/** How a package of a vendor is made of Debian's. */
export interface DebRecipe {
  /** Debian's packages; the first gives its name, its description, its upstream version and its source. */
  readonly debian: readonly [string, ...string[]];
  /** Comes behind the upstream version and a hyphen. */
  readonly revision: string;
  /** Paths of Debian's packages that stay out. */
  readonly without: RegExp;
  /** A tree of files of ours, as they stand in the guest; those in /etc are configuration. */
  readonly files: string;
  /** The maintainer scripts, in place of Debian's. */
  readonly scripts: string;
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
