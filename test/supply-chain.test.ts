import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Package {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const { allowScripts, dependencies, devDependencies, overrides } = read('package.json') as Record<
  'allowScripts' | 'dependencies' | 'devDependencies' | 'overrides',
  Record<string, unknown>
>;
const { lockfileVersion, packages } = read('package-lock.json') as {
  lockfileVersion: number;
  packages: Record<string, Package>;
};
const locked = Object.entries(packages).filter(([path]) => path !== '');
const nameOf = (path: string): string => path.split('node_modules/').at(-1) ?? '';

describe('the lock file', () => {
  it('names each package by a version and the hash of what it is', () => {
    expect(lockfileVersion).toBe(3);
    expect(locked.length).toBeGreaterThan(100);
    const loose = locked.filter(
      ([, { version, integrity }]) => !/^\d+\.\d+\.\d+/.test(version) || !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''),
    );
    expect(loose.map(([path]) => path)).toEqual([]);
  });

  it('says nothing of where a package comes from: that is for whoever installs it to say', () => {
    expect(locked.filter(([, { resolved, link }]) => resolved !== undefined || link).map(([path]) => path)).toEqual([]);
    expect(readFileSync('.npmrc', 'utf8')).toContain('omit-lockfile-registry-resolved=true');
    expect(readFileSync('.npmrc', 'utf8')).not.toMatch(/registry\s*=\s*http|_auth/i);
  });
});

describe('package.json', () => {
  it('asks registries for versions, and nobody for an address, a folder or a branch', () => {
    for (const range of [
      ...Object.values(dependencies),
      ...Object.values(devDependencies),
      ...Object.values(overrides),
    ]) {
      expect(range).toMatch(/^[\^~]?\d+\.\d+\.\d+$/);
    }
  });

  it('lets the install script run that brings Node, and has decided on each other', () => {
    const scripted = new Set(locked.filter(([, each]) => each.hasInstallScript).map(([path]) => nameOf(path)));
    expect(Object.keys(allowScripts).sort()).toEqual([...scripted].sort());
    expect(Object.entries(allowScripts).filter(([, allowed]) => allowed !== false)).toEqual([['node', true]]);
  });

  it('deploys nothing that has an install script', () => {
    expect(locked.filter(([, { hasInstallScript, dev }]) => hasInstallScript && !dev).map(([path]) => path)).toEqual(
      [],
    );
  });
});
