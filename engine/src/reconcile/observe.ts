import type { Snapshot, TestHookStatus } from '../flux/index.ts';
import type { ReleaseAction } from '../flux/index.ts';
import { configDigest } from '../flux/index.ts';
import type { Release } from '../release/index.ts';
import {
  hookToJson,
  infoToJson,
  jsonObject,
  mapToJson,
  metadataToJson,
  optionalJson,
  optionalJsonList,
} from '../storage/index.ts';
import { digestOf } from '../support/index.ts';
import type { LatestRelease } from './state.ts';

/** A release as the history of a HelmRelease records it. @see helm-controller v1.6 internal/release/observation.go, ObservedToSnapshot */
export function observe(release: Release, action: ReleaseAction | undefined, ociDigest?: string): Snapshot {
  const { metadata } = release.chart;
  const { info } = release;
  return {
    apiVersion: 'v2',
    digest: observationDigest(release, ociDigest),
    name: release.name,
    namespace: release.namespace,
    version: release.version,
    status: info.status,
    ...(action === undefined ? {} : { action }),
    chartName: metadata.name,
    chartVersion: metadata.version,
    ...(metadata.appVersion === '' ? {} : { appVersion: metadata.appVersion }),
    configDigest: configDigest(release.config),
    firstDeployed: wholeSeconds(info.firstDeployed),
    lastDeployed: wholeSeconds(info.lastDeployed),
    ...(info.deleted === undefined ? {} : { deleted: wholeSeconds(info.deleted) }),
    ...(ociDigest === undefined ? {} : { ociDigest }),
  };
}

/** The newest release in storage, as far as the state depends on it. */
export function latestOf(release: Release | undefined, ociDigest: string | undefined): LatestRelease | undefined {
  return release === undefined
    ? undefined
    : {
        version: release.version,
        status: release.info.status,
        chartName: release.chart.metadata.name,
        chartVersion: release.chart.metadata.version,
        digest: observationDigest(release, ociDigest),
      };
}

/** How the tests of a release ran, by name of the hook. */
export function testHooksOf(release: Release): Readonly<Record<string, TestHookStatus>> {
  return Object.fromEntries(
    release.hooks
      .filter((hook) => hook.events.includes('test'))
      .map(({ name, lastRun }) => [
        name,
        {
          ...(lastRun.startedAt === undefined ? {} : { lastStarted: wholeSeconds(lastRun.startedAt) }),
          ...(lastRun.completedAt === undefined ? {} : { lastCompleted: wholeSeconds(lastRun.completedAt) }),
          ...(lastRun.phase === '' ? {} : { phase: lastRun.phase }),
        },
      ]),
  );
}

/** Digest of everything about a release but its tests. @see helm-controller v1.6 internal/release/digest.go, Digest */
function observationDigest(release: Release, ociDigest: string | undefined): string {
  const hooks = release.hooks.filter((hook) => !hook.events.includes('test'));
  const json = jsonObject([
    ['name', optionalJson(release.name)],
    ['version', String(release.version)],
    ['info', infoToJson(release.info)],
    ['chartMetadata', metadataToJson(release.chart.metadata)],
    ['config', mapToJson(release.config) ?? '{}'],
    ['manifest', optionalJson(release.manifest)],
    ['hooks', optionalJsonList(hooks.map(hookToJson)) ?? 'null'],
    ['namespace', optionalJson(release.namespace)],
    ['ociDigest', optionalJson(ociDigest)],
  ]);
  return digestOf(`${json}\n`);
}

/** Times in a status have no fractions. */
function wholeSeconds(time: string): string {
  return time.replace(/\.\d+/, '');
}
