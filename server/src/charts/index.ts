/**
 * From a HelmRelease to its chart source in the workspace, and from a range to the version that Flux would choose.
 * The versions themselves come from the host.
 */
export { type ChartSource, chartSourceOf, versionFieldOf } from './chartSource.ts';
export { chooseVersion, constraintError } from './choose.ts';
