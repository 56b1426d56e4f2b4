import type { TestProject } from 'vitest/node';
import { findPrograms } from './control-plane/programs.ts';
import type { Site } from './control-plane/site.ts';
import { startControlPlane } from './control-plane.ts';
import { proveBuild } from './self-test.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The control plane of this run: `attachControlPlane(inject('site'))`. */
    readonly site: Site;
  }
}

/** Starts one control plane for the whole run. It first builds missing programs, which takes minutes. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const programs = await findPrograms();
  await proveBuild(programs);
  const controlPlane = await startControlPlane({ programs, audit: true });
  project.provide('site', controlPlane.site);
  return () => controlPlane.stop();
}
