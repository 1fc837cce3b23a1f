/** Entry of the bundle that runs the contract in a browser: the machine in its worker. */
import { createSandbox } from '../../site/sandbox/client.ts';
import { runCase } from './contract.ts';

/** What the test calls in the page. `imagePath`: the image's folder below the origin, with a slash at its end. */
export interface ContractPage {
  run(name: string, imagePath: string): Promise<void>;
}

const contract: ContractPage = {
  run: (name, imagePath) =>
    runCase(name, createSandbox(), {
      imageUrl: new URL(imagePath, location.href).href,
      snapshot: 'base',
    }),
};

Object.assign(globalThis, { contract });
