/** The machine in this thread keeps its port's promises. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createNodeSandbox, imageUrl } from '../../scripts/node-sandbox.ts';
import { CONTRACT, runCase } from './contract.ts';

const directory = process.env['TYPEALONG_SANDBOX'] ?? '';

describe('LocalSandbox', () => {
  it.each(CONTRACT.map(({ name }) => name))('%s', async (name) => {
    const rejections: unknown[] = [];
    const note = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', note);
    onTestFinished(() => void process.off('unhandledRejection', note));
    const start = { imageUrl: imageUrl(directory, 'ubuntu-16.04'), snapshot: 'base' };
    await runCase(name, createNodeSandbox(), start);
    expect(rejections).toEqual([]);
  });
});
