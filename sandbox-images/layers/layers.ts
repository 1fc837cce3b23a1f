import { CENTOS_7 } from './centos-7/layer.ts';
import type { Layer } from './layer.ts';
import { UBUNTU_13_04 } from './ubuntu-13.04/layer.ts';
import { UBUNTU_16_04 } from './ubuntu-16.04/layer.ts';

/** All of them, in the order in which their guides were written. */
export const LAYERS: readonly Layer[] = [UBUNTU_16_04, CENTOS_7, UBUNTU_13_04];

/** The layer of that name. Throws when there is none. */
export function findLayer(name: string): Layer {
  const layer = LAYERS.find((candidate) => candidate.name === name);
  if (layer) return layer;
  throw new Error(
    `There is no sandbox image "${name}". There are: ${LAYERS.map((each) => each.name).join(', ')}.`,
  );
}
