// What we ship for Kubernetes is what its API takes: by the schemas of the API, and by its types, which also refuse
// what is not in them.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { DaemonSet, type IDaemonSet } from 'kubernetes-models/apps/v1/DaemonSet';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Service } from 'kubernetes-models/v1/Service';
import { parse } from 'yaml';

import { expect, test } from './fixtures.ts';

const FOLDER = resolve(import.meta.dirname, '../../deploy/kubernetes');
const KINDS = {
  DaemonSet: [DaemonSet, 'kubernetes-models/apps/v1/DaemonSet'],
  Namespace: [Namespace, 'kubernetes-models/v1/Namespace'],
  Service: [Service, 'kubernetes-models/v1/Service'],
} as const;

interface Manifest {
  apiVersion: string;
  kind: string;
}

interface Kustomization extends Manifest {
  namespace: string;
  resources: string[];
  images: { name: string; newName: string; newTag: string }[];
}

function read<T>(name: string): T {
  return parse(readFileSync(join(FOLDER, name), 'utf8')) as T;
}

function kind({ kind }: Manifest): (typeof KINDS)[keyof typeof KINDS] {
  if (kind in KINDS) return KINDS[kind as keyof typeof KINDS];
  throw new Error(`${kind} has no schema here`);
}

/** What the compiler says of the manifests as values of the API's types. */
function compiled(manifests: Manifest[]): string {
  // Within reach of the packages.
  const results = resolve(import.meta.dirname, '../test-results');
  mkdirSync(results, { recursive: true });
  const folder = mkdtempSync(join(results, 'kubernetes-'));
  try {
    manifests.forEach((manifest, index) => {
      const name = `I${manifest.kind}`;
      const text = `import type { ${name} } from '${kind(manifest)[1]}';\nexport const it: ${name} = ${JSON.stringify(manifest, null, 1)};\n`;
      writeFileSync(join(folder, `${index}-${manifest.kind}.ts`), text);
    });
    const options = { strict: true, noEmit: true, skipLibCheck: true, module: 'nodenext', moduleResolution: 'nodenext', types: [] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['*.ts'] }));
    const compiler = resolve(import.meta.dirname, '../node_modules/.bin/tsc');
    execFileSync(compiler, ['--project', folder], { encoding: 'utf8', stdio: 'pipe' });
    return '';
  } catch (error) {
    return (error as { stdout?: string }).stdout ?? String(error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('Kubernetes takes the manifests', () => {
  const { resources, images, namespace, ...rest } = read<Kustomization>('kustomization.yaml');
  expect(rest).toEqual({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' });
  const files = readdirSync(FOLDER).filter((name) => name !== 'kustomization.yaml');
  expect(resources.toSorted(), 'all files are taken').toEqual(files.toSorted());

  const manifests = resources.map((name) => read<Manifest>(name));
  for (const manifest of manifests) {
    const Model = kind(manifest)[0];
    expect(() => new Model(manifest as never).validate(), manifest.kind).not.toThrow();
  }
  expect(compiled(manifests)).toBe('');
  const misspelt = structuredClone(manifests).map((manifest) => ({ ...manifest, sepc: {} }));
  expect(compiled(misspelt), 'the types refuse what is not in them').toContain('sepc');

  const find = <T>(wanted: string) => manifests.find(({ kind }) => kind === wanted) as unknown as T;
  expect(find<{ metadata: { name: string } }>('Namespace').metadata.name).toBe(namespace);
  const { selector, template } = find<IDaemonSet>('DaemonSet').spec ?? {};
  expect(template?.metadata?.labels).toMatchObject(selector?.matchLabels ?? {});
  const [container] = template?.spec?.containers ?? [];
  expect(images.map(({ name }) => name)).toEqual([container?.image]);
  const user = /^USER (\d+):/m.exec(readFileSync(join(FOLDER, '../../Dockerfile'), 'utf8'))?.[1];
  expect(String(template?.spec?.securityContext?.runAsUser), 'as the image has it').toBe(user);
});
